"""Deadlines and timers in words: «3 рабочих дня», «каждый год 5 июня»."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from datetime import time as time_of_day
from typing import Any

from babel.dates import format_skeleton, format_time
from flask_babel import format_date, get_locale

from app.feel import FeelError, evaluate

from .words import gettext as _
from .words import ngettext

_WORKING = re.compile(r"(\d+)\s*wd")
_COMPUTED = re.compile(r'=\s*string\((.+)\)\s*\+\s*"\s*wd"')
_AFTER = re.compile(r"=\s*add business days\(\s*today\(\)\s*,\s*([\w.+ ]+?)\s*\)(\s*\+\s*duration\(\"P1D\"\))?")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_REPEATED = re.compile(r"R(\d*)/(?:[^/]+/)?(P[^/]+)")
_KNOWN = re.compile(r"(?:sla\.\w+|\d+)(?:\s*[+-]\s*(?:sla\.\w+|\d+))*")
_CRON = re.compile(r"0 (\d+) (\d+) (\S+) (\S+) \*")
_WRITTEN_NUMBERS = re.compile(r"\d+")
_DAY = re.compile(r"\b\d{4}\b")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WRITTEN_DAY = re.compile(r"\b\d{4}\b")
_NUMBERS = re.compile(r"\d+")
_LEAP = 2024


def deadline(written: str, sla: Mapping[str, Any]) -> str:
    """A deadline as written in a model, in words; empty when there is none.

    Args:
        written: working days (`3 wd`), ISO duration or date, or FEEL.
        sla: the shared decision `sla`: names of terms -> working days.
    """
    text = written.strip()
    return _fixed(text, sla) if text else ""


def moment(written: str, sla: Mapping[str, Any]) -> str:
    """When a timer fires, in words: after a time, on a day, again and again; empty for a timer without a time."""
    text = written.strip()
    if not text:
        return ""
    cycle = _cycle(text)
    return cycle if cycle else _fixed(text, sla)


def is_span(time: str) -> bool:
    """Whether a moment in words is a length of time (`5 рабочих дней`) that can follow «за»."""
    return time[:1].isdecimal() and "," not in time and not _WRITTEN_DAY.search(time)


def working_days(count: int) -> str:
    """`3 рабочих дня`."""
    return ngettext("%(num)s working day", "%(num)s working days", count)


def _fixed(text: str, sla: Mapping[str, Any]) -> str:
    found = _WORKING.fullmatch(text)
    if found:
        return working_days(int(found[1]))
    found = _COMPUTED.fullmatch(text) or _AFTER.fullmatch(text)
    count = _known(found[1], sla) if found else None
    if count is not None:
        return working_days(count)
    plain = re.sub(r'^=\s*(?:duration\()?"(P[^"]+)"\)?$', r"\1", text)
    if plain.startswith("P"):
        said = duration(plain)
        if said:
            return said
    if _DAY.fullmatch(text):
        return str(format_date(date.fromisoformat(text), "long"))
    return _("by the dates of the process")


def _known(expression: str, sla: Mapping[str, Any]) -> int | None:
    """The number that an expression over the shared terms gives; None when it needs more than these."""
    if not _KNOWN.fullmatch(expression.strip()):
        return None
    try:
        value = evaluate("=" + expression, {"sla": dict(sla)})
    except FeelError:
        return None
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def duration(text: str) -> str:
    """An ISO 8601 duration in words, `P1DT2H` -> `1 день 2 часа`; empty for what is none."""
    found = _DURATION.fullmatch(text)
    if not found:
        return ""
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    parts = [
        ngettext("%(num)s year", "%(num)s years", years) if years else "",
        ngettext("%(num)s month", "%(num)s months", months) if months else "",
        ngettext("%(num)s week", "%(num)s weeks", weeks) if weeks else "",
        ngettext("%(num)s day", "%(num)s days", days) if days else "",
        ngettext("%(num)s hour", "%(num)s hours", hours) if hours else "",
        ngettext("%(num)s minute", "%(num)s minutes", minutes) if minutes else "",
        ngettext("%(num)s second", "%(num)s seconds", seconds) if seconds else "",
    ]
    return " ".join(part for part in parts if part)


def _cycle(text: str) -> str:
    """What comes again: `R/P7D`, `0 0 6 5 6 *`; empty for what does not."""
    repeated = _REPEATED.fullmatch(text)
    if repeated:
        time = duration(repeated[2])
        if not repeated[1]:
            return _("again and again, every time after %(time)s", time=time)
        return str(
            ngettext("%(num)s time, after %(time)s", "%(num)s times, each after %(time)s", int(repeated[1]), time=time)
        )
    if text.startswith("=") or len(text.split()) != 6:
        return ""
    found = _CRON.fullmatch(text)
    return (_timetable(*found.groups()) if found else "") or _("by a timetable")


def _timetable(minute: str, hour: str, days: str, months: str) -> str:
    """A cron line whose days are simple; empty for others."""
    try:
        at = format_time(time_of_day(int(hour), int(minute)), "short", locale=get_locale())
        dates = [date(_LEAP, int(month), int(days)) for month in _NUMBERS.findall(months) if days.isdecimal()]
    except ValueError:
        return ""
    if days == "*" and months == "*":
        return _("every day at %(time)s", time=at)
    if days.isdecimal() and months == "*":
        return _("every month on day %(day)s at %(time)s", day=days, time=at)
    if dates and re.fullmatch(r"[\d,]+", months):
        named = [format_skeleton("MMMMd", one, locale=get_locale()) for one in dates]
        return _("every year: %(days)s, at %(time)s", days=", ".join(named), time=at)
    return ""
