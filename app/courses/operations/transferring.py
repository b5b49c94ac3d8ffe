"""A teacher changes school, a leader leaves: what runs goes on with the new people (processes §A, exceptions)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.engine import operations as engine
from app.engine import queries as instances
from app.engine.views import InstanceFilter
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.notifications.operations import notify
from app.people import operations as people
from app.people import queries as directory

from .. import policies
from ..models import Course, Listener
from ..models.courses import CANCELLED, COMPLETED
from ..models.listeners import ACTIVE, FINISHED
from ..queries import catalogue
from . import finding
from .moving import instances_of

ROLE = "course_leader"
_MOST = 1000


@people.on_transfer
def follow_teacher(actor: Actor, login: str, before: str, after: str) -> int:
    """Let her courses and processes go on at the new school: tasks and reports reach the new head.

    What is finished keeps the school of its time: certificates, sheets, orders.

    Returns:
        How many processes went along.
    """
    place = directory.organisation(after)
    municipality = directory.municipality_of(after)
    wanted = InstanceFilter(status="active", variables={"teacher_id": login, "school_id": before})
    found = sorted(view.key for view in instances.instances(PLATFORM, wanted, sort="started", limit=_MOST).items)
    for instance in found:
        engine.hold_instance(instance)  # before the rows, as whoever completes a task does
    rows = db.session.scalars(
        select(Listener)
        .join(Listener.course)
        .where(
            Listener.teacher == login,
            Listener.school == before,
            Listener.status.in_((*ACTIVE, FINISHED)),
            Course.status.not_in((COMPLETED, CANCELLED)),
        )
        .with_for_update(of=Listener)
    )
    for row in rows.unique():
        row.school, row.school_name, row.municipality = after, place.short_name, municipality
        key = f"{row.course.code}:{login}"
        audit.record_event(actor, "listener", key, "transfer", changes={"school": (before, after)})
    variables = {"school_id": after, "municipality_id": municipality}
    for instance in found:
        engine.move_instance(actor, instance, after, variables)
    return len(found)


def may_hand_over(actor: Actor, course: Course) -> bool:
    """Whether the actor may give the course to another leader: its leader in person, and the institute."""
    return course.status not in (COMPLETED, CANCELLED) and _decides(actor, course)


def _decides(actor: Actor, course: Course) -> bool:
    return actor.system or course.leader == actor.login or actor.has_role(*policies.INSTITUTE)


def replace_leader(actor: Actor, code: str, login: str, reason: str) -> int:
    """Give a course with all that runs of it to another leader, in one act.

    Returns:
        How many open tasks have changed hands.

    Raises:
        NotFound: there is no such course.
        Forbidden: the actor neither leads it nor decides for the institute.
        Conflict: the course is over, this person leads it already, or a process of it has begun just now.
        Invalid: the reason is missing, or the person is no course leader.
    """
    catalogue.course(actor, code)
    course = _held(code)
    if not _decides(actor, course):
        raise Forbidden(_l("Only the leader or the institute hands a course over."))
    if course.status in (COMPLETED, CANCELLED):
        raise Conflict(_l("The course is over."))
    if not reason.strip():
        raise Invalid(errors={"reason": [_l("Please give the reason.")]})
    if login not in directory.holders(ROLE):
        raise Invalid(errors={"leader": [_l("This person is no course leader.")]})
    before = course.leader
    if before == login:
        raise Conflict(_l("This person leads the course already."))
    course.leader = login
    db.session.flush()
    tasks = engine.hand_over(actor, _everything(course), ROLE, before, login)
    facts = {"reason": reason.strip(), "tasks": tasks}
    changes = {"leader": (before, login)}
    happened = audit.record_event(actor, "course", code, "replace-leader", changes=changes, details=facts)
    notify(
        [login],
        _l("A course was handed over to you: %(course)s", course=course.title),
        _l("%(reason)s. Open tasks: %(tasks)s.", reason=reason.strip().rstrip("."), tasks=tasks),
        link=f"/courses/{code}",
        dedupe_key=f"leader:{code}:{happened.seq}",
    )
    return tasks


def _held(code: str) -> Course:
    """The course, locked after its running processes, as service tasks do: who completes a task of it goes first or
    last, and neither waits for the other.

    Raises:
        Conflict: a process of the course began in this very moment.
    """
    running = instances_of(code)
    for instance in sorted(running):
        engine.hold_instance(instance)
    course = finding.course(code, lock=True)
    if not set(instances_of(code)) <= set(running):
        raise Conflict(_l("Something of this course has begun just now: please do it once more."))
    return course


def led_by(login: str) -> list[Course]:
    """Courses of a leader that are not over, the first to begin first."""
    query = select(Course).where(Course.leader == login, Course.status.not_in((COMPLETED, CANCELLED)))
    return list(db.session.scalars(query.order_by(Course.start, Course.code)).unique())


def _everything(course: Course) -> list[int]:
    """The course's own process and those of its applications and listeners, running or not."""
    keys = set(instances_of(course.code))
    rows = db.session.execute(
        select(Listener.enrolment_instance, Listener.listener_instance, Listener.remediation_instance).where(
            Listener.course_key == course.key
        )
    )
    keys.update(key for row in rows for key in row if key is not None)
    return sorted(keys | ({course.instance_key} if course.instance_key else set()))
