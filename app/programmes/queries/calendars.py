"""Stage calendars: the versions in force and their stages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.kernel.db import db
from app.monitoring import calendar
from app.people import queries as people

from ..models import CalendarStage, StageCalendar, SupportProgramme
from ..models.programmes import ACTIVE
from ..rules.stages import Stage


def calendars(programme_key: int, *, history: bool = False) -> Sequence[StageCalendar]:
    """Calendars of a programme by code and year; with `history` all versions, the newest first."""
    query = select(StageCalendar).where(StageCalendar.programme_key == programme_key)
    if not history:
        query = query.where(StageCalendar.current)
    order = (StageCalendar.code, StageCalendar.year, StageCalendar.version.desc())
    return db.session.scalars(query.order_by(*order)).all()


def calendar_of(programme_key: int, code: str, year: int) -> StageCalendar | None:
    """The version in force; None where there is none."""
    query = select(StageCalendar).where(
        StageCalendar.programme_key == programme_key,
        StageCalendar.code == code,
        StageCalendar.year == year,
        StageCalendar.current,
    )
    return db.session.scalar(query)


@calendar.source
def stage_days(process: str, organisation: str, year: int, number: int) -> calendar.Days | None:
    """First and last day of a stage in the calendar of the nearest programme in force: of the place, else above it."""
    path = people.organisation_path(organisation)
    query = (
        select(SupportProgramme.organisation, CalendarStage.starts_on, CalendarStage.ends_on)
        .join(StageCalendar, StageCalendar.programme_key == SupportProgramme.key)
        .join(CalendarStage, CalendarStage.calendar_key == StageCalendar.key)
        .where(
            SupportProgramme.organisation.in_(path),
            SupportProgramme.state == ACTIVE,
            StageCalendar.code == process,
            StageCalendar.year == year,
            StageCalendar.current,
            CalendarStage.number == number,
        )
        .order_by(SupportProgramme.key)
    )
    found = {place: (first, last) for place, first, last in db.session.execute(query)}
    return next((found[place] for place in reversed(path) if place in found), None)


def as_stage(row: CalendarStage) -> Stage:
    """A stored stage as the rules know it."""
    return Stage(row.number, row.title, row.starts_on, row.ends_on)
