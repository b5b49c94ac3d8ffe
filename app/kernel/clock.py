"""The only source of the current time, so that tests and simulations can move it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_frozen: datetime | None = None


def now() -> datetime:
    """The current moment, zone-aware, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC)


def today(zone: str = "Europe/Moscow") -> date:
    """The current date in a zone."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` (zone-aware); `move` changes it inside."""
    global _frozen
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


def move(to: datetime | timedelta) -> datetime:
    """Set a frozen clock to a moment, or forward by a span. Returns the new moment.

    Raises:
        RuntimeError: the clock is not frozen; real time cannot be moved.
    """
    global _frozen
    if _frozen is None:
        raise RuntimeError("the clock is not frozen")
    _frozen = _frozen + to if isinstance(to, timedelta) else to.astimezone(UTC)
    return _frozen
