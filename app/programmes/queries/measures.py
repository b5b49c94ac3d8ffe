"""Measures, their occurrences and what they reached; whole roadmaps in few statements (40 × 35 rows)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from app.agreements import queries as agreements
from app.curators import queries as curators
from app.indicators import queries as indicators
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.schools import queries as schools

from .. import policies
from ..models import Measure, MeasureFact, Occurrence, Roadmap, RoadmapVersion, SupportProgramme
from ..models.measures import CANCELLED, DONE, NOT_DONE, OVER, PARTLY, PLANNED, RUNNING
from ..rules import periods, thresholds


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure as lists show it.

    Attributes:
        occurrences: in their order.
        late: an occurrence is past its last day and not over.
    """

    measure: Measure
    occurrences: Sequence[Occurrence]
    late: bool = False

    @property
    def done(self) -> int:
        """How many occurrences were done."""
        return sum(each.status == DONE for each in self.occurrences)


@dataclass(slots=True)
class Progress:
    """How far a roadmap is: measures by state, occurrences that are late, moved ones."""

    states: dict[str, int] = field(default_factory=dict)
    total: int = 0
    late: int = 0
    moved: int = 0

    @property
    def done(self) -> int:
        """Measures that are done."""
        return self.states.get(DONE, 0)

    @property
    def share(self) -> float | None:
        """Share of done ones, in percent, unrounded."""
        return 100 * self.done / self.total if self.total else None


def measure(actor: Actor, row_key: str) -> Measure:
    """One measure.

    Raises:
        NotFound: there is none in the actor's scope.
    """
    query = (
        select(Measure)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)
        .where(Measure.row_key == row_key, policies.in_scope(actor))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def measures_of(roadmap_key: int) -> Sequence[Measure]:
    """The measures of a roadmap in their order."""
    return db.session.scalars(
        select(Measure).where(Measure.roadmap_key == roadmap_key).order_by(Measure.position)
    ).all()


def measure_rows(
    roadmap_key: int,
    *,
    month: date | None = None,
    executor: str = "",
    group: str = "",
    state: str = "",
    section: str = "",
) -> list[MeasureRow]:
    """The rows of a roadmap with their occurrences, two statements whatever their number.

    Args:
        month: first day; dated measures that are active in it, by their planned or moved months.
        executor: code of a role or kind of organisation named among the executors.
        group: code of a group of schools.
        state: of the measure; `late` for those with a late occurrence.
        section: number.
    """
    found = [row for row in measures_of(roadmap_key) if _fits(row, executor, group, section)]
    by_measure = occurrences_of([row.key for row in found])
    today = clock.today()
    rows = [_row(each, by_measure.get(each.key, []), today) for each in found]
    if state:
        rows = [row for row in rows if (row.late if state == "late" else row.measure.state == state)]
    return rows if month is None else [row for row in rows if active(row, month)]


def _fits(row: Measure, executor: str, group: str, section: str) -> bool:
    if section and row.section != section:
        return False
    if executor and executor not in (*row.executor_codes, row.lead, *row.co):
        return False
    return not group or group in row.groups


def _row(found: Measure, occurrences: Sequence[Occurrence], today: date) -> MeasureRow:
    late = any(each.status not in OVER and each.due_on < today for each in occurrences)
    return MeasureRow(found, occurrences, late)


def active(row: MeasureRow, month: date) -> bool:
    """Whether a dated measure happens in a month: as its occurrences stand now, else as it is planned."""
    if row.measure.period_kind not in periods.DATED:
        return False
    if row.occurrences:
        end = periods.last_day(month)
        return any(each.opens_on <= end and each.due_on >= month for each in row.occurrences)
    return periods.active_in(row.measure.period_kind, row.measure.months, row.measure.windows, month)


def active_measures(roadmap_key: int, day: date) -> tuple[list[MeasureRow], list[MeasureRow]]:
    """What is on in the month of a day: dated measures, and the year-round ones apart (LIP-02)."""
    rows = measure_rows(roadmap_key)
    month = day.replace(day=1)
    dated = [row for row in rows if active(row, month)]
    return dated, [row for row in rows if row.measure.period_kind not in periods.DATED]


def occurrences_of(keys: Collection[int]) -> dict[int, list[Occurrence]]:
    """Occurrences by measure."""
    found: dict[int, list[Occurrence]] = defaultdict(list)
    if keys:
        query = select(Occurrence).where(Occurrence.measure_key.in_(keys)).order_by(Occurrence.number)
        for each in db.session.scalars(query):
            found[each.measure_key].append(each)
    return found


def occurrences_between(actor: Actor, first: date, last: date) -> Select[Occurrence]:
    """Occurrences of programmes in scope that are on between two days, by day: for calendars and the cockpit."""
    return (
        select(Occurrence)
        .join(Measure, Measure.key == Occurrence.measure_key)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)
        .where(policies.in_scope(actor), Occurrence.opens_on <= last, Occurrence.due_on >= first)
        .order_by(Occurrence.opens_on, Measure.position, Occurrence.number)
    )


def facts_of(measure_key: int) -> Sequence[MeasureFact]:
    """Accepted facts of all occurrences of a measure, in their order."""
    query = select(MeasureFact).join(Occurrence, Occurrence.key == MeasureFact.occurrence_key)
    return db.session.scalars(query.where(Occurrence.measure_key == measure_key).order_by(MeasureFact.at)).all()


def judged(actor: Actor, found: Measure, *, more: Iterable[dict[str, Any]] = ()) -> list[thresholds.Judged]:
    """Plan and fact of the thresholds of a measure; without those that count by an indicator whose numbers are none of
    the actor's.

    Args:
        more: facts that are not accepted yet (a report on its way): `{values, participants}`.
    """
    wanted = [each for each in found.thresholds if _may_know(actor, each)]
    if not wanted:
        return []
    facts: list[dict[str, Any]] = [
        {"values": each.values, "participants": each.participants} for each in facts_of(found.key)
    ]
    done = sum(each.status == DONE for each in occurrences_of([found.key]).get(found.key, ()))
    gathered = thresholds.gather([*facts, *more], done)
    return thresholds.judge(wanted, gathered, _ground(found.roadmap.programme))


def _may_know(actor: Actor, threshold: Mapping[str, Any]) -> bool:
    if threshold.get("count") != "indicator":
        return True
    try:
        indicators.indicator(actor, thresholds.indicator_of(threshold))
    except NotFound:
        return actor.system
    return True


def _ground(programme: SupportProgramme) -> thresholds.Ground:
    place, year = programme.organisation, programme.period_to.year
    on = min(max(clock.today(), programme.period_from), programme.period_to)
    return thresholds.Ground(
        members=lambda group: schools.schools_in([group], place, on) if group else schools.participants(place, on),
        indicator=lambda code: indicators.value_of(code, place, year),
        having=lambda what, codes: _HAVING[what](codes),
    )


_HAVING: Mapping[str, Callable[[Collection[str]], Collection[str]]] = {
    "curator": curators.with_curator,
    "agreement": agreements.signed_schools,
}


def progress(roadmap_keys: Collection[int]) -> dict[int, Progress]:
    """How far roadmaps are, three statements whatever their number: for lists and the cockpit."""
    found = {key: Progress() for key in roadmap_keys}
    if not found:
        return found
    counted = select(Measure.roadmap_key, Measure.state, func.count()).where(Measure.roadmap_key.in_(roadmap_keys))
    for key, state, count in db.session.execute(counted.group_by(Measure.roadmap_key, Measure.state)):
        found[key].states[state] = count
        found[key].total += count
    base = (
        select(Measure.roadmap_key, func.count())
        .join(Occurrence, Occurrence.measure_key == Measure.key)
        .where(Measure.roadmap_key.in_(roadmap_keys))
        .group_by(Measure.roadmap_key)
    )
    late = base.where(Occurrence.due_on < clock.today(), Occurrence.status.not_in(OVER))
    for key, count in db.session.execute(late):
        found[key].late = count
    for key, count in db.session.execute(base.where(Occurrence.opens_on != Occurrence.planned_on)):
        found[key].moved = count
    return found


def versions(roadmap_key: int) -> Sequence[RoadmapVersion]:
    """Approved versions, the newest first."""
    query = select(RoadmapVersion).where(RoadmapVersion.roadmap_key == roadmap_key)
    return db.session.scalars(query.order_by(RoadmapVersion.version.desc())).all()


def followers(actor: Actor, found: Measure) -> Sequence[Measure]:
    """Measures that take this one's facts, in the actor's scope."""
    query = (
        select(Measure)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)
        .where(Measure.follows == found.row_key, policies.in_scope(actor))
    )
    return db.session.scalars(query.order_by(Measure.row_key)).all()


STATES = (PLANNED, RUNNING, DONE, PARTLY, NOT_DONE, CANCELLED)
