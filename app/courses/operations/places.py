"""Places of a course: held, given back, waited for. The course's row is the lock, so places are never oversold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from ..models import Course, Listener
from ..models.courses import FORMING, OPEN
from ..models.listeners import (
    ACTIVE,
    APPLIED,
    CONFIRMED,
    ENDED,
    HELD,
    ON_PLACE,
    OPEN_APPLICATION,
    SUBMITTED,
    WAITING,
)
from ..models.programmes import ACTIVE as IN_FORCE
from ..queries.persons import Applicant
from . import finding

GIVING_BACK = (*OPEN_APPLICATION, CONFIRMED)
"""Statuses in which an application can still be ended."""


def free_places(course: Course) -> int:
    """Places that nobody holds. Call it with the course locked when you act on the answer."""
    taken = db.session.execute(
        select(func.count())
        .select_from(Listener)
        .where(Listener.course_key == course.key, Listener.status.in_(ON_PLACE))
    ).scalar_one()
    return course.places_max - taken


def submit_application(
    actor: Actor,
    course_code: str,
    applicant: Applicant,
    *,
    enrolment_id: str,
    instance_key: int | None = None,
) -> Listener:
    """Register an application that goes to the head now (rmp_enrolment 1); after a return it may name another course.

    Raises:
        Invalid: the course takes no applications, its programme is not in force, or this teacher applied already.
    """
    course = finding.course(course_code, lock=True)
    listener = db.session.execute(
        select(Listener).where(Listener.enrolment_id == enrolment_id).with_for_update(of=Listener)
    ).scalar_one_or_none()
    _check_may_apply(course, applicant.login, listener)
    if listener is None:
        listener = Listener(
            key=next_key(),
            enrolment_id=enrolment_id,
            teacher=applicant.login,
            status=SUBMITTED,
            created_at=clock.now(),
        )
        db.session.add(listener)
    listener.course_key, listener.course = course.key, course
    listener.enrolment_instance = instance_key
    for name in OF_APPLICANT:
        setattr(listener, name, getattr(applicant, name))
    listener.teacher_name = applicant.name
    listener.assignment = dict(applicant.assignment)
    db.session.flush()
    return listener


OF_APPLICANT = (
    *("position", "role", "school", "school_name", "municipality"),
    *("applied_by", "basis", "team_name"),
)


def _check_may_apply(course: Course, teacher: str, own: Listener | None) -> None:
    if course.status != OPEN or clock.today() > course.enrol_until:
        raise _not_this_course(_l("The course takes no applications any more."))
    if course.programme.status != IN_FORCE:
        raise _not_this_course(_l("The programme of this course is not in force."))
    if own is not None and own.status != SUBMITTED:
        raise _not_this_course(_l("This application is decided already."))
    taken = select(Listener.key).where(
        Listener.course_key == course.key, Listener.teacher == teacher, Listener.status.in_(ACTIVE)
    )
    if own is not None:
        taken = taken.where(Listener.key != own.key)
    if db.session.execute(taken).first():
        raise _not_this_course(_l("This teacher has an application for the course already."))


def _not_this_course(message: object) -> Invalid:
    return Invalid(message, {"course": [message]})


def hold_place(
    actor: Actor,
    course_code: str,
    teacher: str,
    *,
    assignment: Mapping[str, Any] | None = None,
    assignment_id: str | None = None,
) -> bool:
    """Put a signed application in the order and hold a place for it if one is left (rmp_enrolment 2).

    Returns:
        Whether a place is held now.

    Raises:
        Conflict: the application has ended.
    """
    course = finding.course(course_code, lock=True)
    listener = finding.listener(course_code, teacher, lock=True)
    if listener.status in ENDED:
        raise Conflict(_l("This application has ended already."))
    if assignment is not None:
        listener.assignment, listener.assignment_id = dict(assignment), assignment_id
    if listener.status == SUBMITTED:
        course.queue_last += 1
        listener.queue, listener.status = course.queue_last, APPLIED
        db.session.flush()
    return _hold(course, listener)


def put_on_waiting_list(actor: Actor, course_code: str, teacher: str) -> bool:
    """Put an application on the waiting list (rmp_enrolment 3); when a place came free meanwhile, it is held at once.

    Returns:
        Whether a place is held now, so that nobody needs to wait.

    Raises:
        Conflict: the application is not open.
    """
    course = finding.course(course_code, lock=True)
    listener = finding.listener(course_code, teacher, lock=True)
    if listener.status not in (APPLIED, HELD, WAITING):
        raise Conflict(_l("This application is decided already."))
    if _first_waiting(course) in (None, listener) and _hold(course, listener):
        return True
    listener.status = WAITING
    db.session.flush()
    return False


def confirm(actor: Actor, course_code: str, teacher: str) -> Listener:
    """Make a held place a confirmed one (rmp_enrolment 4).

    Raises:
        Conflict: no place is held and none is left.
    """
    course = finding.course(course_code, lock=True)
    listener = finding.listener(course_code, teacher, lock=True)
    if listener.status == CONFIRMED:
        return listener
    if listener.status not in (APPLIED, HELD, WAITING) or not _hold(course, listener):
        raise Conflict(_l("There is no place left for this teacher."))
    listener.status = CONFIRMED
    listener.confirmed_at = clock.now()
    db.session.flush()
    return listener


def give_back(actor: Actor, course_code: str, teacher: str, *, status: str, reason: str = "") -> Listener | None:
    """End an application and hand its place to the first on the waiting list, if the course has not begun.

    Args:
        actor: who decides.
        course_code: the course.
        teacher: login.
        status: one of `models.listeners.ENDED`.
        reason: kept with the listener.

    Returns:
        Who holds the place now and waited for it (the receiver of `place.free`), or None.

    Raises:
        Conflict: the application has ended already.
    """
    if status not in ENDED:
        raise ValueError(status)
    course = finding.course(course_code, lock=True)
    listener = finding.listener(course_code, teacher, lock=True)
    if listener.status == status:
        return None
    if listener.status not in GIVING_BACK:
        raise Conflict(_l("This application has ended already."))
    listener.status = status
    listener.status_reason = reason or None
    db.session.flush()
    return _promote_first(course)


def _hold(course: Course, listener: Listener) -> bool:
    """With both rows locked: hold a place if there is one."""
    if listener.status in ON_PLACE:
        return True
    if course.status not in (OPEN, FORMING) or free_places(course) <= 0:
        return False
    listener.status = HELD
    db.session.flush()
    return True


def _first_waiting(course: Course) -> Listener | None:
    waiting = finding.active_listeners(course.key, WAITING)
    return waiting[0] if waiting else None


def _promote_first(course: Course) -> Listener | None:
    first = _first_waiting(course)
    return first if first is not None and _hold(course, first) else None
