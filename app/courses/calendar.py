"""Dates of courses in a person's calendar: the course itself, the final attestation, the day of their own session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.notifications import sources

from .models import AttestationSession, Course, CoursePerson, Listener
from .models.courses import CANCELLED
from .models.listeners import ACTIVE

PAST = timedelta(days=60)
"""How long a course that has ended stays in the calendar."""


@sources.calendar("courses")
def dates(actor: Actor) -> Iterator[sources.Entry]:
    """The courses that the actor leads, accompanies, examines or attends."""
    attended = select(Listener.course_key).where(Listener.teacher == actor.login, Listener.status.in_(ACTIVE))
    accompanied = select(CoursePerson.course_key).where(CoursePerson.login == actor.login)
    mine = or_(Course.leader == actor.login, Course.key.in_(accompanied), Course.key.in_(attended))
    current = (Course.status != CANCELLED, Course.end >= clock.today() - PAST)
    for course in db.session.scalars(select(Course).where(mine, *current).order_by(Course.start)):
        link = f"/courses/{course.code}"
        yield sources.Entry(f"course-{course.key}", course.title, course.start, course.end, link=link)
        yield from _attestations(course, link)


def _attestations(course: Course, link: str) -> Iterator[sources.Entry]:
    """The sessions that are planned; before that the day that the course was announced with."""
    title = _("Final attestation: %(course)s", course=course.title)
    planned = select(AttestationSession).where(AttestationSession.course_key == course.key)
    sessions = list(db.session.scalars(planned.order_by(AttestationSession.held_on)))
    for session in sessions:
        yield sources.Entry(f"attestation-{session.key}", title, session.held_on, about=session.session, link=link)
    if not sessions:
        yield sources.Entry(f"attestation-of-{course.key}", title, course.attest_on, link=link)
