"""Two years of one cycle side by side: plan and fact of every measure and every target indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.schedule import calendar
from app.kernel.actor import Actor

from ..models import Measure, Occurrence, ProgrammeTarget, SupportProgramme
from ..models.measures import DONE, PLANNED
from ..rules import periods
from ..rules.thresholds import Judged
from . import targets
from .measures import judged, measures_of, occurrences_of
from .programmes import roadmap_of


@dataclass(frozen=True, slots=True)
class Figure:
    """Plan and fact of a year, unrounded; None where there is none."""

    plan: float | None = None
    fact: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What was planned and done in both years; `label` is empty for the occurrences of a measure."""

    label: str
    unit: str
    first: Figure
    second: Figure

    @property
    def difference(self) -> float | None:
        """How much more was reached in the second year."""
        one, other = self.first.fact, self.second.fact
        return None if one is None or other is None else other - one


@dataclass(frozen=True, slots=True)
class Pair:
    """A measure of the first year, of the second, or of both (matched by where it was carried from, then by title).

    Attributes:
        lines: its occurrences, then each of its thresholds.
    """

    first: Measure | None
    second: Measure | None
    lines: Sequence[Line]


def compare(actor: Actor, first: SupportProgramme, second: SupportProgramme) -> list[Pair]:
    """Pairs in the order of the second year; what is left out there follows. Both are in scope."""
    before, after = _Year.of(actor, first), _Year.of(actor, second)
    by_key = {row.row_key: row for row in before.rows}
    by_title = {row.title: row for row in before.rows}
    found, used = [], set()
    for row in after.rows:
        old = by_key.get(row.carried_from or "") or by_title.get(row.title)
        if old is not None:
            used.add(old.key)
        found.append(_pair(before, old, after, row))
    return found + [_pair(before, row, after, None) for row in before.rows if row.key not in used]


def compare_targets(actor: Actor, first: SupportProgramme, second: SupportProgramme) -> list[Line]:
    """Target indicators of both years by their codes, in the order of the second year."""
    before = {each.indicator: each for each in first.targets}
    after = {each.indicator: each for each in second.targets}
    found = []
    for code in dict.fromkeys([*after, *before]):
        one = after.get(code) or before[code]
        figures = (_target(actor, first, before.get(code)), _target(actor, second, after.get(code)))
        found.append(Line(one.text, one.unit, *figures))
    return found


def _target(actor: Actor, programme: SupportProgramme, target: ProgrammeTarget | None) -> Figure:
    if target is None:
        return Figure()
    plan = None if target.value is None else float(target.value)
    return Figure(plan, targets.value(actor, programme, target))


@dataclass(frozen=True, slots=True)
class _Year:
    """The measures of a year with what became of them."""

    actor: Actor
    programme: SupportProgramme
    rows: Sequence[Measure]
    occurrences: dict[int, list[Occurrence]]

    @classmethod
    def of(cls, actor: Actor, programme: SupportProgramme) -> _Year:
        """Of a programme; without measures while it has no roadmap."""
        roadmap = roadmap_of(programme.key)
        rows = [] if roadmap is None else list(measures_of(roadmap.key))
        return cls(actor, programme, rows, occurrences_of([row.key for row in rows]))

    def held(self, row: Measure | None) -> Figure:
        """How often the measure is to happen, and how often it was done; no fact before it has begun."""
        if row is None:
            return Figure()
        there = self.occurrences.get(row.key, [])
        if row.state == PLANNED and not there:
            span = (self.programme.period_from, self.programme.period_to)
            planned = periods.plan(row.period_kind, row.months, row.windows, span, calendar().works)
            return Figure(float(len(planned)) if planned else None)
        return Figure(float(len(there)), float(sum(each.status == DONE for each in there)))

    def thresholds(self, row: Measure | None) -> dict[str, Judged]:
        """Plan and fact of its thresholds by code."""
        return {} if row is None else {each.code: each for each in judged(self.actor, row)}


def _pair(before: _Year, old: Measure | None, after: _Year, new: Measure | None) -> Pair:
    lines = [Line("", "", before.held(old), after.held(new))]
    one, other = before.thresholds(old), after.thresholds(new)
    for code in dict.fromkeys([*other, *one]):
        named = other.get(code) or one[code]
        lines.append(Line(named.label, named.unit, _judged(old, one.get(code)), _judged(new, other.get(code))))
    return Pair(old, new, lines)


def _judged(row: Measure | None, each: Judged | None) -> Figure:
    if row is None or each is None:
        return Figure()
    return Figure(each.at_least, None if row.state == PLANNED else each.value)
