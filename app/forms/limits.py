"""A component's limits at one moment; each may be written plainly or as FEEL."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.forms.definition import Component
from app.forms.formats import read_number
from app.forms.nodes import Limits
from app.forms.rows import HARD_MAX_ROWS, MAX_ROWS

LONGEST_TEXT = {"textfield": 1000, "textarea": 20_000}
"""What a text may hold when the form names no limit."""


def limits_of(component: Component, slots: Mapping[str, Any]) -> Limits:
    """Evaluate a component's limits.

    Args:
        slots: values of its FEEL slots.
    """
    if component.type == "dynamiclist":
        fewest, most = (_whole(_given(component, slots, key, component.properties)) for key in ("minRows", "maxRows"))
        # rows that the process gives (the listeners of a course) are as many as they are
        usual = HARD_MAX_ROWS if component.spec.get("allowAddRemove") is False else MAX_ROWS
        return Limits(low=fewest or 0, high=min(most if most is not None else usual, HARD_MAX_ROWS))
    if component.type == "number":
        least, greatest = (_decimal(_given(component, slots, key, component.validate)) for key in ("min", "max"))
        return Limits(low=least, high=greatest)
    if component.type == "datetime":
        first, last = (_text(_given(component, slots, key, component.properties)) for key in ("min", "max"))
        return Limits(low=first, high=last)
    if component.type in LONGEST_TEXT:
        return _text_limits(component, slots)
    return Limits()


def _text_limits(component: Component, slots: Mapping[str, Any]) -> Limits:
    rules, most = component.validate, LONGEST_TEXT[component.type]
    shortest, longest = (_whole(_given(component, slots, key, rules)) for key in ("minLength", "maxLength"))
    pattern = _text(_given(component, slots, "pattern", rules))
    return Limits(shortest=shortest, longest=min(longest, 100_000) if longest is not None else most, pattern=pattern)


def _given(component: Component, slots: Mapping[str, Any], key: str, place: Mapping[str, Any]) -> Any:
    return slots.get(key) if key in component.expressions else place.get(key)


def _whole(value: Any) -> int | None:
    number = _decimal(value)
    return None if number is None else int(number)


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else read_number(value)
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
