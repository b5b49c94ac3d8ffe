"""When a measure happens: what the words of a document mean, and which occurrences follow from it.

The text is kept as it stands; months are read from it, never invented («в течение года» has none).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

MONTHS, WINDOW, YEAR, SCHEDULE, MONTHLY, REQUEST = "months", "window", "year", "schedule", "monthly", "request"
KINDS = (MONTHS, WINDOW, YEAR, SCHEDULE, MONTHLY, REQUEST)
DATED = (MONTHS, WINDOW)
"""Kinds with months of their own; the others are shown apart (LIP-02)."""
_STEMS = ("янв", "фев", "мар", "апр", "ма[йяе]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_NAME = re.compile(r"\b(?:" + "|".join(f"({stem})" for stem in _STEMS) + r")[а-я]*(?:\s+(20\d\d))?")
_BETWEEN = re.compile(r"^[^-–—а-я]*[-–—][^-–—а-я]*$")
_YEAR_AFTER = re.compile(r"^\s*(20\d\d)")


@dataclass(frozen=True, slots=True)
class Period:
    """What a text says.

    Attributes:
        kind: one of `KINDS`.
        months: 1–12, of a dated one without years.
        windows: `{from, to}` as `2021-12`, where the text names years; one occurrence each.
    """

    kind: str
    months: tuple[int, ...] = ()
    windows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """An occurrence to be: first day and last working day."""

    opens_on: date
    due_on: date


@dataclass(slots=True)
class _Found:
    """A month name in a text, whether a dash stands before it, and its year if one is named."""

    month: int
    joined: bool
    year: int | None = None
    end: int = field(default=0)


def read_period(text: str) -> Period | None:
    """What the words mean; None when no month and no known phrase stands there.

    >>> read_period("апрель - сентябрь").months
    (4, 5, 6, 7, 8, 9)
    """
    plain = " ".join(text.lower().replace("ё", "е").split())
    for words, kind in (("график", SCHEDULE), ("запрос", REQUEST), ("раз в месяц", MONTHLY), ("ежемесячно", MONTHLY)):
        if words in plain:
            return Period(kind)
    found = _names(plain)
    if not found:
        return Period(YEAR) if "течение" in plain or "весь год" in plain else None
    runs = _runs(found)
    if any(each.year for each in found):
        windows = tuple((_iso(run[0], found), _iso(run[-1], found)) for run in runs)
        return Period(WINDOW if any(len(run) > 1 for run in runs) else MONTHS, windows=windows)
    months = tuple(month for run in runs for month in _span(run))
    return Period(WINDOW if len(runs) == 1 and len(runs[0]) > 1 else MONTHS, months=tuple(dict.fromkeys(months)))


def _names(plain: str) -> list[_Found]:
    found: list[_Found] = []
    for match in _NAME.finditer(plain):
        month = next(index for index, text in enumerate(match.groups()[:12], 1) if text)
        between = plain[found[-1].end : match.start()] if found else ""
        year = match.group(13)
        found.append(_Found(month, bool(_BETWEEN.match(between)), int(year) if year else None, match.end()))
    return found


def _runs(found: Sequence[_Found]) -> list[list[_Found]]:
    """Months joined by a dash are the ends of a run."""
    runs: list[list[_Found]] = []
    for each in found:
        if each.joined and runs and len(runs[-1]) == 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _span(run: Sequence[_Found]) -> range | list[int]:
    first, last = run[0].month, run[-1].month
    return range(first, last + 1) if first <= last else [*range(first, 13), *range(1, last + 1)]


def _iso(each: _Found, found: Sequence[_Found]) -> str:
    """A month with its year; the next named one counts where it has none."""
    after = [other.year for other in found[found.index(each) :] if other.year]
    before = [other.year for other in found[: found.index(each)] if other.year]
    return f"{(after or before)[0]}-{each.month:02}"


def plan(
    kind: str,
    months: Sequence[int],
    windows: Sequence[Any],
    period: tuple[date, date],
    works: Callable[[date], bool],
) -> list[Planned]:
    """The occurrences that are known beforehand (roadmap_measure 1): none for a schedule and for requests.

    Args:
        months: of the programme's last year (`2022–2023` plans its undated months for 2023).
        windows: `{from, to}` or pairs, as `2021-12`, or to the day (`2021-12-15`).
        period: first and last day of the programme.
        works: whether a day is worked.
    """
    year = period[1].year
    if kind == MONTHLY:
        spans = [(day, day) for day in _months_between(*period)]
    elif kind == YEAR:
        spans = [(day, day) for day in _months_between(*period) if day.month % 3 == 0]
    elif windows:
        return [_planned(*pair, works) for pair in map(_pair, windows)]
    elif kind == WINDOW and months:
        first, last = date(year, months[0], 1), date(year, months[-1], 1)
        spans = [(first if first <= last else first.replace(year=year - 1), last)]
    else:
        spans = [(date(year, month, 1), date(year, month, 1)) for month in (months if kind in DATED else ())]
    return [Planned(first, last_working_day(last, works)) for first, last in spans]


def _planned(first: str, last: str, works: Callable[[date], bool]) -> Planned:
    """An occurrence of a window: whole months end on a working day, days count as they are written."""
    opens, due = month_day(first), month_day(last)
    return Planned(
        _exact(opens, first) if len(first) > 7 else opens,
        _exact(due, last) if len(last) > 7 else last_working_day(due, works),
    )


def _exact(month: date, text: str) -> date:
    return month.replace(day=min(int(text[8:10]), last_day(month).day))


def _pair(window: Any) -> tuple[str, str]:
    if isinstance(window, dict):
        return str(window["from"]), str(window["to"])
    first, last = window
    return str(first), str(last)


def month_day(text: str) -> date:
    """The first day of a month written `2026-04`.

    Raises:
        ValueError: it is not written so, or there is no such month.
    """
    year, _, month = text.partition("-")
    return date(int(year), int(month[:2]), 1)


def last_day(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def last_working_day(day: date, works: Callable[[date], bool]) -> date:
    """The last working day of a day's month (its last day where none is worked)."""
    last = end = last_day(day)
    while not works(last) and last.day > 1:
        last -= timedelta(days=1)
    return last if works(last) else end


def _months_between(first: date, last: date) -> list[date]:
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(day)
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return found


def active_in(kind: str, months: Sequence[int], windows: Sequence[Any], month: date) -> bool:
    """Whether a dated measure is active in a month (`month`: its first day)."""
    if windows:
        return any(month_day(first) <= month <= month_day(last) for first, last in map(_pair, windows))
    return kind in DATED and month.month in months
