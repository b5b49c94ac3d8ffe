"""Stage calendars: the versions in force and their stages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.kernel.db import db

from ..models import CalendarStage, StageCalendar, SupportProgramme
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


def stages_of(organisation: str, code: str, year: int) -> list[Stage]:
    """Stages in force at a place, for processes that go by them (monitoring): of its own programme, else of the
    programme that this one stands in; empty without a calendar."""
    own = select(SupportProgramme.key, SupportProgramme.parent_key).where(SupportProgramme.organisation == organisation)
    keys = [key for pair in db.session.execute(own) for key in pair if key is not None]
    query = select(StageCalendar).where(
        StageCalendar.programme_key.in_(keys),
        StageCalendar.code == code,
        StageCalendar.year == year,
        StageCalendar.current,
    )
    found = sorted(db.session.scalars(query), key=lambda each: keys.index(each.programme_key))
    return [as_stage(each) for each in found[0].stages] if found else []


def as_stage(row: CalendarStage) -> Stage:
    """A stored stage as the rules know it."""
    return Stage(row.number, row.title, row.starts_on, row.ends_on)
