"""Working days and deadlines: the calendar of Russia, the region's own days, local midnight.

A deadline is the last second of its day at the place of the task's organisation, so that the date that people read is
the last day on which they are in time.
"""

from __future__ import annotations

import re
import threading
import time as monotonic_time
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import select

from app.engine import timers
from app.engine.models import CalendarDay
from app.feel import FeelError, feel
from app.kernel import clock
from app.kernel.db import db

LAST_SECOND = time(23, 59, 59)
REMIND_BEFORE, ESCALATE_AFTER = 2, 5
"""Working days, processes §0 item 2."""
REMIND_AT = time(8, 0)
_KEEP = 60.0
"""Seconds after which another process's change of the calendar is noticed."""
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked.

    Attributes:
        off: days off besides Saturdays and Sundays.
        working: Saturdays and Sundays that are worked.
    """

    off: frozenset[date]
    working: frozenset[date]

    def works(self, day: date) -> bool:
        """Whether a day is worked."""
        if day in self.working:
            return True
        return day.weekday() < 5 and day not in self.off

    def add(self, day: date, count: int) -> date:
        """The day `count` working days after `day` (before it when negative)."""
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.works(day)
        return day


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calendar: Calendar | None = None
        self.engine: object = None
        self.until = 0.0
        self.pushed: Calendar | None = None


_kept = _Kept()


def calendar() -> Calendar:
    """The calendar in force, also given to FEEL's business-day functions."""
    now = monotonic_time.monotonic()
    if _kept.calendar is None or _kept.engine is not db.engine or now > _kept.until:
        with _kept.lock:
            found = _read()
            if found != _kept.pushed:
                feel.set_calendar("default", sorted(found.off), sorted(found.working))
                _kept.pushed = found
            _kept.calendar, _kept.engine, _kept.until = found, db.engine, now + _KEEP
    return _kept.calendar


def forget() -> None:
    """Read the calendar anew at the next use."""
    _kept.calendar = None


db.remembered(forget)


def _read() -> Calendar:
    year = clock.now().year
    off = set(holidays.country_holidays("RU", years=range(year - 2, year + 4)))
    working: set[date] = set()
    for own in db.session.scalars(select(CalendarDay)):
        (working if own.working else off).add(own.day)
        (off if own.working else working).discard(own.day)
    return Calendar(frozenset(off), frozenset(working))


def end_of(day: date, zone: str) -> datetime:
    """The last second of a local day, in UTC."""
    return datetime.combine(day, LAST_SECOND, ZoneInfo(zone)).astimezone(UTC)


def local_day(at: datetime, zone: str) -> date:
    """The local date of a moment."""
    return at.astimezone(ZoneInfo(zone)).date()


def due_at(value: Any, start: datetime, zone: str) -> datetime | None:
    """When a task is due.

    Args:
        value: ISO date (its last second), date-time (as it is), duration (with days: the last second of that day),
            or `"3 wd"`, working days after `start`.
        start: when the task began.
        zone: of the task's organisation.

    Raises:
        FeelError: it is none of these.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise FeelError(f"not a date: {value!r}")
    working = timers.WORKING_DAYS.match(value)
    if working:
        return end_of(calendar().add(local_day(start, zone), int(working[1])), zone)
    if _DATE.match(value.strip()):
        return end_of(local_day(timers.parse_date(value, zone), zone), zone)
    if value.strip().startswith(("P", "-P")):
        duration = timers.parse_duration(value)
        at = timers.add_duration(start, duration, zone)
        return end_of(local_day(at, zone), zone) if duration.days or duration.months else at
    return timers.parse_date(value, zone)


def next_mark(due: datetime, after: datetime, zone: str, done: str | None = None) -> tuple[str, datetime] | None:
    """What the platform does next about a deadline: reminder two working days before, overdue mark at the deadline,
    escalation five working days after it (processes §0 item 2).

    Args:
        after: a reminder that would lie before this moment is left out.
        done: the mark that was made last.
    """
    days = calendar()
    day = local_day(due, zone)
    if done is None:
        remind = datetime.combine(days.add(day, -REMIND_BEFORE), REMIND_AT, ZoneInfo(zone)).astimezone(UTC)
        if remind > after:
            return "reminder", remind
    if done in (None, "reminder"):
        return "overdue", due
    if done == "overdue":
        return "escalation", end_of(days.add(day, ESCALATE_AFTER), zone)
    return None


def set_day(day: date, working: bool, title: str = "") -> None:
    """Make a day a working day or a day off, whatever the calendar of Russia says. The caller checks the policy."""
    db.session.merge(CalendarDay(day=day, working=working, title=title))
    db.session.flush()
    db.after_commit(forget)


def unset_day(day: date) -> None:
    """Take back `set_day`. The caller checks the policy."""
    own = db.session.get(CalendarDay, day)
    if own is not None:
        db.session.delete(own)
        db.session.flush()
        db.after_commit(forget)
