"""The types of DMN columns."""

from __future__ import annotations

from typing import Any

from app.engine.decisions.errors import DecisionError

_NUMBERS = frozenset({"number", "integer", "long", "double"})
_TEMPORAL = {
    "date": "date",
    "time": "time",
    "dateTime": "dateTime",
    "date and time": "dateTime",
    "dayTimeDuration": "duration",
    "yearMonthDuration": "duration",
    "days and time duration": "duration",
    "years and months duration": "duration",
}


def temporal(kind: str | None) -> str | None:
    """How V8 reads such a column from text: 'date', 'time', 'dateTime', 'duration'; None for other types."""
    return _TEMPORAL.get(kind or "")


def check_type(value: Any, kind: str | None, where: str) -> None:
    """Nothing when a value fits its declared type; null always does, unknown types take anything.

    Raises:
        DecisionError: it does not fit.
    """
    if value is None or kind is None:
        return
    if kind in _NUMBERS:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    elif kind == "boolean":
        fits = isinstance(value, bool)
    elif kind == "string" or kind in _TEMPORAL:
        fits = isinstance(value, str)
    else:
        return
    if not fits:
        raise DecisionError(f"{where}: {value!r} is not a {kind}"[:300])
