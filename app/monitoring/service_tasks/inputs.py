"""Reads what a model hands to a service type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.engine.services import ModelFault, ServiceCall


def optional(call: ServiceCall, name: str) -> str | None:
    """A text that may be missing."""
    value = call.variables.get(name)
    return value.strip() or None if isinstance(value, str) else None


def number(call: ServiceCall, name: str) -> int:
    """A whole number.

    Raises:
        ModelFault: it is missing or something else.
    """
    value = call.variables.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ModelFault(f"«{name}» must be a number, not {value!r}")
    return int(value)


def context(call: ServiceCall, name: str) -> dict[str, Any]:
    """A context; empty when missing.

    Raises:
        ModelFault: it is something else.
    """
    value = call.variables.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ModelFault(f"«{name}» must be a context, not {value!r}")
    return dict(value)


def rows(call: ServiceCall, name: str) -> list[dict[str, Any]]:
    """A list of contexts; empty when missing.

    Raises:
        ModelFault: it is something else.
    """
    value = call.variables.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise ModelFault(f"«{name}» must be a list of contexts, not {value!r}")
    return [dict(item) for item in value]


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
