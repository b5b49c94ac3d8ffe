"""Groups of fewer than five persons are shown nowhere, and no difference of shown figures gives them away.

One atom is what one audience of one school answered to one questionnaire in one stage. An atom of fewer than five is
hidden, and **nothing is ever added up over hidden atoms**: totals of a school, municipality or region are totals of
shown atoms. So a total minus its shown parts is always zero. Figures come into being once, when the window closes: two
looks at a growing group cannot be subtracted either. A change to an earlier stage is shown where both stages are shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

SMALLEST = 5
EVERYBODY = frozenset({"school"})
"""Audiences that are no persons: a school's own statement is shown whatever its number."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A figure: mean of the answers of so many people; `value` is None where it is hidden or nobody answered."""

    people: int
    value: Decimal | None


def is_shown(audience: str, people: int) -> bool:
    """Whether an atom may be shown."""
    return audience in EVERYBODY or people >= SMALLEST


def mean(audience: str, people: int, total: Decimal) -> Mean:
    """The figure of one atom."""
    return Mean(people, total / people if people and is_shown(audience, people) else None)


def together(audience: str, atoms: Iterable[tuple[int, Decimal]]) -> Mean:
    """The figure of several atoms `(people, total)` of one audience; hidden ones take no part."""
    shown = [(people, total) for people, total in atoms if people and is_shown(audience, people)]
    people = sum(count for count, _ in shown)
    return Mean(people, sum((total for _, total in shown), Decimal(0)) / people if people else None)


def change(now: Mean, before: Mean | None) -> Decimal | None:
    """Difference to the stage before; None where one of the two is hidden or missing."""
    if now.value is None or before is None or before.value is None:
        return None
    return now.value - before.value
