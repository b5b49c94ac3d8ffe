"""What the analyst should look at before a list is drafted, and which results can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from .ranking import Result
from .shares import PARTS, percentage, shown

JUMP, CHANGE = Decimal(20), Decimal(25)
"""A share that moved by more percentage points, a number of pupils that changed by more percent, is looked at."""
TITLES = {
    "single_parent": "доля обучающихся из неполных семей",
    "both_parents_higher_ed": "доля семей, где оба родителя с высшим образованием",
    "registered": "доля обучающихся на учёте",
    "non_native_russian": "доля обучающихся, для которых русский язык не родной",
}


class Figures(Protocol):
    """Context data of one year."""

    students_total: int
    on_behalf: bool


class Outcome(Protocol):
    """A result of an assessment procedure."""

    school: str
    procedure: str
    subject: str
    year: int
    grade: int
    participants: int
    mean: Decimal | None
    below_min: int | None
    bias_flag: bool


def of(now: Figures | None, before: Figures | None, results: Sequence[Outcome]) -> list[str]:
    """Warnings about one school, in Russian: they stand in the record of the calculation."""
    found = [] if now is None else _of_context(now, before)
    biased = sorted({f"{row.procedure}, {row.subject}, {row.year}" for row in results if row.bias_flag})
    return found + [f"признак необъективности: {each}" for each in biased]


def _of_context(now: Figures, before: Figures | None) -> list[str]:
    found = ["данные внесены за школу"] if now.on_behalf else []
    if before is None:
        return found
    grown = percentage(now.students_total - before.students_total, before.students_total)
    if abs(grown) > CHANGE:
        found.append(f"обучающихся было {before.students_total}, стало {now.students_total}")
    for name, part in PARTS.items():
        one = percentage(getattr(before, part), before.students_total)
        two = percentage(getattr(now, part), now.students_total)
        if abs(two - one) > JUMP:
            found.append(f"{TITLES[name]}: было {shown(one)} %, стало {shown(two)} %")
    return found


def comparable(row: Outcome) -> Result | None:
    """A result that can be ranked: by its mean, else by the percentage of pupils above the minimum."""
    if row.mean is not None:
        value, measure = row.mean, "mean"
    elif row.below_min is not None:
        value, measure = 100 - percentage(row.below_min, row.participants), "above_min"
    else:
        return None
    return Result(row.school, row.procedure, row.subject, row.year, row.grade, value, measure)
