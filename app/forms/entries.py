"""From posted names (`f.difficulties.0.text`) to raw values in the form's shape, and what its buttons ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app.forms.conversion import clean_text
from app.forms.definition import Component, FormDefinition
from app.forms.rows import HARD_MAX_ROWS, IDENTITY
from app.forms.values import get_in, put_in, texts

FIELD, UPLOAD, SEARCH = "f.", "u.", "q."
"""What names of inputs start with: they never meet the page's own fields (`comment`, `outcome`, …)."""
ADD, REMOVE, DETACH = "_add", "_remove", "_detach"
"""Names of the buttons; their values are dotted paths (of a list, of a row, of a field and the file's key)."""
SEARCHES, REFUSED = "_search", "_refused"
"""Beside the values in raw data: words searched for in pickers, messages about uploads, each by dotted path."""
_SEVERAL = frozenset(("checklist", "taglist", "filepicker"))
_SILENT = frozenset(("expression", "button"))
_MAX_DEPTH = 40
_MAX_SEARCH = 200


def is_row_change(form: Mapping[str, Any]) -> bool:
    """Whether a button inside the form was pressed (row, file, search, Enter): save and show again, do not send."""
    return any(name in form for name in (ADD, REMOVE, DETACH, "_save"))


def read_entries(definition: FormDefinition, form: MultiDict[str, str]) -> dict[str, Any]:
    """Raw values of a posted form, with its buttons carried out."""
    tree = _tree(form)
    raw = _read_scope(definition.components, tree)
    searches = {
        name[len(SEARCH) :]: clean_text(value).strip()[:_MAX_SEARCH]
        for name, value in form.items()
        if name.startswith(SEARCH) and value.strip() and component_at(definition, name[len(SEARCH) :])
    }
    if searches:
        raw[SEARCHES] = searches
    _press_buttons(definition, form, raw)
    return raw


def component_at(definition: FormDefinition, path: str) -> Component | None:
    """The component whose value lies at a dotted path (row numbers in it), None when there is none."""
    return _find(definition.components, path.split("."))


def _find(components: Sequence[Component], parts: Sequence[str]) -> Component | None:
    for component in components:
        length = len(component.path)
        if list(component.path) != list(parts[:length]):
            continue
        rest = parts[length:]
        if component.type == "group":
            found = _find(component.components, rest)
            if found is not None:
                return found
        elif length and not rest:
            return component
        elif component.type == "dynamiclist" and len(rest) > 1 and rest[0].isdecimal():
            return _find(component.components, rest[1:])
    return None


class _Leaf(list[str]):
    """The texts posted under one name."""


def _tree(form: MultiDict[str, str]) -> dict[str, Any]:
    """Posted names as nested contexts; a name's own texts stand under the empty key."""
    root: dict[str, Any] = {}
    for name in form:
        if not name.startswith(FIELD):
            continue
        parts = name[len(FIELD) :].split(".")
        if len(parts) > _MAX_DEPTH or "" in parts:
            continue
        inner = root
        for part in parts:
            inner = inner.setdefault(part, {})
        inner[""] = _Leaf(form.getlist(name))
    return root


def _read_scope(components: Sequence[Component], tree: Mapping[str, Any]) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    _read_into(raw, components, tree, ())
    return raw


def _read_into(
    raw: dict[str, Any], components: Sequence[Component], tree: Mapping[str, Any], prefix: tuple[str, ...]
) -> None:
    for component in components:
        path = prefix + component.path
        if component.type == "group":
            _read_into(raw, component.components, tree, path)
        elif component.path and component.type not in _SILENT:
            node = get_in(tree, path)
            if not isinstance(node, dict):
                continue
            if component.type == "dynamiclist":
                put_in(raw, path, _read_rows(component, node))
            elif "" in node:
                put_in(raw, path, _read_leaf(component, node[""]))


def _read_leaf(component: Component, posted: _Leaf) -> Any:
    """Every control posts an empty text besides, so that «nothing chosen» differs from «not on the page»."""
    given = [clean_text(text) for text in posted]
    if component.type in _SEVERAL:
        return texts(given)
    if component.type == "checkbox":
        return "true" if any(given) else ""
    return next((text for text in reversed(given) if text), "")


def _read_rows(component: Component, node: Mapping[str, Any]) -> list[dict[str, Any]]:
    indexes = sorted(int(key) for key in node if key.isdecimal() and len(key) < 10)
    rows = []
    for index in indexes[:HARD_MAX_ROWS]:
        tree = node[str(index)]
        row = _read_scope(component.components, tree)
        identity = get_in(tree, (IDENTITY, ""))
        if isinstance(identity, _Leaf) and identity[-1]:
            row[IDENTITY] = clean_text(identity[-1])[:500]
        rows.append(row)
    return rows


def _press_buttons(definition: FormDefinition, form: Mapping[str, str], raw: dict[str, Any]) -> None:
    if ADD in form:
        rows = _rows_at(definition, raw, form[ADD])
        if rows is not None and len(rows) < HARD_MAX_ROWS:
            rows.append({})
    elif REMOVE in form:
        path, _, number = form[REMOVE].rpartition(".")
        rows = _rows_at(definition, raw, path)
        if rows is not None and number.isdecimal() and int(number) < len(rows):
            del rows[int(number)]
    elif DETACH in form:
        path, _, key = form[DETACH].rpartition(":")
        component, found = component_at(definition, path), get_in(raw, _parts(path))
        if component is not None and component.type == "filepicker" and isinstance(found, list) and key in found:
            found.remove(key)


def _rows_at(definition: FormDefinition, raw: dict[str, Any], path: str) -> list[dict[str, Any]] | None:
    """The rows of a list whose rows may be added and removed."""
    component, rows = component_at(definition, path), get_in(raw, _parts(path))
    if component is None or component.type != "dynamiclist" or not isinstance(rows, list):
        return None
    free = component.spec.get("allowAddRemove") is not False and "rows" not in component.expressions
    return rows if free else None


def _parts(path: str) -> list[str | int]:
    return [int(part) if part.isdecimal() and len(part) < 10 else part for part in path.split(".")]
