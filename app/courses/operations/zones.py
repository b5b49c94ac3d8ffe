"""The day and the hour as they are in a listener's school."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.kernel import clock
from app.kernel.errors import NotFound
from app.people import queries as people

from ..models import Listener


def zone_of(listener: Listener) -> ZoneInfo:
    """The time zone of the listener's school."""
    name = "Europe/Moscow"
    with suppress(NotFound):
        name = people.organisation(listener.school).timezone
    return ZoneInfo(name)


def local_today(listener: Listener) -> date:
    """Today in the listener's school."""
    return clock.now().astimezone(zone_of(listener)).date()


def local_day(moment: datetime, listener: Listener) -> date:
    """The day of a moment in the listener's school."""
    return moment.astimezone(zone_of(listener)).date()
