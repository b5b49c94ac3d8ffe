"""Rows to be changed, found and locked. Scope is judged by the caller's policy, not here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import NotFound

from ..models import AttestationSession, Course, Listener, Programme
from ..models.listeners import ACTIVE


def course(code: str, *, lock: bool = False) -> Course:
    """A course by its code; with `lock` nobody else takes or gives back its places until the unit of work ends.

    Raises:
        NotFound: there is no such course.
    """
    query = select(Course).where(Course.code == code)
    if lock:
        query = query.with_for_update(of=Course).execution_options(populate_existing=True)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("There is no such course."))
    return found


def listener(course_code: str, teacher: str, *, lock: bool = False) -> Listener:
    """The latest application of a teacher to a course, an active one first.

    Raises:
        NotFound: the teacher is not on this course.
    """
    query = (
        select(Listener)
        .join(Listener.course)
        .where(Course.code == course_code, Listener.teacher == teacher)
        .order_by(Listener.status.in_(ACTIVE).desc(), Listener.queue.desc())
        .limit(1)
    )
    if lock:
        query = query.with_for_update(of=Listener).execution_options(populate_existing=True)
    found = db.session.execute(query).scalars().first()
    if found is None:
        raise NotFound(_l("This teacher is not a listener of the course."))
    return found


def active_listeners(course_key: int, *statuses: str) -> list[Listener]:
    """Listeners of a course in the given statuses (all active ones when none is named), first come first."""
    query = (
        select(Listener)
        .where(Listener.course_key == course_key, Listener.status.in_(statuses or ACTIVE))
        .order_by(Listener.queue)
    )
    return list(db.session.execute(query).scalars())


def sheet(course_key: int, session: str, *, lock: bool = False) -> AttestationSession:
    """The session of a course with its sheet.

    Raises:
        NotFound: the session was not planned.
    """
    query = select(AttestationSession).where(
        AttestationSession.course_key == course_key, AttestationSession.session == session
    )
    if lock:
        query = query.with_for_update(of=AttestationSession).execution_options(populate_existing=True)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("This session of the attestation is not planned."))
    return found


def active_programme(code: str) -> Programme:
    """The version of a programme that is in force.

    Raises:
        NotFound: no version of it is in force.
    """
    query = select(Programme).where(Programme.code == code, Programme.status == "active")
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("The programme is not in force."))
    return found
