"""What an analysis of measures says: rates, rows that it begins with, what is to be corrected (YAR, SOS 12, 14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

SCHOOL, MUNICIPALITY, REGION = "школа", "муниципалитет", "регион"
LEVELS: Mapping[str, str] = {"school": SCHOOL, "municipality": MUNICIPALITY, "region": REGION}
"""Levels of an organisation in the words of the form `effectiveness_analysis`."""
YES, PARTLY, NO = "да", "частично", "нет"
STAGE = "анализ мер"
"""Stage of the recommendations that an analysis gives."""
SCHOOLS_DUE, MUNICIPAL_FROM, REGION_FROM = (5, 18), (11, 1), (12, 1)
"""Schools of «500+» 2021 until 18 May, municipalities in November, the region in December (YAR)."""
_DONE: Mapping[str, str] = {"выполнено": YES, "частично": PARTLY, "нет": NO}
_STATES: Mapping[str, str] = {"done": YES, "partly": PARTLY, "not_done": NO, "cancelled": NO}
Row = dict[str, Any]


class Result(Protocol):
    """A result of an assessment procedure, as `app.schools` keeps it."""

    procedure: str
    subject: str
    year: int
    participants: int
    mean: Decimal | None


def rating(analysis: Mapping[str, Any]) -> Row:
    """How many measures were effective, partly or not, and which shares the light is made of.

    Returns:
        `effective, partly, not_effective` counts; `measures_done_pct, indicators_reached_pct` unrounded (100: no row).
    """
    measures, indicators = _rows(analysis, "measures"), _rows(analysis, "indicators")
    said = [row.get("effective") for row in measures]
    return {
        **{"effective": said.count(YES), "partly": said.count(PARTLY), "not_effective": said.count(NO)},
        "measures_done_pct": _share([row.get("done") == YES for row in measures]),
        "indicators_reached_pct": _share([row.get("reached") == YES for row in indicators]),
    }


def measure_row(title: object, state: object, result: object = None) -> Row:
    """A row of «Меры»; `state` is a word of a stage report or the state of a measure."""
    done = _DONE.get(str(state)) or _STATES.get(str(state))
    return {"measure": title, "done": done, "result": result or None}


def indicator_row(title: object, plan: object, fact: object, *, reached: bool | None) -> Row:
    """A row of «Показатели»."""
    judged = None if reached is None else YES if reached else NO
    return {"indicator": title, "plan": plan, "fact": fact, "reached": judged}


def dynamics(results: Iterable[Result]) -> list[Row]:
    """Results by procedure and subject: the last year that there is and the one before, weighted by participants."""
    means: dict[tuple[str, str], dict[int, list[tuple[Decimal, int]]]] = defaultdict(lambda: defaultdict(list))
    for each in results:
        if each.mean is not None:
            means[each.procedure, each.subject][each.year].append((each.mean, each.participants or 1))
    found = []
    for (procedure, subject), years in sorted(means.items()):
        *before, last = sorted(years)
        was = _mean(years[before[-1]]) if before else None
        found.append({"procedure": procedure, "subject": subject, "was": was, "became": _mean(years[last])})
    return found


def corrections(analyses: Iterable[Mapping[str, Any]]) -> list[Row]:
    """What everybody proposed to correct, each proposal once per place.

    Args:
        analyses: `organisation, organisation_name, corrections[] {document, change}`.
    """
    found: list[Row] = []
    for each in analyses:
        place = {"organisation": each.get("organisation"), "organisation_name": each.get("organisation_name")}
        for row in _rows(each, "corrections"):
            proposal = {"document": row.get("document"), "change": row.get("change"), **place}
            if proposal not in found:
                found.append(proposal)
    return found


def _mean(values: Sequence[tuple[Decimal, int]]) -> float:
    total = sum(count for _value, count in values)
    return round(float(sum(value * count for value, count in values) / total), 1)


def _share(marks: Sequence[bool]) -> float:
    return 100 * sum(marks) / len(marks) if marks else 100.0


def _rows(analysis: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [row for row in analysis.get(name) or () if isinstance(row, Mapping)]
