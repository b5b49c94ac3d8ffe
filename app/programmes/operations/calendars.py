"""Stage calendars: set, look at what a move would move, move everything in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.engine import operations as engine
from app.engine import schedule
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from .. import policies, queries
from ..models import CalendarStage, Measure, Occurrence, OccurrenceMove, Roadmap, StageCalendar, SupportProgramme
from ..models.measures import ACCEPTED, OVER
from ..queries.calendars import as_stage
from ..rules import periods, stages
from ..rules.stages import Stage
from . import stage_rounds
from .stage_rounds import OCCURRENCE, Moving


def set_calendar(
    actor: Actor, programme_code: str, code: str, year: int, title: str, wanted: Sequence[Stage], *, days: bool = True
) -> StageCalendar:
    """Write down the stages of a year for the first time.

    Args:
        code: what they are stages of: id of the process that goes by them.
        days: kept on working days.

    Raises:
        NotFound, Forbidden: out of scope; not the keeper.
        Conflict: there is one; it is moved then.
        Invalid: no stage, or they overlap.
    """
    programme = queries.programme(actor, programme_code)
    policies.demand_keeper(actor, programme)
    if queries.calendar_of(programme.key, code, year) is not None:
        raise Conflict(_l("There is a calendar of this year already: move its stages."))
    check(wanted, year)
    made = _write(actor, programme, code, year, title, wanted, version=1, days=days)
    audit.record_event(actor, "calendar", f"{programme.code}:{code}:{year}", "set", details=_facts(wanted))
    return made


def preview_move(actor: Actor, programme_code: str, code: str, year: int, wanted: Sequence[Stage]) -> list[Moving]:
    """Every date that would move; nothing is changed.

    Raises:
        NotFound, Forbidden: out of scope; not the keeper.
        Invalid: no stage, or they overlap.
    """
    programme, before = _held(actor, programme_code, code, year)
    check(wanted, year)
    shifts = stages.shifts([as_stage(each) for each in before.stages], wanted)
    found = [_moving(each, new) for each, new in _occurrences(programme, code, before, wanted)]
    for each in stage_rounds.changed(programme, code, shifts):
        found += stage_rounds.deadlines(each.instance, shifts)
    return sorted(found, key=lambda each: (each.before, each.kind, each.title))


def move_stages(
    actor: Actor, programme_code: str, code: str, year: int, wanted: Sequence[Stage], reason: str, version: int
) -> StageCalendar:
    """Move stages: the next version, and every date that goes by them, in this unit of work.

    Args:
        version: of the calendar that the preview showed.

    Raises:
        Conflict: somebody else moved it meanwhile.
        Invalid: no reason, nothing moves.
    """
    programme, before = _held(actor, programme_code, code, year, lock=True)
    if before.version != version:
        raise Conflict(_l("Somebody else has moved the stages meanwhile. Look at the dates again."))
    if not reason.strip():
        raise Invalid(errors={"reason": [_l("Please give the reason.")]})
    old = [as_stage(each) for each in before.stages]
    if old == list(wanted):
        raise Invalid(_l("No stage moves."))
    moving = preview_move(actor, programme_code, code, year, wanted)
    shifts = stages.shifts(old, wanted)
    running = stage_rounds.changed(programme, code, shifts)
    for occurrence, stage in _occurrences(programme, code, before, wanted):
        _move(actor, occurrence, stage, reason)
    for each in running:
        stage_rounds.move(each, shifts)
    before.current = False
    db.session.flush()
    made = _write(actor, programme, code, year, before.title, wanted, version=version + 1, days=before.business_days)
    made.reason, made.moved = reason, [moved.stored() for moved in moving]
    db.session.flush()
    details = {"reason": reason, "version": made.version, "moved": len(moving), **_facts(wanted)}
    audit.record_event(actor, "calendar", f"{programme.code}:{code}:{year}", "move", details=details)
    return made


def check(wanted: Sequence[Stage], year: int) -> None:
    """Refuse stages that overlap, end before they begin, or lie in another year.

    Raises:
        Invalid: with the stage's number.
    """
    if not wanted:
        raise Invalid(errors={"stages": [_l("Name at least one stage.")]})
    last: date | None = None
    for each in wanted:
        wrong = each.ends_on < each.starts_on or each.starts_on.year != year or each.ends_on.year != year
        if wrong or (last is not None and each.starts_on <= last):
            message = _l("Stage %(number)s: the dates must lie in %(year)s, one stage after the other.",
                         number=each.number, year=year)  # fmt: skip
            raise Invalid(message, {f"stage_{each.number}": [message]})
        last = each.ends_on


def _held(
    actor: Actor, programme_code: str, code: str, year: int, *, lock: bool = False
) -> tuple[SupportProgramme, StageCalendar]:
    programme = queries.programme(actor, programme_code)
    policies.demand_keeper(actor, programme)
    found = queries.calendar_of(programme.key, code, year)
    if found is None:
        raise Conflict(_l("There is no calendar of this year yet."))
    if lock:
        db.session.refresh(found, with_for_update=True)
        if not found.current:
            raise Conflict(_l("Somebody else has moved the stages meanwhile. Look at the dates again."))
    return programme, found


def _write(
    actor: Actor,
    programme: SupportProgramme,
    code: str,
    year: int,
    title: str,
    wanted: Sequence[Stage],
    *,
    version: int,
    days: bool,
) -> StageCalendar:
    made = StageCalendar(
        key=next_key(),
        programme_key=programme.key,
        code=code,
        year=year,
        version=version,
        current=True,
        title=title,
        business_days=days,
        created_by=actor.login,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    for each in wanted:
        row = CalendarStage(
            key=next_key(),
            calendar_key=made.key,
            number=each.number,
            title=each.title,
            month=each.month,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
        )
        db.session.add(row)
    db.session.flush()
    db.session.refresh(made)
    return made


def _occurrences(
    programme: SupportProgramme, code: str, before: StageCalendar, wanted: Sequence[Stage]
) -> list[tuple[Occurrence, Stage]]:
    """Open occurrences of the measures that this process works for, here and in the programmes inside, with the stage
    they belong to after the move."""
    inside = select(SupportProgramme.key).where(SupportProgramme.parent_key == programme.key)
    query = (
        select(Occurrence)
        .join(Measure, Measure.key == Occurrence.measure_key)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .where(
            (Roadmap.programme_key == programme.key) | Roadmap.programme_key.in_(inside),
            Measure.process == code,
            Occurrence.status.not_in(OVER),
        )
        .order_by(Occurrence.opens_on, Occurrence.key)
    )
    new = {each.number: each for each in wanted}
    found = []
    for occurrence in db.session.scalars(query):
        for stage in before.stages:
            month = (stage.starts_on.year, stage.month)
            after = new.get(stage.number)
            if (occurrence.opens_on.year, occurrence.opens_on.month) == month and after is not None:
                if (occurrence.opens_on, occurrence.due_on) != span(after):
                    found.append((occurrence, after))
                break
    return found


def span(stage: Stage) -> tuple[date, date]:
    """First and last day of an occurrence that goes by a stage: from the first of the month to the stage's end."""
    return stage.starts_on.replace(day=1), stage.ends_on


def _moving(occurrence: Occurrence, stage: Stage) -> Moving:
    measure = occurrence.measure
    title = f"{measure.number}. {measure.title}"
    return Moving(OCCURRENCE, title, occurrence.due_on, span(stage)[1], f"/programmes/measures/{measure.row_key}")


def _move(actor: Actor, occurrence: Occurrence, stage: Stage, reason: str) -> None:
    opens, due = span(stage)
    move = OccurrenceMove(
        key=next_key(),
        occurrence_key=occurrence.key,
        from_on=occurrence.opens_on,
        to_on=opens,
        reason=reason,
        state=ACCEPTED,
        proposed_by=actor.login,
        decided_by=actor.login,
        decided_at=clock.now(),
        at=clock.now(),
    )
    db.session.add(move)
    occurrence.opens_on, occurrence.due_on = opens, due
    db.session.flush()
    if occurrence.instance_key is not None:
        dates = {"opens_on": opens.isoformat(), "due_on": due.isoformat()}
        engine.set_variables(PLATFORM, occurrence.instance_key, dates, internal=True)


def _facts(wanted: Sequence[Stage]) -> dict[str, Any]:
    return {f"stage_{each.number}": [each.starts_on.isoformat(), each.ends_on.isoformat()] for each in wanted}


def stages_on_months(year: int, months: Sequence[tuple[str, int]]) -> list[Stage]:
    """Stages of whole months on working days: what a new calendar begins with."""
    return stages.of_months(year, months, schedule.calendar().works)


def working_last(day: date) -> date:
    """The last working day of a day's month."""
    return periods.last_working_day(day, schedule.calendar().works)
