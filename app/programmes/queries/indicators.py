"""Values of indicators as thresholds of measures ask for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def value_of(code: str, organisation: str, year: int) -> float | None:
    """The value of an indicator at a place in a year, unrounded; None where it is not defined or has no data."""
    values: Any = import_module("app.indicators.queries")
    return values.value_of(code, organisation, year)  # type: ignore[no-any-return]
