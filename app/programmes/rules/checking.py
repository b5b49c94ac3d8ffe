"""Judges the rows of a roadmap: what is refused, and what is kept as it stands with a warning (never repaired)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from .drafts import Reading, Row, problem
from .executors import read_executors
from .periods import KINDS, MONTHS, SCHEDULE, WINDOW, last_day, month_day, read_period
from .thresholds import COUNTS, HAVING

FAR = timedelta(days=366)
"""A month so far outside the programme is a slip of the pen; nearer ones stand in the documents (SOS 14, YAR 1.1)."""
LONGEST_TITLE, LONGEST_NUMBER = 2000, 20
_NUMBER = re.compile(r"^(?:(\d+)\.)?(\d+)$")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rows are judged against.

    Attributes:
        code: of the programme: what the row keys begin with.
        period: its first and last day.
        there: `(number, title)` of the measures that it has already.
        follows: row key → row key that it follows, of all measures that there are.
        shift: years by which the dates that the words name are moved (a plan taken over for another year).
    """

    code: str
    period: tuple[date, date]
    there: frozenset[tuple[str, str]] = frozenset()
    keys: frozenset[str] = frozenset()
    follows: Mapping[str, str] = field(default_factory=dict)
    shift: int = 0


@dataclass(slots=True)
class Report:
    """Rows that may be taken (with their warnings), warnings by row, and refused rows."""

    rows: list[Row] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)


class _Refused(Exception):
    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = message


def check(reading: Reading, ground: Ground) -> Report:
    """Judge every row by itself and against the others."""
    report = Report(problems=list(reading.problems))
    taken: dict[str, Row] = {}
    numbers = Counter(row.number for row in reading.rows)
    for row in reading.rows:
        try:
            _refuse_broken(row, ground)
            _read_texts(row, ground)
            row.key = _key(row, ground, taken)
            _refuse_circle(row, ground, taken)
        except _Refused as refusal:
            report.problems.append(problem(row.sheet, row.row, refusal.message))
            continue
        taken[row.key] = row
        report.rows.append(row)
    documents = any(row.document for row in report.rows)
    for row in report.rows:
        row.warnings = [str(each) for each in _warnings(row, report.rows, numbers, ground, documents)]
        report.warnings += [problem(row.sheet, row.row, each) for each in row.warnings]
    report.warnings += _gaps(report.rows, numbers)
    report.problems.sort(key=lambda each: (each["sheet"], each["row"]))
    return report


def _refuse_broken(row: Row, ground: Ground) -> None:
    if not row.number:
        raise _Refused(_l("The number is missing."))
    if not row.title:
        raise _Refused(_l("The title is missing."))
    if not row.period:
        raise _Refused(_l("The period is missing."))
    if len(row.number) > LONGEST_NUMBER or len(row.title) > LONGEST_TITLE:
        raise _Refused(_l("The number or the title is too long."))
    if row.kind and row.kind not in KINDS:
        raise _Refused(_l("Unknown kind of period «%(kind)s».", kind=row.kind))
    if any(not isinstance(month, int) or isinstance(month, bool) or not 1 <= month <= 12 for month in row.months):
        raise _Refused(_l("A month is a number from 1 to 12."))
    if (row.number, row.title) in ground.there:
        raise _Refused(_l("This measure stands in the roadmap already."))
    for threshold in row.thresholds:
        _refuse_threshold(threshold)
        threshold.setdefault("count", "sum")


def _refuse_threshold(threshold: Any) -> None:
    whole = isinstance(threshold, dict) and threshold.get("code") and threshold.get("label")
    number = isinstance(threshold, dict) and isinstance(threshold.get("at_least"), int | float)
    having = threshold.get("having", []) if isinstance(threshold, dict) else []
    known = isinstance(having, list) and set(map(str, having)) <= set(HAVING)
    if not whole or not number or not known or threshold.get("count", "sum") not in COUNTS:
        raise _Refused(_l("A threshold needs «code», «label», a number «at_least» and a known «count»."))


def _read_texts(row: Row, ground: Ground) -> None:
    """Fill in what the words say: kind, months, windows, executors. Refuses dates far outside the programme."""
    if not row.kind and row.windows:
        row.kind = WINDOW if any(each.get("from") != each.get("to") for each in row.windows) else MONTHS
    if not row.kind:
        period = read_period(row.period)
        if period is not None:
            row.kind, row.months = period.kind, row.months or list(period.months)
            row.windows = [
                {"from": _shifted(first, ground.shift), "to": _shifted(last, ground.shift)}
                for first, last in period.windows
            ]
        else:
            row.kind = SCHEDULE
            row.warnings.append("period")
    row.roles = row.roles or read_executors(row.executors)
    for first, last in _days(row):
        if first > last:
            raise _Refused(_l("The period ends before it begins."))
        if last < ground.period[0] - FAR or first > ground.period[1] + FAR:
            outside = _l(
                "%(month)s lies outside the programme (%(first)s – %(last)s).",
                month=f"{first:%m.%Y}",
                first=f"{ground.period[0]:%d.%m.%Y}",
                last=f"{ground.period[1]:%d.%m.%Y}",
            )
            raise _Refused(outside)


def _shifted(month: str, by: int) -> str:
    return f"{int(month[:4]) + by}{month[4:]}"


def _days(row: Row) -> list[tuple[date, date]]:
    try:
        return [(month_day(each["from"]), last_day(month_day(each["to"]))) for each in row.windows]
    except (KeyError, TypeError, ValueError):
        raise _Refused(_l("A window is written as {from: 2026-04, to: 2026-06}.")) from None


def _key(row: Row, ground: Ground, taken: Mapping[str, Row]) -> str:
    """The internal key: programme and number; a second row of one number gets `-2` (YAR 4.3)."""
    if row.key:
        wanted = row.key if ":" in row.key else f"{ground.code}:{row.key}"
        if wanted in taken or wanted in ground.keys:
            raise _Refused(_l("The key «%(key)s» stands in the roadmap already.", key=row.key))
        return wanted
    base = f"{ground.code}:{row.number}"
    key, count = base, 1
    while key in taken or key in ground.keys:
        count += 1
        key = f"{base}-{count}"
    return key


def _refuse_circle(row: Row, ground: Ground, taken: Mapping[str, Row]) -> None:
    """Following goes up and ends somewhere."""
    if not row.follows:
        return
    if ":" not in row.follows:
        row.follows = f"{ground.code}:{row.follows}"
    if ground.shift:
        programme, _, number = row.follows.partition(":")
        cycle, _, year = programme.rpartition("-")
        row.follows = f"{cycle}-{int(year) + ground.shift}:{number}"
    at, seen = row.follows, {row.key}
    while at:
        if at in seen:
            raise _Refused(_l("The measure follows itself in a circle: %(chain)s.", chain=" → ".join([*seen, at])))
        seen.add(at)
        at = taken[at].follows if at in taken else ground.follows.get(at, "")


def _warnings(
    row: Row, rows: Sequence[Row], numbers: Mapping[str, int], ground: Ground, documents: bool
) -> list[object]:
    found: list[object] = []
    if "period" in row.warnings:
        found.append(_l("The words of the period are not understood: enter the dates when you plan."))
    if numbers[row.number] > 1:
        found.append(_l("The number %(number)s stands in the roadmap more than once.", number=row.number))
    same = [each.number for each in rows if each.title == row.title and each is not row]
    if same:
        found.append(_l("The same measure stands in row %(number)s.", number=", ".join(same)))
    if not row.executors and not row.roles:
        found.append(_l("No executor is named: the coordinator takes the measure or names one."))
    if documents and not row.document:
        found.append(_l("No document that fixes the result is named."))
    for first, last in _days(row):
        if first > ground.period[1]:
            found.append(
                _l("The date is after the end of the programme (%(day)s).", day=f"{ground.period[1]:%d.%m.%Y}")
            )
        elif last < ground.period[0] or first < ground.period[0]:
            day = f"{ground.period[0]:%d.%m.%Y}"
            found.append(_l("The period begins before the programme does (%(day)s).", day=day))
    return found


def _gaps(rows: Sequence[Row], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """Numbers that are left out between others of one section."""
    series: dict[str, dict[int, Row]] = {}
    for row in rows:
        match = _NUMBER.match(row.number)
        if match:
            series.setdefault(match[1] or "", {})[int(match[2])] = row
    found = []
    for head, known in series.items():
        for number in range(min(known), max(known)):
            name = f"{head}.{number}" if head else str(number)
            if number not in known and name not in numbers:
                after = known[min(each for each in known if each > number)]
                message = _l("The number %(number)s is left out.", number=name)
                found.append(problem(after.sheet, after.row, message))
    return found
