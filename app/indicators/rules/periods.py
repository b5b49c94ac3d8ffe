"""Periods: which dates count for a year, by the rule of the definition."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, lazy_gettext
from flask_babel import lazy_gettext as _l

YEAR, SCHOOL_YEAR, MONTHS, STAGE, DATES, ALWAYS = "year", "school_year", "months", "stage", "dates", "always"
KINDS = {
    YEAR: _l("calendar year"),
    SCHOOL_YEAR: _l("school year (September to August)"),
    MONTHS: _l("months of the year"),
    STAGE: _l("stage: dates are chosen with the value"),
    DATES: _l("fixed dates"),
    ALWAYS: _l("everything up to now"),
}
EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True, slots=True)
class Period:
    """Dates that count, both included; None is open.

    Attributes:
        code: names it in tables: `2026`, `2026/27`, `2026-02..2026-04`, `2026-04-01..2026-06-30`, `always`.
        year: the year that was asked for.
    """

    code: str
    start: date | None
    end: date | None
    year: int

    @property
    def title(self) -> str:
        """As people call it."""
        return title(self.code)


def period(rule: Mapping[str, Any], year: int, between: tuple[date, date] | None = None) -> Period:
    """The period of a rule.

    Args:
        rule: `{kind, …}` as a definition holds it.
        year: calendar year; of a school year the one in which it begins.
        between: dates of a stage.
    """
    kind = rule.get("kind", YEAR)
    if between and kind == STAGE:
        return _between(between[0], between[1], year)
    if kind == SCHOOL_YEAR:
        return Period(f"{year}/{(year + 1) % 100:02}", date(year, 9, 1), date(year + 1, 8, 31), year)
    if kind == MONTHS:
        first, last = int(rule["first"]), int(rule["last"])
        end = date(year, last, calendar.monthrange(year, last)[1])
        return Period(f"{year}-{first:02}..{year}-{last:02}", date(year, first, 1), end, year)
    if kind == DATES:
        return _between(date.fromisoformat(str(rule["from"])), date.fromisoformat(str(rule["to"])), year)
    if kind == ALWAYS:
        return Period(ALWAYS, None, None, year)
    return Period(str(year), date(year, 1, 1), date(year, 12, 31), year)


def title(code: str) -> str:
    """A period's code as people read it."""
    if code == ALWAYS:
        return str(_l("for all time"))
    first, dots, last = code.partition("..")
    if not dots:
        if "/" in code:
            return str(lazy_gettext("school year %(year)s", year=code))
        return str(lazy_gettext("year %(year)s", year=code))
    if len(first) == 7:
        return f"{_month(first)} – {_month(last)}" if first != last else _month(first)
    return f"{_day(first)} – {_day(last)}"


def _between(start: date, end: date, year: int) -> Period:
    return Period(f"{start.isoformat()}..{end.isoformat()}", start, end, year)


def _month(code: str) -> str:
    return str(format_date(date.fromisoformat(f"{code}-01"), "LLLL y", rebase=False))


def _day(code: str) -> str:
    return str(format_date(date.fromisoformat(code), "short", rebase=False))
