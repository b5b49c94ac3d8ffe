"""Service types of `course_run`: opened, announced, prolonged, merged, cancelled, formed, begun, grouped."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import operations as engine
from app.engine.services import ModelFault, ServiceCall, service_type
from app.jobs import batching
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.notifications import operations as notices

from ..models import Course, CourseOrder, Listener
from ..models.courses import FORMING, RUNNING
from ..models.listeners import APPLIED, CONFIRMED, HELD, WITHDRAWN
from ..operations import closing, courses, finding, groups, moving, places
from ..rules import scores, words
from ..rules.grouping import dominant_competence
from . import inputs


@service_type("course.open", inline=True)
def open_course(call: ServiceCall) -> dict[str, Any]:
    """Open the course that the card describes; a second run finds the same course."""
    existing = db.session.scalar(select(Course).where(Course.instance_key == call.instance.key))
    course = existing or courses.open_course(
        call.actor,
        inputs.context(call, "card"),
        organisation=_institute(call),
        leader=call.text("course_leader"),
        instance_key=call.instance.key,
    )
    return inputs.course_facts(course) | {
        "places_min": course.places_min,
        "places_max": course.places_max,
        "team_mode": course.team_mode,
        "team_complete_rule": course.team_complete_rule,
    }


@service_type("course.announce", inline=True)
def announce(call: ServiceCall) -> dict[str, Any]:
    """Tell heads and municipalities of the audience; an empty audience is everybody."""
    course = finding.course(call.text("course_id"))
    audience = inputs.texts(call, "audience") or course.audience
    roles = ("school_head", "mouo_head")
    whom = [f"{role}@{code}" for code in audience for role in roles] or list(roles)
    subject = _l("Enrolment is open: %(course)s", course=inputs.course_title(course))
    text = _l(
        "Applications until %(until)s, %(places)s places.",
        until=f"{course.enrol_until:%d.%m.%Y}",
        places=course.places_max,
    )
    _tell(course, whom, subject, text, "announced")
    return {}


@service_type("course.extend-enrolment", inline=True)
def extend_enrolment(call: ServiceCall) -> dict[str, Any]:
    """Move the enrolment deadline; open applications follow."""
    until = inputs.day(call.variables.get("enrol_until"))
    message: object = None
    if until is None or until < clock.today():
        message = _l("The new deadline must not have passed already.")
    else:
        try:
            moving.move_dates(call.actor, call.text("course_id"), {"enrol_until": until}, but=call.instance.key)
        except Invalid as error:
            message = next(iter(error.errors.values()))[0]
    if message is not None or until is None:
        raise Invalid(message, {"enrol_until": [message]})
    return {"enrol_until": until.isoformat()}


@service_type("course.merge", inline=True)
def merge(call: ServiceCall) -> dict[str, Any]:
    """Move the confirmed listeners to another open course and close this one."""
    target = call.text("target_course_id")
    try:
        moved, still_open = closing.merge_course(
            call.actor, call.text("course_id"), target, inputs.optional(call, "reason") or ""
        )
    except NotFound:
        message = _l("Choose another course.")
        raise Invalid(message, {"target_course": [message]}) from None
    for listener in moved:
        variables = {"enrolled": inputs.listener_context(listener)}
        engine.publish_message(
            PLATFORM, "listener.enrolled", target, variables, ttl=_to_the_end(listener.course), internal=True
        )
        subject = _l("Your course was joined with another one: %(course)s", course=inputs.course_title(listener.course))
        _tell(listener.course, [listener.teacher], subject, "", f"merged:{listener.key}")
    return {
        "moved": [listener.teacher for listener in moved],
        "open_applications": [inputs.application(listener) for listener in still_open],
    }


@service_type("course.cancel", inline=True)
def cancel(call: ServiceCall) -> dict[str, Any]:
    """Cancel a course that has not begun, or was never opened."""
    code = inputs.optional(call, "course_id")
    if code is None:
        return {"open_applications": []}
    course = finding.course(code)
    reason = inputs.optional(call, "reason") or ""
    confirmed = [listener.teacher for listener in finding.active_listeners(course.key, CONFIRMED)]
    still_open = closing.cancel_course(call.actor, code, reason)
    subject = _l("The course is cancelled: %(course)s", course=inputs.course_title(course))
    _tell(course, confirmed, subject, reason, "cancelled")
    return {"open_applications": [inputs.application(listener) for listener in still_open]}


@service_type("course.confirm-group", inline=True)
def confirm_group(call: ServiceCall) -> dict[str, Any]:
    """Close the list of the group; every application must be decided."""
    course = finding.course(call.text("course_id"), lock=True)
    undecided = finding.active_listeners(course.key, APPLIED, HELD)
    if undecided:
        names = ", ".join(sorted(listener.teacher_name for listener in undecided))
        raise Invalid(_l("Decide these applications first: %(names)s", names=names))
    courses.set_status(call.actor, course.code, FORMING)
    return {"listeners": _confirmed(course)}


@service_type("course.record-order", inline=True)
def record_order(call: ServiceCall) -> dict[str, Any]:
    """Keep an order about the course; a second run finds the same order."""
    course = finding.course(call.text("course_id"))
    number, signed_on = call.text("number"), inputs.day(call.variables.get("date")) or clock.today()
    document_id = call.variables.get("document_id")
    same = select(CourseOrder).where(
        CourseOrder.course_key == course.key,
        CourseOrder.kind == call.text("kind"),
        CourseOrder.number == number,
        CourseOrder.signed_on == signed_on,
    )
    order = db.session.scalars(same).first() or courses.record_order(
        call.actor,
        course.code,
        call.text("kind"),
        number=number,
        signed_on=signed_on,
        document_id=str(document_id) if document_id else None,
        listeners=inputs.texts(call, "listeners"),
    )
    return {"order_id": str(order.key)}


@service_type("course.start", inline=True)
def start(call: ServiceCall) -> dict[str, Any]:
    """Begin the course: nobody waits any more; who came after the enrolment order is named for a supplementary one."""
    course = courses.set_status(call.actor, call.text("course_id"), RUNNING)
    closing.close_waiting_list(call.actor, course.code)
    ordered = set()
    for order in db.session.scalars(
        select(CourseOrder).where(CourseOrder.course_key == course.key, CourseOrder.kind == "enrolment")
    ):
        ordered.update(order.listeners)
    listeners = _confirmed(course)
    late = [listener for listener in listeners if listener["listener_id"] not in ordered]
    return {"listeners": listeners, "late_listeners": late}


@service_type("course.remove-listener", inline=True)
def remove_listener(call: ServiceCall) -> dict[str, Any]:
    """Withdraw a listener before the start; the place is held for the first who waits."""
    following: Listener | None = None
    with suppress(Conflict, NotFound):  # she may have left another way in the meantime
        following = places.give_back(
            call.actor,
            call.text("course_id"),
            call.text("listener_id"),
            status=WITHDRAWN,
            reason=inputs.optional(call, "reason") or "",
        )
    return {"next_waitlisted": inputs.application(following)}


@service_type("course.group-table", inline=True)
def group_table(call: ServiceCall) -> dict[str, Any]:
    """What the groups are formed by: results and needs; null where there is no result yet."""
    course = finding.course(call.text("course_id"))
    listeners = finding.active_listeners(course.key, CONFIRMED)
    return {"group_rows": [_group_row(listener) for listener in sorted(listeners, key=_by_name)]}


@service_type("course.set-groups", inline=True)
def set_groups(call: ServiceCall) -> dict[str, Any]:
    """Keep the groups that the leader decided on, with every move against the proposal in the journal."""
    code = call.text("course_id")
    for row in inputs.rows(call, "modules"):
        if row.get("group"):
            groups.set_modules(call.actor, code, str(row["group"]), _modules(row.get("modules")), only_known=False)
    placed = []
    for row in inputs.rows(call, "groups"):
        teacher, group = inputs.who(row), str(row.get("group") or words.NO_GROUP)
        groups.propose_group(call.actor, code, teacher, str(row.get("proposed_group") or group))
        groups.move_listener(call.actor, code, teacher, group)
        if group != words.NO_GROUP:
            modules = groups.modules_of(finding.course(code), group)
            placed.append({"listener_id": teacher, "group": group, "modules": modules})
    return {"placed": placed}


def _modules(value: Any) -> list[str]:
    """Titles of modules: a list, or a text with one in each line."""
    lines = value.replace(";", "\n").splitlines() if isinstance(value, str) else value or []
    return [title for line in lines if (title := str(line).strip(" •-–\t"))]


def _institute(call: ServiceCall) -> str:
    held = call.actor.organisations("course_leader") or call.actor.organisations("iro_coordinator")
    organisation = min(held, default=None) or call.instance.organisation
    if organisation is None:
        raise ModelFault("nobody says which institute runs the course")
    return organisation


def _confirmed(course: Course) -> list[dict[str, Any]]:
    listeners = finding.active_listeners(course.key, CONFIRMED)
    return [inputs.listener_context(listener) for listener in sorted(listeners, key=_by_name)]


def _by_name(listener: Listener) -> tuple[str, str]:
    return listener.teacher_name, listener.teacher


def _group_row(listener: Listener) -> dict[str, Any]:
    test = listener.test(words.ENTRY)
    entry = test.pct if test is not None else None
    method = listener.method_pct
    needs = [str(need) for need in listener.assignment.get("competences") or ()]
    return {
        "listener_id": listener.teacher,
        "name": listener.teacher_name,
        "school": listener.school_name,
        "entry_pct": None if entry is None else scores.as_number(entry),
        "subject_level": listener.level,
        "method_total_pct": None if method is None else scores.as_number(method),
        "needs": ", ".join(words.competence(need) for need in needs),
        "dominant_competence": dominant_competence(needs),
    }


def _tell(course: Course, whom: list[str], subject: object, text: object, cause: str) -> None:
    link = f"/courses/{course.code}"
    with batching.together(None, title=subject, link=link, about=[f"course:{course.code}"]):
        notices.notify(whom, subject, text, link=link, dedupe_key=f"course:{course.code}:{cause}", kind="info")


def _to_the_end(course: Course) -> timedelta:
    return timedelta(days=max(1, (course.attest_resit_on - clock.today()).days) + 30)
