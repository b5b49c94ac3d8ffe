"""Reads what a model hands to a service type."""

from __future__ import annotations

from app.engine.service_inputs import context, optional, rows
from app.engine.services import ModelFault, ServiceCall

__all__ = ["context", "key", "optional", "rows", "year"]


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
