"""Where FEEL stands in a form-js component. Texts with `{{…}}` are another matter (`templating`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ALWAYS = ("prefill", "sourceFilter", "requiredWhen", "check", "rows")
"""Platform properties that are FEEL with or without a leading '='."""
_STANDARD = ("valuesExpression", "expression", "columnsExpression", "dataSource")
_MARKED = ("readonly", "disabled", "multiple", "accept", "source")
_VALIDATE = ("required", "min", "max", "minLength", "maxLength", "pattern")
_PROPERTIES = ("min", "max", "minRows", "maxRows", "maxSize")


def slots_of(spec: Mapping[str, Any]) -> dict[str, str]:
    """The FEEL expressions of a component by slot, without their '='."""
    properties, rules = spec.get("properties") or {}, spec.get("validate") or {}
    found: dict[str, str] = {}
    hide = (spec.get("conditional") or {}).get("hide")
    if isinstance(hide, str) and hide.strip():
        found["hide"] = bare(hide)
    for key in _STANDARD:
        if str(spec.get(key) or "").strip():
            found[key] = bare(str(spec[key]))
    for key in ALWAYS:
        if str(properties.get(key) or "").strip():
            found[key] = bare(str(properties[key]))
    for place, keys in ((spec, _MARKED), (rules, _VALIDATE), (properties, _PROPERTIES)):
        for key in keys:
            if is_marked(place.get(key)):
                found[key] = bare(place[key])
    return found


def is_marked(value: object) -> bool:
    """Whether a value is FEEL by its leading '='."""
    return isinstance(value, str) and value.lstrip().startswith("=")


def bare(expression: str) -> str:
    """The expression without its '='."""
    return expression.strip().removeprefix("=").strip()
