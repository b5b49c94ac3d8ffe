"""Sessions and group sheets: for the commission, the course leader and the auditor; a listener sees the own row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..models import AttestationRow, AttestationSession, Course, Listener, Recommendation
from ..models.attestation import SIGNED
from ..rules import words
from . import catalogue


@dataclass(frozen=True, slots=True)
class SheetView:
    """A session with its sheet.

    Attributes:
        course: the course.
        sheet: the session; rows and signatures are loaded.
    """

    course: Course
    sheet: AttestationSession


def sessions_of(actor: Actor, code: str) -> list[SheetView]:
    """Planned sessions in their order; empty for who may not see the sheets.

    Raises:
        NotFound: there is no such course.
    """
    row, seen = catalogue.sight_of(actor, code)
    if not seen.sheets:
        return []
    found = db.session.scalars(select(AttestationSession).where(AttestationSession.course_key == row.course.key)).all()
    ordered = sorted(found, key=lambda sheet: words.SESSIONS.index(sheet.session))
    return [SheetView(row.course, sheet) for sheet in ordered]


def sheet(actor: Actor, code: str, session: str) -> SheetView:
    """One sheet.

    Raises:
        NotFound: it is not planned, or hidden from the actor.
    """
    for view in sessions_of(actor, code):
        if view.sheet.session == session:
            return view
    raise NotFound(_l("There is no such sheet."))


@dataclass(frozen=True, slots=True)
class OwnRow:
    """What a listener sees of a signed sheet: the own row."""

    session: str
    held_on: date
    number: str | None
    signed_at: datetime | None
    result: str
    form: str | None
    topic: str | None
    remarks: str | None


def own_rows(actor: Actor, code: str) -> list[OwnRow]:
    """The actor's own rows of the signed sheets of a course."""
    query = (
        select(AttestationRow, AttestationSession)
        .join(AttestationRow.sheet)
        .join(AttestationRow.listener)
        .join(Listener.course)
        .where(Course.code == code, Listener.teacher == actor.login, AttestationSession.status == SIGNED)
    )
    rows = [
        OwnRow(s.session, s.held_on, s.number, s.signed_at, r.result, r.form, r.topic, r.remarks)
        for r, s in db.session.execute(query).unique()
    ]
    return sorted(rows, key=lambda row: words.SESSIONS.index(row.session))


def recommendations_of(actor: Actor, code: str) -> list[Recommendation]:
    """Recommendations given on a course: to commission, leader, auditor, ЦМОКО's attestation department, region's
    coordinator; else only the own one.

    Raises:
        NotFound: there is no such course.
    """
    row, seen = catalogue.sight_of(actor, code)
    query = select(Recommendation).join(Recommendation.listener).where(Listener.course_key == row.course.key)
    if not (seen.sheets or actor.has_role("cmoko_attestation", "region_coordinator")):
        query = query.where(Listener.teacher == actor.login)
    return list(db.session.scalars(query.order_by(Recommendation.created_at)).unique())
