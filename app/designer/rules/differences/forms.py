"""What differs between two versions of a form: fields added, removed, moved, and their properties in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.designer.rules.differences.changes import Change, Fact, listed, quoted

_TYPES: dict[str, object] = {
    "button": _l("Button"),
    "checkbox": _l("Tick box"),
    "checklist": _l("List of ticks"),
    "datetime": _l("Date field"),
    "documentPreview": _l("Document preview"),
    "dynamiclist": _l("Rows"),
    "expression": _l("Computed value"),
    "filepicker": _l("File field"),
    "group": _l("Group of fields"),
    "html": _l("Formatted text"),
    "iframe": _l("Embedded page"),
    "image": _l("Picture"),
    "number": _l("Number field"),
    "radio": _l("Choice of one"),
    "select": _l("Drop-down list"),
    "separator": _l("Line"),
    "spacer": _l("Space"),
    "table": _l("Table"),
    "taglist": _l("List of tags"),
    "text": _l("Text for reading"),
    "textarea": _l("Long text field"),
    "textfield": _l("Text field"),
}
_LABELS: dict[str, object] = {
    "computed": _l("computed value"),
    "conditional.hide": _l("condition under which it is hidden"),
    "dateLabel": _l("heading of the date"),
    "defaultValue": _l("value at the beginning"),
    "description": _l("hint"),
    "disabled": _l("switched off"),
    "expression": _l("expression"),
    "key": _l("key"),
    "label": _l("label"),
    "path": _l("path"),
    "properties.max": _l("latest or greatest value"),
    "properties.min": _l("earliest or smallest value"),
    "properties.prefill": _l("filled in from"),
    "properties.source": _l("register to choose from"),
    "readonly": _l("for reading only"),
    "subtype": _l("kind of date"),
    "text": _l("text"),
    "timeLabel": _l("heading of the time"),
    "type": _l("kind of field"),
    "validate.max": _l("greatest value"),
    "validate.maxLength": _l("greatest length"),
    "validate.min": _l("smallest value"),
    "validate.minLength": _l("smallest length"),
    "validate.pattern": _l("pattern"),
    "validate.required": _l("required"),
    "values": _l("values to choose from"),
    "valuesExpression": _l("expression of the values to choose from"),
    "valuesKey": _l("variable with the values to choose from"),
}
_HEAD: dict[str, object] = {"title": _l("title"), "id": _l("id"), "versionTag": _l("version tag")}
_WITHIN = "components"


@dataclass(frozen=True, slots=True)
class Component:
    """One component; `group` is the id of the group or rows around it, `facts` its properties by dotted name."""

    id: str
    type: str
    title: str
    group: str
    facts: Mapping[str, Any]
    layout: str


def compare_forms(before: bytes, after: bytes) -> list[Change]:
    """Compare two versions of a form.

    Raises:
        ValueError: one of them is no form-js schema.
    """
    old_schema, new_schema = _schema(before), _schema(after)
    old, new = dict(_components(old_schema, "")), dict(_components(new_schema, ""))
    found = _head(old_schema, new_schema)
    moved = []
    for key, one in new.items():
        known = old.get(key)
        if known is None:
            found.append(Change("added", one.id, _title(one), tuple(_alone(one))))
            continue
        facts = tuple(_facts(known, one, old, new))
        if facts:
            found.append(Change("changed", one.id, _title(known), facts))
        if known.layout != one.layout:
            moved.append(one)
    found += [Change("removed", one.id, _title(one)) for key, one in old.items() if key not in new]
    if moved or [key for key in new if key in old] != [key for key in old if key in new]:
        titles = listed([_title(one) for one in moved])
        found.append(Change("moved", moved[0].id if moved else "", titles or str(gettext("the order of the fields"))))
    return found


def _schema(content: bytes) -> dict[str, Any]:
    schema = json.loads(content)
    if not isinstance(schema, dict):
        raise ValueError("not a form")
    return schema


def _components(scope: Mapping[str, Any], group: str) -> Iterator[tuple[str, Component]]:
    for index, one in enumerate(scope.get(_WITHIN) or ()):
        if not isinstance(one, dict):
            continue
        identifier = str(one.get("id") or one.get("key") or one.get("path") or f"{group}/{index}")
        facts = dict(_flat({name: value for name, value in one.items() if name != _WITHIN}))
        layout = json.dumps(one.get("layout"), sort_keys=True)
        shown = {name: value for name, value in facts.items() if name != "id" and not name.startswith("layout.")}
        text = str(one.get("label") or one.get("text") or one.get("key") or "").strip()
        yield identifier, Component(identifier, str(one.get("type") or ""), text, group, shown, layout)
        yield from _components(one, identifier)


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", inner


def _head(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    facts = tuple(
        Fact(str(label), quoted(str(old.get(name) or "")), quoted(str(new.get(name) or "")))
        for name, label in _HEAD.items()
        if old.get(name) != new.get(name)
    )
    if not facts:
        return []
    return [
        Change(
            "changed", "", f"{gettext('Form as a whole')} {quoted(str(old.get('title') or old.get('id') or ''))}", facts
        )
    ]


def _facts(
    known: Component, one: Component, old: Mapping[str, Component], new: Mapping[str, Component]
) -> Iterator[Fact]:
    for name in dict.fromkeys([*one.facts, *known.facts]):
        before, after = known.facts.get(name), one.facts.get(name)
        if before != after:
            yield Fact(_label(name), _words(name, before), _words(name, after))
    if known.group != one.group:
        yield Fact(str(gettext("place")), _place(known, old), _place(one, new))


def _place(one: Component, among: Mapping[str, Component]) -> str:
    return _title(among[one.group]) if one.group in among else str(gettext("outside of groups"))


def _alone(one: Component) -> Iterator[Fact]:
    for name, value in one.facts.items():
        words = _words(name, value)
        if name not in ("type", "label") and words:
            yield Fact(_label(name), "", words)


def _label(name: str) -> str:
    if name in _LABELS:
        return str(_LABELS[name])
    return str(gettext("property “%(name)s”", name=name.removeprefix("properties.")))


def _words(name: str, value: Any) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if name == "type":
        return quoted(str(_TYPES.get(str(value), value)))
    if isinstance(value, list):
        return listed([quoted(_option(one)) for one in value])
    return quoted(str(value))


def _option(one: Any) -> str:
    if isinstance(one, dict):
        return str(one.get("label") or one.get("value") or json.dumps(one, ensure_ascii=False, sort_keys=True))
    return str(one)


def _title(one: Component) -> str:
    kind = str(_TYPES.get(one.type, one.type))
    return f"{kind} {quoted(one.title[:80])}".strip()
