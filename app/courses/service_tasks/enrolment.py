"""Service types of `rmp_enrolment`: from the technical assignment to a confirmed place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.documents import queries as documents
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound

from ..models import Course, Listener
from ..models.courses import OPEN
from ..models.listeners import NOT_SENT, REFUSED, WAITLIST_CLOSED
from ..operations import finding, places
from ..queries import needs, persons
from . import inputs

_CARRIED = (
    *("education_level", "diploma_number", "diploma_date", "diploma_speciality"),
    *("position_experience_years", "age"),
)
"""Fields of Appendix 1 that are the same in the next assignment."""
_STATES = {"not_sent": NOT_SENT, "waitlist_closed": WAITLIST_CLOSED, "refused": REFUSED}


@service_type("enrolment.prepare", inline=True)
def prepare(call: ServiceCall) -> dict[str, Any]:
    """Facts of the teacher and a prefilled technical assignment."""
    login = inputs.optional(call, "teacher_id") or call.text("initiator")
    try:
        applicant = persons.applicant(login, inputs.optional(call, "position"))
    except NotFound:
        raise ModelFault(f"«{login}» is nobody who works at a school") from None
    course_id = inputs.optional(call, "course_id")
    return {
        "teacher_id": login,
        "teacher_name": applicant.name,
        "school_id": applicant.school,
        "municipality_id": applicant.municipality,
        "position": applicant.position,
        "enrolment_id": f"e{call.instance.key}",
        "assignment": _prefilled(applicant, course_id),
        "enrol_until": _enrol_until(course_id),
    }


@service_type("course.apply", inline=True)
def apply(call: ServiceCall) -> dict[str, Any]:
    """Register the application at the course that the teacher chose."""
    teacher = call.text("teacher_id")
    code = call.text("course_id")
    found = persons.applicant(teacher, inputs.optional(call, "position"))
    applicant = persons.Applicant(
        login=found.login,
        name=found.name,
        school=found.school,
        school_name=found.school_name,
        municipality=found.municipality,
        position=found.position,
        role=found.role,
        applied_by=call.instance.started_by,
        basis=inputs.optional(call, "basis"),
        team_name=inputs.optional(call, "team_name"),
        assignment=inputs.context(call, "assignment"),
    )
    try:
        listener = places.submit_application(
            call.actor, code, applicant, enrolment_id=call.text("enrolment_id"), instance_key=call.instance.key
        )
    except NotFound:
        message = _l("There is no such course.")
        raise Invalid(message, {"course": [message]}) from None
    return inputs.course_facts(listener.course)


@service_type("course.hold-place", inline=True)
def hold_place(call: ServiceCall) -> dict[str, Any]:
    """Hold a place for the signed application, if one is left."""
    held = places.hold_place(
        call.actor,
        call.text("course_id"),
        call.text("teacher_id"),
        assignment=inputs.context(call, "assignment"),
        assignment_id=_id(call, "assignment_id"),
    )
    return {"holds_place": held}


@service_type("course.join-waitlist", inline=True)
def join_waitlist(call: ServiceCall) -> dict[str, Any]:
    """Put the application on the waiting list, unless a place became free meanwhile."""
    return {"holds_place": places.put_on_waiting_list(call.actor, call.text("course_id"), call.text("teacher_id"))}


@service_type("course.release-place", inline=True)
def release_place(call: ServiceCall) -> dict[str, Any]:
    """Refuse the application; its place is held for the first who waits."""
    following = places.give_back(
        call.actor,
        call.text("course_id"),
        call.text("teacher_id"),
        status=REFUSED,
        reason=inputs.optional(call, "reason") or "",
    )
    return {"next_waitlisted": inputs.application(following)}


@service_type("course.close-application", inline=True)
def close_application(call: ServiceCall) -> dict[str, Any]:
    """End an application that came to nothing; one that never reached a course leaves no trace."""
    state = call.text("state")
    if state not in _STATES:
        raise ModelFault(f"«state» must be one of {', '.join(_STATES)}, not {state!r}")
    listener = db.session.scalar(select(Listener).where(Listener.enrolment_id == call.text("enrolment_id")))
    if listener is None or listener.status not in places.GIVING_BACK:
        return {"next_waitlisted": None}
    following = places.give_back(
        call.actor,
        listener.course.code,
        listener.teacher,
        status=_STATES[state],
        reason=inputs.optional(call, "reason") or "",
    )
    return {"next_waitlisted": inputs.application(following)}


@service_type("course.add-listener", inline=True)
def add_listener(call: ServiceCall) -> dict[str, Any]:
    """Confirm the held place."""
    listener = places.confirm(call.actor, call.text("course_id"), call.text("teacher_id"))
    listener.assignment_id = _id(call, "assignment_id") or listener.assignment_id
    db.session.flush()
    return {"listener": inputs.listener_context(listener)}


def _id(call: ServiceCall, name: str) -> str | None:
    value = call.variables.get(name)
    return str(value) if value not in (None, "") else None


def blank(login: str) -> dict[str, Any]:
    """A technical assignment prefilled with what is known of the teacher.

    Raises:
        NotFound: no such person, or she works at no school.
    """
    return _prefilled(persons.applicant(login), None)


def _prefilled(applicant: persons.Applicant, course_id: str | None) -> dict[str, Any]:
    before = db.session.scalars(
        select(Listener).where(Listener.teacher == applicant.login).order_by(Listener.created_at.desc()).limit(1)
    ).first()
    carried = before.assignment if before is not None else {}
    assignment = {name: carried[name] for name in _CARRIED if carried.get(name) is not None}
    assignment.update(
        teacher=applicant.login,
        workplace_position=", ".join(part for part in (applicant.school_name, applicant.position) if part),
        course=course_id,
        **needs.next_assignment(applicant.login, before.created_at if before is not None else None),
        low_zones=_low_zones(applicant.school),
    )
    return assignment


def _low_zones(school: str) -> list[str]:
    """Subjects in which the school has a zone of low quality."""
    rows = db.session.scalars(documents.records(PLATFORM, "low_quality_zone", organisation=school))
    return sorted({str(row.data["subject"]) for row in rows if row.data.get("low_zone") and row.data.get("subject")})


def _enrol_until(course_id: str | None) -> str:
    """Deadline of the chosen course, else the latest of the open ones, else 30 days from now."""
    if course_id:
        try:
            return finding.course(course_id).enrol_until.isoformat()
        except NotFound:
            pass
    today = clock.today()
    latest = db.session.scalar(
        select(func.max(Course.enrol_until)).where(Course.status == OPEN, Course.enrol_until >= today)
    )
    return (latest or today + timedelta(days=30)).isoformat()
