"""Reads what a model hands to a service type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.services import ModelFault, ServiceCall


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


def optional(call: ServiceCall, name: str) -> str | None:
    """A text that may be missing."""
    value = call.variables.get(name)
    return value.strip() or None if isinstance(value, str) else None


def year(call: ServiceCall) -> int:
    """The calendar year of the process.

    Raises:
        ModelFault: it is no year.
    """
    value = call.variables.get("year")
    if not isinstance(value, int) or isinstance(value, bool):
        raise ModelFault(f"«year» must be a year, not {value!r}")
    return value


def key(call: ServiceCall, name: str) -> int:
    """The key of a row, which variables hold as text.

    Raises:
        ModelFault: it is no key.
    """
    text = call.text(name)
    if not text.isdecimal():
        raise ModelFault(f"«{name}» must be a key, not {text!r}")
    return int(text)
