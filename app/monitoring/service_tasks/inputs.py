"""Reads what a model hands to a service type."""

from __future__ import annotations

from datetime import date

from app.engine.service_inputs import context, optional, rows
from app.engine.services import ModelFault, ServiceCall

__all__ = ["context", "day", "number", "optional", "rows", "texts"]


def number(call: ServiceCall, name: str) -> int:
    """A whole number.

    Raises:
        ModelFault: it is missing or something else.
    """
    value = call.variables.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ModelFault(f"«{name}» must be a number, not {value!r}")
    return int(value)


def texts(call: ServiceCall, name: str) -> list[str]:
    """A list of texts; empty when missing."""
    value = call.variables.get(name)
    return [str(item) for item in value] if isinstance(value, list) else []


def day(call: ServiceCall, name: str) -> date | None:
    """A date from its ISO text; None when missing.

    Raises:
        ModelFault: it is no date.
    """
    value = call.variables.get(name)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ModelFault(f"«{name}» must be a date, not {value!r}") from None
