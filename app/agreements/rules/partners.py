"""Which strong school is suggested to a weak one: stable results, its strong subjects, the same municipality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WEAK, STABLE = 10.0, 5.0
"""Shares of pupils below the minimum, in percent: from `WEAK` on a subject is weak, up to `STABLE` results are stable
(inferred; defaults of parameters)."""


@dataclass(frozen=True, slots=True)
class School:
    """A school with its results: the greatest share below the minimum by subject over three years, percent.

    Attributes:
        helping: as what it is approved (tutor school, base site), empty for ordinary schools.
    """

    code: str
    name: str
    municipality: str
    below_min: Mapping[str, float] = field(default_factory=dict)
    helping: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A partner with the reason in words."""

    code: str
    name: str
    why: str
    points: int


def suggest(weak: School, others: Iterable[School], most: int = 5) -> list[Suggestion]:
    """Partners for a school, best first; only schools that help others already or have stable results."""
    found = [one for other in others if other.code != weak.code and (one := _judged(weak, other)) is not None]
    return sorted(found, key=lambda each: (-each.points, each.name))[:most]


def _judged(weak: School, other: School) -> Suggestion | None:
    stable = bool(other.below_min) and max(other.below_min.values()) <= STABLE
    if not (stable or other.helping):
        return None
    needed = {subject for subject, share in weak.below_min.items() if share >= WEAK}
    strong = sorted(subject for subject in needed if other.below_min.get(subject, 100.0) <= STABLE)
    near = other.municipality == weak.municipality
    reasons = [
        other.helping,
        "стабильные результаты" if stable else "",
        f"сильные предметы: {', '.join(strong)}" if strong else "",
        "тот же муниципалитет" if near else "",
    ]
    points = 4 * bool(other.helping) + 3 * stable + 2 * bool(strong) + 2 * near
    return Suggestion(other.code, other.name, ", ".join(reason for reason in reasons if reason), points)
