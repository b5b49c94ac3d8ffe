"""Rows that verbs change, locked for the change."""

from __future__ import annotations

from sqlalchemy import select

from app.engine import queries as processes
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..models import ENDED, SchoolProgramme, SchoolProgrammeVersion


def programme(key: int) -> SchoolProgramme:
    """A programme, locked.

    Raises:
        NotFound: no such row.
    """
    row = db.session.scalar(select(SchoolProgramme).where(SchoolProgramme.key == key).with_for_update())
    if row is None:
        raise NotFound()
    return row


def open_programme_of(school: str) -> SchoolProgramme | None:
    """The programme of a school that has not ended, locked; a school has at most one."""
    open_ones = select(SchoolProgramme).where(SchoolProgramme.school == school, SchoolProgramme.state.not_in(ENDED))
    return db.session.scalar(open_ones.with_for_update())


def open_programme_in(instance_key: int) -> SchoolProgramme | None:
    """The programme that a process works on, if it has not ended; locked."""
    its = select(SchoolProgramme).where(
        SchoolProgramme.instance_key == instance_key, SchoolProgramme.state.not_in(ENDED)
    )
    return db.session.scalar(its.with_for_update())


def left_behind(row: SchoolProgramme) -> bool:
    """Whether the process of a programme has ended without it, as a cancelled one does."""
    return row.state not in ENDED and processes.is_over(row.instance_key)


def newest(row: SchoolProgramme) -> SchoolProgrammeVersion | None:
    """What the team submitted last, of whatever edition."""
    query = select(SchoolProgrammeVersion).where(SchoolProgrammeVersion.programme_key == row.key)
    ordered = query.order_by(SchoolProgrammeVersion.version.desc(), SchoolProgrammeVersion.revision.desc())
    return db.session.scalars(ordered.limit(1)).first()


def in_force(row: SchoolProgramme) -> SchoolProgrammeVersion | None:
    """What was approved last."""
    query = select(SchoolProgrammeVersion).where(
        SchoolProgrammeVersion.programme_key == row.key, SchoolProgrammeVersion.approved_on.is_not(None)
    )
    ordered = query.order_by(SchoolProgrammeVersion.version.desc(), SchoolProgrammeVersion.revision.desc())
    return db.session.scalars(ordered.limit(1)).first()
