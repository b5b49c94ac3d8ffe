"""Read a form-js file: parse it into components and find everything that is wrong with it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.forms.definition import Component, Finding, FormDefinition
from app.forms.expressions import slots_of
from app.forms.findings import component_findings

MAX_BYTES = 1_000_000
MAX_COMPONENTS = 600
MAX_DEPTH = 10
_FORM_ID = re.compile(r"[A-Za-z_][\w.-]{0,99}")
LISTS = ("group", "dynamiclist")


def read_form(source: bytes) -> tuple[FormDefinition | None, list[Finding]]:
    """Parse and check a `.form` file.

    Returns:
        The definition (key 0, version 0), None when the file cannot be read at all; and the findings.
    """
    schema, findings = _read_json(source)
    if schema is None:
        return None, findings
    components: list[Component] = []
    specs = list(_components_of(schema))
    findings += _shape_findings(schema, specs)
    if any(finding.severity == "error" for finding in findings):
        return None, findings
    components = [_component(spec, number) for number, spec in enumerate(schema["components"])]
    definition = FormDefinition(
        key=0,
        form_id=schema["id"],
        version=0,
        version_tag=schema.get("versionTag") or None,
        deployment_key=0,
        title=str(schema.get("title") or schema.get("name") or _first_heading(components) or schema["id"]),
        sha256=hashlib.sha256(source).hexdigest(),
        schema=schema,
        components=tuple(components),
    )
    return definition, findings + list(component_findings(definition.components))


def _read_json(source: bytes) -> tuple[dict[str, Any] | None, list[Finding]]:
    if len(source) > MAX_BYTES:
        return None, [Finding("", _l("The file is larger than %(size)s kB.", size=MAX_BYTES // 1000))]
    try:
        schema = json.loads(source)
    except (ValueError, RecursionError):
        return None, [Finding("", _l("The file is not valid JSON."))]
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return None, [Finding("", _l("The file is not a form-js form: it has no list of components."))]
    return schema, []


def _components_of(node: Mapping[str, Any], depth: int = 1) -> Iterator[tuple[Any, int]]:
    """Every component as written, with its depth; stops a level below the limit."""
    children = node.get("components")
    if depth > MAX_DEPTH + 1 or not isinstance(children, list):
        return
    for child in children:
        yield child, depth
        if isinstance(child, dict):
            yield from _components_of(child, depth + 1)


def _shape_findings(schema: Mapping[str, Any], specs: list[tuple[Any, int]]) -> list[Finding]:
    found = []
    if not isinstance(schema.get("id"), str) or not _FORM_ID.fullmatch(schema["id"]):
        found.append(Finding("", _l("The form has no id, or one with characters other than letters, digits, . - _.")))
    if len(specs) > MAX_COMPONENTS:
        found.append(Finding("", _l("The form has more than %(count)s components.", count=MAX_COMPONENTS)))
    if any(depth > MAX_DEPTH for _, depth in specs):
        found.append(Finding("", _l("Components are nested deeper than %(count)s levels.", count=MAX_DEPTH)))
    for spec, _ in specs[: MAX_COMPONENTS + 1]:
        if not isinstance(spec, dict) or not isinstance(spec.get("type"), str):
            found.append(Finding("", _l("A component is not an object with a type.")))
        else:
            found += [
                Finding(_name(spec), _l("“%(key)s” has the wrong shape.", key=key))
                for key, kind in _SHAPES.items()
                if spec.get(key) is not None and not isinstance(spec[key], kind)
            ]
    return found


_SHAPES: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "key": str,
    "path": str,
    "label": str,
    "dateLabel": str,
    "timeLabel": str,
    "text": str,
    "content": str,
    "description": str,
    "properties": dict,
    "validate": dict,
    "conditional": dict,
    "layout": dict,
    "appearance": dict,
    "values": list,
    "components": list,
    "accept": str,
    "expression": str,
    "dataSource": str,
    "columnsExpression": str,
    "columns": list,
    "valuesKey": str,
    "valuesExpression": str,
}


def _name(spec: Mapping[str, Any]) -> str:
    return str(spec.get("key") or spec.get("path") or spec.get("id") or spec.get("type") or "")


def _component(spec: Mapping[str, Any], number: int, parent: str = "c") -> Component:
    kind = str(spec["type"])
    identity = str(spec.get("id") or f"{parent}_{number}")
    layout = spec.get("layout") or {}
    columns = layout.get("columns")
    return Component(
        id=identity,
        type=kind,
        path=_path(spec.get("path") if kind in LISTS else spec.get("key")),
        label=str(spec.get("label") or spec.get("dateLabel") or spec.get("timeLabel") or ""),
        spec=spec,
        components=tuple(
            _component(child, index, identity)
            for index, child in enumerate(spec.get("components") or () if kind in LISTS else ())
        ),
        expressions=slots_of(spec),
        layout_row=str(layout.get("row") or ""),
        columns=columns if isinstance(columns, int) and 1 <= columns <= 16 else None,
    )


def _path(text: object) -> tuple[str, ...]:
    return tuple(str(text).split(".")) if text else ()


def _first_heading(components: list[Component]) -> str:
    """The text of the first Markdown heading: form-js files have no title of their own."""
    for component in components:
        if component.type == "text":
            for line in str(component.spec.get("text") or "").splitlines():
                if line.startswith("#"):
                    return line.lstrip("# ").strip()
    return ""
