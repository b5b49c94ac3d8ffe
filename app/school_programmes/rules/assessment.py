"""The assessment of the move to the effective mode (KEM): six instruments, stability of results, effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

SELF_SCORE, SELF_SURVEY, QUALITY = "self_score", "self_survey", "independent_quality"
QUESTIONNAIRES, DATA, CONTACTS = "questionnaires", "data_analysis", "direct_contacts"
INSTRUMENTS = (SELF_SCORE, SELF_SURVEY, QUALITY, QUESTIONNAIRES, DATA, CONTACTS)


@dataclass(frozen=True, slots=True)
class Result:
    """A school's mean result of a subject in a procedure of a year, percent of the maximum."""

    procedure: str
    subject: str
    year: int
    value: Decimal


def missing(instruments: Collection[str]) -> list[str]:
    """Instruments that must still be used before a verdict (KEM-11)."""
    return [code for code in INSTRUMENTS if code not in instruments]


def stability(results: Iterable[Result]) -> dict[str, int]:
    """Years without a decline, counted back from the last one, by procedure; the mean over subjects counts."""
    by_year: Mapping[str, dict[int, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for row in results:
        by_year[row.procedure][row.year].append(row.value)
    return {procedure: _years(years) for procedure, years in by_year.items()}


def stable_in(years: Mapping[str, int], at_least: int) -> int:
    """In how many procedures results have not declined for so many years."""
    return sum(count >= at_least for count in years.values())


def _years(values: Mapping[int, list[Decimal]]) -> int:
    means = [(year, sum(found, Decimal(0)) / len(found)) for year, found in sorted(values.items())]
    count = 0
    for (before, was), (year, now) in zip(reversed(means[:-1]), reversed(means[1:]), strict=True):
        if year - before != 1 or now < was:
            break
        count += 1
    return count
