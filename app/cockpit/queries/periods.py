"""Stages and months to look at."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale

from app.programmes import queries as programmes
from app.programmes.models import SupportProgramme


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a programme's time: `code` stands in addresses."""

    code: str
    title: str
    since: date
    until: date


def periods_of(programme: SupportProgramme) -> list[Period]:
    """The stages of the programme's calendars, then its months."""
    found = [
        Period(f"s{stage.key}", f"{calendar.title}: {stage.title}", stage.starts_on, stage.ends_on)
        for calendar in programmes.calendars(programme.key)
        for stage in calendar.stages
    ]
    return found + [_month(first) for first in months_of(programme)]


def period_of(programme: SupportProgramme, code: str) -> Period:
    """The period of a code; the whole programme for an unknown one."""
    whole = Period("", "", programme.period_from, programme.period_to)
    return next((each for each in periods_of(programme) if each.code == code), whole)


def months_of(programme: SupportProgramme) -> list[date]:
    """First days of the months that a programme touches."""
    first, last = programme.period_from, programme.period_to
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count)]


def _month(first: date) -> Period:
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return Period(f"{first:%Y-%m}", month_title(first), first, last)


def month_title(first: date) -> str:
    """Month and year in the reader's language."""
    return format_date(first, "LLLL y", locale=get_locale() or "ru")
