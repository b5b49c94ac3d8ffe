"""Sessions of the final attestation: planned, who is due, ended when nobody is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from ..models import AttestationSession, Course, CoursePerson, Listener
from ..models.attestation import EMPTY, PLANNED, SIGNED
from ..models.courses import COMMISSION
from ..models.listeners import CONFIRMED
from ..rules import sessions, words
from . import finding


def session_date(course: Course, session: str) -> date:
    """Date of a session by the course card."""
    dates = (course.attest_on, course.attest_reserve_on, course.attest_resit_on)
    return dates[words.SESSIONS.index(session)]


def ensure_session(actor: Actor, course_code: str, session: str) -> AttestationSession:
    """The session, planned with the course's date and commission when it is not yet.

    Raises:
        Invalid: there is no such kind of session.
    """
    if session not in words.SESSIONS:
        raise Invalid(_l("Unknown session."), {"session": [_l("Unknown session.")]})
    course = finding.course(course_code, lock=True)
    found = db.session.query(AttestationSession).filter_by(course_key=course.key, session=session).one_or_none()
    if found is not None:
        return found
    sheet = AttestationSession(
        key=next_key(),
        course_key=course.key,
        session=session,
        held_on=session_date(course, session),
        commission=commission_of(course),
        chair=course.commission_chair,
        status=PLANNED,
        round=1,
    )
    db.session.add(sheet)
    db.session.flush()
    return sheet


def plan_session(
    actor: Actor, course_code: str, session: str, schedule: Sequence[Mapping[str, Any]], held_on: date | None = None
) -> AttestationSession:
    """Keep the timetable of a session (course_run A1).

    Raises:
        Conflict: the sheet is signed already.
    """
    sheet = ensure_session(actor, course_code, session)
    if sheet.status in (SIGNED, EMPTY):
        raise Conflict(_l("The sheet of this session is signed already."))
    sheet.schedule = [dict(row) for row in schedule]
    sheet.held_on = held_on or sheet.held_on
    db.session.flush()
    return sheet


def due_listeners(course: Course, session: str) -> list[Listener]:
    """Who stands on the sheet of a session: admitted, no final result, not meant for a later one; by name."""
    due = [
        listener
        for listener in finding.active_listeners(course.key, CONFIRMED)
        if sessions.is_due(session, listener.next_session, listener.admission, final=listener.attestation_final)
    ]
    return sorted(due, key=lambda listener: (listener.teacher_name, listener.teacher))


def signers(sheet: AttestationSession) -> list[str]:
    """Who signs: the chair first, then every member."""
    return [sheet.chair, *(login for login in sheet.commission if login != sheet.chair)]


def sheet_number(course: Course, session: str) -> str:
    """Number of a sheet: course and session (forms.yaml, attestation_sheet)."""
    return f"{course.code}/{words.SESSIONS.index(session) + 1}"


def close_empty(actor: Actor, course_code: str, session: str) -> None:
    """End a session at which nobody was due (course_run A2).

    Raises:
        Conflict: somebody is due.
    """
    sheet = ensure_session(actor, course_code, session)
    if sheet.status == EMPTY:
        return
    if sheet.status != PLANNED or due_listeners(finding.course(course_code), session):
        raise Conflict(_l("Somebody is due at this session."))
    sheet.status = EMPTY
    db.session.flush()


def commission_of(course: Course) -> list[str]:
    """Logins of the commission, the chair first."""
    members = db.session.query(CoursePerson.login).filter_by(course_key=course.key, duty=COMMISSION)
    others = sorted(login for (login,) in members if login != course.commission_chair)
    return [course.commission_chair, *others]
