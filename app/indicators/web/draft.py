"""The editor's form and the definition: one becomes the other."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from app.kernel.errors import Invalid

from ..rules import definition as words
from ..rules import files, periods

SIDES = ("numerator", "denominator")
PLAIN = ("code", "title", "unit", "target", "amber_share", "organisation", "programme", "origin", "note")
SPARE = 2
"""Empty lines for further conditions."""
LINES = 20


def form_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """A definition as the fields of the form."""
    found: dict[str, Any] = {name: "" if body.get(name) is None else body[name] for name in PLAIN}
    rule = body.get("period") or {"kind": periods.YEAR}
    found |= {f"period_{name}": rule.get(name, "") for name in ("kind", "first", "last", "from", "to")}
    for side in SIDES:
        measure = body.get(side) or {}
        found[f"{side}_source"] = measure.get("source", "")
        found[f"{side}_count"] = measure.get("count", words.ROWS)
        found[f"{side}_field"] = measure.get("field", "")
        found[f"{side}_also"] = files.inline(measure["also"]) if measure.get("also") else ""
        for number, one in enumerate(measure.get("where", ())):
            found[f"{side}_where_{number}_field"] = one["field"]
            found[f"{side}_where_{number}_operator"] = one["operator"]
            found[f"{side}_where_{number}_value"] = _shown(one["value"])
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    return files.inline(value) if isinstance(value, Mapping) else str(value)


def body_of(form: Mapping[str, str]) -> dict[str, Any]:
    """The form's fields as a definition, unchecked.

    Raises:
        Invalid: what stands in braces cannot be read.
    """
    found: dict[str, Any] = {name: form.get(name, "").strip() or None for name in PLAIN}
    rule = {name: form.get(f"period_{name}", "").strip() for name in ("kind", "first", "last", "from", "to")}
    found["period"] = {name: value for name, value in rule.items() if value}
    for side in SIDES:
        found[side] = _measure(form, side)
    return found


def _measure(form: Mapping[str, str], side: str) -> dict[str, Any] | None:
    source = form.get(f"{side}_source", "").strip()
    if not source:
        return None
    count = form.get(f"{side}_count", "") or words.ROWS
    found: dict[str, Any] = {"source": source, "count": count}
    field = form.get(f"{side}_field", "").strip()
    if field and count != words.ROWS:
        found["field"] = field
    where = [one for number in range(LINES) if (one := _condition(form, f"{side}_where_{number}"))]
    if where:
        found["where"] = where
    also = form.get(f"{side}_also", "").strip()
    if also:
        found["also"] = _parsed(also, f"{side}.also")
    return found


def _condition(form: Mapping[str, str], name: str) -> dict[str, Any] | None:
    field = form.get(f"{name}_field", "").strip()
    if not field:
        return None
    value = form.get(f"{name}_value", "").strip()
    written: Any = _parsed(value, name) if value.startswith("{") else value
    return {"field": field, "operator": form.get(f"{name}_operator", "") or "eq", "value": written}


def _parsed(text: str, path: str) -> Any:
    try:
        return files.parsed(text)
    except Invalid as error:
        raise Invalid(error.message, {path: [error.message]}) from error


def lines(form: Mapping[str, Any], side: str) -> int:
    """How many lines of conditions to show: the filled ones and some to spare."""
    filled = [number for number in range(LINES) if form.get(f"{side}_where_{number}_field")]
    return min((max(filled) + 1 if filled else 0) + SPARE, LINES)


def errors_of(errors: Mapping[str, list[object]]) -> dict[str, object]:
    """Messages by path of the definition as messages by field of the form."""
    found: dict[str, object] = {}
    for path, messages in errors.items():
        name = path.replace(".", "_")
        with suppress(ValueError):
            side, rest = name.split("_", 1)
            if side in SIDES and rest.startswith("where_") and rest.count("_") == 1:
                name = f"{name}_value"
        if path in SIDES:
            name = f"{path}_source"
        if path == "period":
            name = "period_kind"
        found.setdefault(name, messages[0])
    return found
