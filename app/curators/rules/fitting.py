"""Which situation a candidate is in for a target, and the choice among those whom the decision allows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

AREAS = (
    "управление качеством",
    "преподавание",
    "работа с трудностями в обучении",
    "профессиональное развитие",
    "оценка качества",
    "психолого-педагогическое сопровождение",
)
"""Competence areas of experts, as in the form `expert_profile`."""
NEEDED_AREAS: Mapping[str, frozenset[str]] = {
    "shnor": frozenset({"преподавание", "оценка качества", "управление качеством"}),
    "shnsu": frozenset({"работа с трудностями в обучении", "психолого-педагогическое сопровождение"}),
    "risk_zone": frozenset({"оценка качества", "преподавание"}),
    "municipality": frozenset({"управление качеством", "профессиональное развитие"}),
}
"""What a group of schools needs most (inferred; the default of a parameter)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert of the pool who might be proposed."""

    login: str
    name: str
    workplace: str | None
    municipality: str | None
    areas: frozenset[str]
    load: int
    max_load: int


@dataclass(frozen=True, slots=True)
class Target:
    """A school or municipality that needs somebody."""

    code: str
    municipality: str
    needs: frozenset[str]


def needs(groups: Collection[str], *, municipality: bool = False) -> frozenset[str]:
    """Competence areas that a target needs; any area fits where nothing is known."""
    names = ["municipality"] if municipality else list(groups)
    found: frozenset[str] = frozenset().union(*(NEEDED_AREAS.get(name, frozenset()) for name in names))
    return found or frozenset(AREAS)


def situation(candidate: Candidate, target: Target, taken: int = 0) -> dict[str, Any]:
    """What the decision `curator_fit` judges: own school, free place, same municipality, competence area.

    Args:
        taken: places of the candidate that the present distribution has used already.
    """
    return {
        "own_school": candidate.workplace == target.code,
        "has_place": candidate.load + taken < candidate.max_load,
        "same_municipality": candidate.municipality == target.municipality,
        "area_fits": bool(candidate.areas & target.needs),
    }


def key_of(facts: Mapping[str, Any]) -> tuple[bool, bool, bool, bool]:
    """A situation as a key."""
    own, place = bool(facts["own_school"]), bool(facts["has_place"])
    return own, place, bool(facts["same_municipality"]), bool(facts["area_fits"])


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best candidate for a target; nobody when `candidate` is None."""

    candidate: Candidate | None
    why: str


def propose(
    target: Target,
    candidates: Iterable[Candidate],
    verdicts: Mapping[tuple[bool, bool, bool, bool], Mapping[str, Any]],
    taken: Mapping[str, int],
    asked: Collection[str],
) -> Proposal:
    """Choose by points, then by the lower load, then by name.

    Args:
        verdicts: what the decision said of each situation: `possible, points, reason`.
        taken: places used by the present distribution, by login.
        asked: logins who refused this target already.
    """
    found: list[tuple[float, int, str, Candidate, str]] = []
    for candidate in candidates:
        used = taken.get(candidate.login, 0)
        verdict = verdicts.get(key_of(situation(candidate, target, used)))
        if verdict is None or not verdict.get("possible") or candidate.login in asked:
            continue
        row = (-float(verdict["points"]), candidate.load + used, candidate.name, candidate, str(verdict["reason"]))
        found.append(row)
    if not found:
        return Proposal(None, "")
    _points, load, _name, best, reason = min(found, key=lambda row: row[:3])
    return Proposal(best, f"{reason}; сейчас {load} из {best.max_load}")
