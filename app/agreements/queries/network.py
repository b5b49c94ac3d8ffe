"""Who could become a tutor school or base site: schools whose results improved or stayed stable (LIP-15)."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel import clock
from app.schools.queries.results import results_of_years

from ..rules.partners import STABLE
from .partners import YEARS, facts_of

IMPROVED = 5.0
"""The share below the minimum fell by so many percentage points at least (inferred; the default of a parameter)."""


@dataclass(frozen=True, slots=True)
class Nominee:
    """A school with the figures for which it is proposed."""

    code: str
    name: str
    grounds: str


def candidates() -> list[Nominee]:
    """Schools with improving or stable results over three years, by name."""
    year = clock.today().year
    sums: dict[str, dict[int, tuple[int, int]]] = {}
    for result in results_of_years(range(year - YEARS, year + 1)):
        if result.below_min is not None:
            by_year = sums.setdefault(result.school, {})
            below, all_ = by_year.get(result.year, (0, 0))
            by_year[result.year] = (below + result.below_min, all_ + result.participants)
    found = []
    for code, school in facts_of(sums).items():
        years = sorted(sums[code])
        shares = [100 * sums[code][each][0] / sums[code][each][1] for each in years]
        grounds = _grounds(years, shares)
        if grounds:
            found.append(Nominee(code, school.name, grounds))
    return sorted(found, key=lambda each: (each.name, each.code))


def _grounds(years: list[int], shares: list[float]) -> str:
    """In words why a school is proposed; empty when its figures say nothing for it."""
    first, last = shares[0], shares[-1]
    text = f"ниже минимума {_percent(first)} в {years[0]} г., {_percent(last)} в {years[-1]} г."
    if len(years) > 1 and first - last >= IMPROVED:
        return f"результаты выросли: {text}"
    return f"стабильные результаты: {text}" if max(shares) <= STABLE else ""


def _percent(value: float) -> str:
    return f"{value:.1f} %".replace(".", ",")
