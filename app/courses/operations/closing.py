"""The end of enrolment: waiting list closed, course cancelled or merged into another."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from ..models import Course, Listener
from ..models.courses import CANCELLED, COMPLETED, OPEN, RUNNING
from ..models.listeners import CONFIRMED, OPEN_APPLICATION, REFUSED, WAITING, WAITLIST_CLOSED
from . import finding
from .places import OF_APPLICANT, free_places


def close_waiting_list(actor: Actor, course_code: str) -> list[str]:
    """At the course's start nobody waits any more (course_run 5). Returns the logins of those who waited."""
    course = finding.course(course_code, lock=True)
    waited = finding.active_listeners(course.key, WAITING)
    for listener in waited:
        listener.status = WAITLIST_CLOSED
    db.session.flush()
    return [listener.teacher for listener in waited]


def cancel_course(actor: Actor, course_code: str, reason: str) -> list[Listener]:
    """Cancel a course that has not begun: nobody is on it any more.

    Returns:
        The applications that were still open: their processes get `course.cancelled`.

    Raises:
        Conflict: the course has begun.
    """
    course = finding.course(course_code, lock=True)
    if course.status in (RUNNING, COMPLETED):
        raise Conflict(_l("The course has begun already."))
    still_open = finding.active_listeners(course.key, *OPEN_APPLICATION)
    for listener in finding.active_listeners(course.key):
        listener.status = REFUSED
        listener.status_reason = reason or "курс отменён"
    course.status = CANCELLED
    db.session.flush()
    return still_open


def merge_course(actor: Actor, course_code: str, into: str, reason: str) -> tuple[list[Listener], list[Listener]]:
    """Move the confirmed listeners to another open course and cancel this one (course_run 3 «объединить»).

    Returns:
        Listeners of the other course that were moved there, and applications that were still open here.

    Raises:
        Invalid: the other course is not open, or has not enough free places.
    """
    first, second = sorted((course_code, into))
    finding.course(first, lock=True)
    finding.course(second, lock=True)
    source, target = finding.course(course_code), finding.course(into)
    if source is target or target.status != OPEN:
        raise _no_target(_l("The chosen course is not open for applications."))
    there = {listener.teacher for listener in finding.active_listeners(target.key)}
    confirmed = finding.active_listeners(source.key, CONFIRMED)
    moving = [listener for listener in confirmed if listener.teacher not in there]
    if len(moving) > free_places(target):
        raise _no_target(_l("The chosen course has not enough free places."))
    still_open = cancel_course(actor, course_code, reason or f"объединён с курсом {into}")
    moved = [_move(listener, target) for listener in moving]
    db.session.flush()
    return moved, still_open


def _no_target(message: object) -> Invalid:
    return Invalid(message, {"target_course": [message]})


_COPIED = (*OF_APPLICANT, "teacher", "teacher_name", "assignment", "assignment_id", "enrolment_instance")


def _move(listener: Listener, target: Course) -> Listener:
    target.queue_last += 1
    moved = Listener(
        key=next_key(),
        course_key=target.key,
        course=target,
        enrolment_id=f"{listener.enrolment_id}>{target.code}",
        status=CONFIRMED,
        queue=target.queue_last,
        created_at=clock.now(),
        confirmed_at=clock.now(),
        **{name: getattr(listener, name) for name in _COPIED},
    )
    db.session.add(moved)
    return moved
