"""Shares of pupils and their normalisation over a region (decisions.yaml: isb)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

PARTS = {
    "single_parent": "students_single_parent",
    "both_parents_higher_ed": "students_both_parents_higher_ed",
    "registered": "students_registered",
    "non_native_russian": "students_non_native_russian",
}
"""The four shares (KEM 2017) and the fields of `school_context` that they are computed from."""
_MIDDLE = Decimal("0.5")
Shares = dict[str, Decimal]


def percentage(part: int, whole: int) -> Decimal:
    """Unrounded percentage."""
    return Decimal(100 * part) / Decimal(whole)


def shares_of(figures: Mapping[str, int]) -> Shares:
    """The four shares of a school, unrounded percentages.

    Args:
        figures: `students_total` and the parts.
    """
    return {name: percentage(figures[part], figures["students_total"]) for name, part in PARTS.items()}


def bounds(found: Iterable[Shares]) -> dict[str, tuple[Decimal, Decimal]]:
    """Least and greatest value of every share over the schools of a region; empty without schools."""
    rows = list(found)
    return {name: (min(row[name] for row in rows), max(row[name] for row in rows)) for name in PARTS} if rows else {}


def normalised(shares: Shares, limits: Mapping[str, tuple[Decimal, Decimal]]) -> dict[str, float]:
    """n(x) = (x − least) ÷ (greatest − least), 0.5 where both are the same."""
    return {name: float(_normal(value, *limits[name])) for name, value in shares.items()}


def shown(value: Decimal | None) -> str:
    """A percentage or an index for people: `22,5`; a dash when there is none."""
    return "—" if value is None else str(value.quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", ",")


def _normal(value: Decimal, least: Decimal, greatest: Decimal) -> Decimal:
    return _MIDDLE if least == greatest else (value - least) / (greatest - least)
