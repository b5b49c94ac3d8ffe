"""From a form's state to the views that templates write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.forms import sources
from app.forms.attachments import accepted, files_of, is_multiple, max_megabytes
from app.forms.definition import Component
from app.forms.entries import FIELD, SEARCHES
from app.forms.formats import local_input, show_number
from app.forms.nodes import Node, Row, name_of
from app.forms.prose import Headings, markdown, plain_html
from app.forms.scopes import State
from app.forms.shown import EMPTY, shown, shown_files
from app.forms.templating import fill_text
from app.forms.values import dotted, texts
from app.forms.views import Choice, RowView, View, answers_of, is_live, set_widths, signature_of
from app.kernel.actor import Actor

FEW = 12
"""Choices of which several can be ticked and that are all shown; of more, people search."""


class Views:
    """Builds the views of one form."""

    def __init__(
        self, state: State, actor: Actor, data: Mapping[str, Any], errors: Mapping[str, list[object]], mode: str
    ) -> None:
        self.state, self.actor, self.errors, self.mode = state, actor, errors, mode
        searches = data.get(SEARCHES)
        self.searches: Mapping[str, Any] = searches if isinstance(searches, Mapping) else {}
        self.headings = Headings()
        self._offered: dict[tuple[tuple[str, ...], str, str], list[sources.Choice]] = {}

    def lines(self, nodes: Sequence[Node]) -> list[list[View]]:
        """The views of one level, in lines of the layout."""
        found: list[list[View]] = []
        row = ""
        for node in nodes:
            if node.component.type == "button":
                continue
            view = self.view(node)
            if node.component.layout_row and node.component.layout_row == row and found:
                found[-1].append(view)
            else:
                found.append([view])
            row = node.component.layout_row
        for line in found:
            set_widths(line)
        return found

    def view(self, node: Node) -> View:
        """The view of one component with everything inside it."""
        component = node.component
        path = dotted(node.path)
        identity = (path if component.path else name_of(node) or component.id).replace(".", "-")
        if not component.path:
            identity = f"{path}-{component.id}".strip("-").replace(".", "-")
        view = View(node, self._kind(node), f"f-{identity}", f"p-{identity}", FIELD + path)
        view.live = is_live(component)
        if not node.hidden:
            self._fill(view)
        view.signature, view.answers = signature_of(view), answers_of(view)
        return view

    def _kind(self, node: Node) -> str:
        kind = node.component.type
        if kind in ("group", "dynamiclist", "text", "html", "image", "table", "documentPreview", "separator", "spacer"):
            return kind
        if kind == "expression":
            return "value"
        return "value" if node.readonly or self.mode != "edit" else kind

    def _fill(self, view: View) -> None:
        node, component = view.node, view.node.component
        lookup = self.state.lookup(node)
        view.label = fill_text(component.label, lookup)
        view.description = fill_text(str(component.spec.get("description") or ""), lookup)
        view.errors = list(self.errors.get(name_of(node), ()))
        adders = component.spec.get("appearance") or {}
        view.prefix = fill_text(str(adders.get("prefixAdder") or ""), lookup)
        view.suffix = fill_text(str(adders.get("suffixAdder") or ""), lookup)
        if view.kind == "value":
            view.html = shown(node, self.actor.timezone, links=self.mode != "frozen")
        elif view.kind in _FILLERS:
            _FILLERS[view.kind](self, view)

    # -- per kind
    def _text(self, view: View) -> None:
        spec, lookup = view.node.component.spec, self.state.lookup(view.node)
        written = (
            markdown(str(spec.get("text") or ""), lookup)
            if view.kind == "text"
            else plain_html(str(spec.get("content") or ""), lookup)
        )
        view.html = self.headings.fit(written)

    def _group(self, view: View) -> None:
        view.lines = self.lines(view.node.children)

    def _list(self, view: View) -> None:
        node = view.node
        for index, row in enumerate(node.rows):
            if self.mode != "edit" and row.blank:
                continue
            path = dotted((*node.path, index))
            named = _naming_node(row) if self.mode == "edit" and node.fixed else None
            lines = self.lines([one for one in row.nodes if one is not named])
            heading = str(shown(named, self.actor.timezone, links=False).striptags()) if named else ""
            view.rows.append(RowView(path, row, index + 1, lines, heading))
        view.attributes["fixed"] = node.fixed or node.readonly
        view.attributes["full"] = len(node.rows) >= (node.limits.high or 0)
        view.attributes["matrix"] = _is_matrix(node.component)
        view.columns = _columns(view)

    def _entry(self, view: View) -> None:
        node, component = view.node, view.node.component
        raw = node.raw
        limits = node.limits
        if component.type == "number":
            view.text = show_number(raw)
            view.attributes["inputmode"] = "numeric" if component.spec.get("decimalDigits") == 0 else "decimal"
        elif component.type == "datetime":
            view.text = self._moment(component, raw)
            view.attributes.update({"min": limits.low, "max": limits.high})
        else:
            view.text = "" if raw is None else str(raw[0] if isinstance(raw, list) and raw else raw)
            view.attributes["maxlength"] = limits.longest
            if component.validate.get("validationType") in ("email", "phone"):
                view.attributes["type"] = {"email": "email", "phone": "tel"}[component.validate["validationType"]]

    def _moment(self, component: Component, raw: Any) -> str:
        if component.spec.get("subtype") == "datetime":
            return local_input(raw, self.actor.timezone)
        return "" if raw is None else str(raw)

    def _choices(self, view: View) -> None:
        node = view.node
        names = sources.names_of(node.component.properties.get("source", ""))
        chosen = texts(node.raw)
        if not names:
            view.choices = [Choice(str(one.value), one.label, str(one.value) in chosen) for one in node.options]
            return
        view.attributes["picker"] = True
        wanted = node.extra.get("sourceFilter")
        wanted = wanted if isinstance(wanted, Mapping) else {}
        words = str(self.searches.get(dotted(node.path), ""))
        found = self._offer(names, words, wanted)
        first = found if not words else self._offer(names, "", wanted)
        view.more = len(found) > sources.PAGE
        view.search = words if len(first) > (sources.PAGE if view.kind == "select" else FEW) else None
        offered = [] if view.search == "" else found[: sources.PAGE]
        view.found = len(offered)
        kept = [(one, sources.label_of(names, one)) for one in chosen if one not in dict(offered)]
        view.choices = [Choice(value, label, value in chosen) for value, label in (*kept, *offered)]

    def _offer(self, names: tuple[str, ...], words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
        """Choices of a picker; rows that ask for the same share the answer."""
        key = (names, words, json.dumps(wanted, sort_keys=True, default=str))
        if key not in self._offered:
            self._offered[key] = sources.find(self.actor, names, words, wanted)
        return self._offered[key]

    def _box(self, view: View) -> None:
        view.attributes["checked"] = bool(texts(view.node.raw)) and view.node.raw not in (False, "false", "0")

    def _files(self, view: View) -> None:
        node = view.node
        view.files = files_of(node, self.actor)
        kinds = accepted(node.component, node.extra)
        view.attributes.update(
            {
                "accept": ",".join(f".{extension}" for extension in kinds),
                "multiple": is_multiple(node.component, node.extra),
                "kinds": kinds,
                "megabytes": f"{max_megabytes(node.component):g}",
            }
        )

    def _table(self, view: View) -> None:
        node = view.node
        rows = node.extra.get("dataSource")
        given = node.extra.get("columnsExpression") if "columnsExpression" in node.component.expressions else None
        columns = [
            column
            for column in (given or node.component.spec.get("columns") or ())
            if isinstance(column, Mapping) and column.get("key")
        ]
        view.columns = [
            fill_text(str(column.get("label") or column["key"]), self.state.lookup(node)) for column in columns
        ]
        for row in (rows if isinstance(rows, list) else [])[:500]:
            if isinstance(row, Mapping):
                view.table.append([_cell(row.get(str(column["key"]))) for column in columns])

    def _preview(self, view: View) -> None:
        found = view.node.extra.get("dataSource")
        view.html = shown_files(found if isinstance(found, list) else [found], links=self.mode != "frozen")

    def _image(self, view: View) -> None:
        source = view.node.extra.get("source") or view.node.component.spec.get("source")
        view.text = source if isinstance(source, str) and source.startswith(("/", "data:image/")) else ""
        view.attributes["alt"] = fill_text(str(view.node.component.spec.get("alt") or ""), self.state.lookup(view.node))


_FILLERS = {
    "text": Views._text,
    "html": Views._text,
    "group": Views._group,
    "dynamiclist": Views._list,
    "textfield": Views._entry,
    "textarea": Views._entry,
    "number": Views._entry,
    "datetime": Views._entry,
    "checkbox": Views._box,
    "radio": Views._choices,
    "select": Views._choices,
    "checklist": Views._choices,
    "taglist": Views._choices,
    "filepicker": Views._files,
    "table": Views._table,
    "documentPreview": Views._preview,
    "image": Views._image,
}


def _naming_node(row: Row) -> Node | None:
    """What a fixed row is called: the first of its own values that nobody can change."""
    for node in row.nodes:
        if node.readonly and not node.hidden and node.component.type in ("textfield", "textarea", "select", "radio"):
            return node if node.value not in (None, "") else None
    return None


def _is_matrix(component: Component) -> bool:
    """Fixed rows with one radio each: rows and a scale, shown as such."""
    free = [child for child in component.components if child.type in ("radio",)]
    rest = [child for child in component.components if child.type not in ("radio", "text", "textfield", "expression")]
    return len(free) == 1 and not rest and component.spec.get("allowAddRemove") is False


def _columns(view: View) -> list[str]:
    """Column labels, when the rows are plain enough for a table; else none."""
    components = [
        child for child in view.node.component.components if child.type not in ("separator", "spacer", "button")
    ]
    plain = all(child.path and child.type not in ("dynamiclist", "group") for child in components)
    return [child.label for child in components] if plain and 0 < len(components) <= 7 else []


def _cell(value: Any) -> str:
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "✓" if value else EMPTY
    if isinstance(value, int | float):
        return show_number(value)
    if isinstance(value, list):
        return ", ".join(_cell(one) for one in value)
    return str(value)
