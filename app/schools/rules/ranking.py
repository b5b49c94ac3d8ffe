"""Which schools stand lowest: places among the schools of a region (decisions.yaml: school_category)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Result:
    """One result of one school.

    Attributes:
        value: the higher the better (mean, or percentage of pupils above the minimum).
        measure: results are compared within one measure only.
    """

    school: str
    procedure: str
    subject: str
    year: int
    grade: int
    value: Decimal
    measure: str


@dataclass(frozen=True, slots=True)
class Lowness:
    """In how many procedures, subjects and years a school stands among the lowest."""

    procedures: int = 0
    subjects: int = 0
    years: int = 0


def places(values: Mapping[K, Decimal]) -> dict[K, float]:
    """Place of every school counted from the lowest, as a share of all: 1/n, 2/n, …; equal values have equal places."""
    ordered = sorted(values.values())
    return {key: (bisect_left(ordered, value) + 1) / len(ordered) for key, value in values.items()}


def lowness(results: Iterable[Result], quantile: float) -> dict[str, Lowness]:
    """How often each school is among the lowest of the region.

    Args:
        results: of the years that count.
        quantile: up to which place a school is among the lowest (0.25: the lowest quarter).
    """
    compared: dict[tuple[str, str, int, int, str], dict[str, Decimal]] = defaultdict(dict)
    facts: dict[tuple[str, str, int, int, str], Result] = {}
    for result in results:
        group = (result.procedure, result.subject, result.year, result.grade, result.measure)
        compared[group][result.school] = result.value
        facts[group] = result
    low: dict[str, list[Result]] = defaultdict(list)
    for group, values in compared.items():
        for school, place in places(values).items():
            if place <= quantile:
                low[school].append(facts[group])
    return {school: _counted(rows) for school, rows in low.items()}


def conditions(found: Lowness, least: Mapping[str, int]) -> int:
    """How many of the three conditions of ШНОР hold.

    Args:
        found: counts of the school.
        least: `min_procedures`, `min_subjects`, `min_years`.
    """
    return (
        (found.procedures >= least["min_procedures"])
        + (found.subjects >= least["min_subjects"])
        + (found.years >= least["min_years"])
    )


def _counted(rows: list[Result]) -> Lowness:
    return Lowness(
        procedures=len({row.procedure for row in rows}),
        subjects=len({row.subject for row in rows}),
        years=len({row.year for row in rows}),
    )
