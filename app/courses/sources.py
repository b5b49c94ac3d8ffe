"""Pickers of forms: courses, programmes, listeners; and what of the documents belongs to «own courses»."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, any_, cast, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from app.documents.scopes import Table, register_scope
from app.engine import policies as engine
from app.forms import sources
from app.jobs import batches
from app.jobs.models import BackgroundBatch
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db

from . import policies
from .models import Course, CoursePerson, Listener, Programme
from .models.courses import COMMISSION, METHODIST
from .models.listeners import CONFIRMED, FINISHED, ON_PLACE
from .queries import catalogue
from .queries.searching import like

PERSONAL = ("rmp_enrolment", "rmp_listener", "rmp_remediation", "course_report_verification", "post_course_support")
"""Processes about one teacher: a municipality sees counts of them (roles §3)."""
_MOST = sources.PAGE + 1
_OF_COMMISSION = ("attestation_sheet", "final_attestation", "recommendation")


def courses_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Courses, which everybody may see.

    Args:
        actor: the reader.
        words: part of title or code.
        wanted: `enrolment: "open"` (applications are taken today), `except` (a code or several), `free` (places at
            least), `programme` (code).
    """
    query = catalogue.course_select(
        actor,
        search=words,
        accepting=wanted.get("enrolment") == "open",
        programme_code=str(wanted.get("programme") or ""),
    )
    never = _texts(wanted.get("except"))
    if never:
        query = query.where(Course.code.not_in(never))
    if wanted.get("free"):
        taken = select(func.count()).where(Listener.course_key == Course.key, Listener.status.in_(ON_PLACE))
        query = query.where(Course.places_max - taken.scalar_subquery() >= int(wanted["free"]))
    return [(course.code, _course_text(course)) for course in db.session.scalars(query.limit(_MOST)).unique()]


def course_label(code: str) -> str | None:
    """Programme and period of a course."""
    course = db.session.scalars(select(Course).where(Course.code == code)).unique().one_or_none()
    return None if course is None else _course_text(course)


def course_holds(actor: Actor, code: str, wanted: Mapping[str, Any]) -> bool:
    """Whether this course may be chosen."""
    query = catalogue.course_select(
        actor, accepting=wanted.get("enrolment") == "open", programme_code=str(wanted.get("programme") or "")
    )
    if code in _texts(wanted.get("except")):
        return False
    return db.session.scalars(query.where(Course.code == code)).unique().first() is not None


def programmes_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Programmes; `wanted` may hold `status` (`active` when absent) and `subject`."""
    query = _programmes(actor, words, wanted)
    return [(found.code, _programme_text(found)) for found in db.session.scalars(query.limit(_MOST))]


def programme_label(code: str) -> str | None:
    """Title and hours of a programme's newest version."""
    query = select(Programme).where(Programme.code == code).order_by(Programme.version.desc()).limit(1)
    found = db.session.scalars(query).first()
    return None if found is None else _programme_text(found)


def programme_holds(actor: Actor, code: str, wanted: Mapping[str, Any]) -> bool:
    """Whether this programme may be chosen."""
    return db.session.scalars(_programmes(actor, "", wanted).where(Programme.code == code)).first() is not None


def listeners_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Listeners whom the actor may see; `wanted` may hold `course` (code)."""
    query = _listeners(actor, wanted).order_by(Listener.teacher_name)
    if words:
        query = query.where(Listener.teacher_name.ilike(like(words)))
    found = db.session.scalars(query.limit(_MOST)).unique()
    return [(listener.teacher, _listener_text(listener)) for listener in found]


def listener_label(login: str) -> str | None:
    """Name and school of a listener, as on her latest course."""
    query = select(Listener).where(Listener.teacher == login).order_by(Listener.created_at.desc()).limit(1)
    found = db.session.scalars(query).unique().first()
    return None if found is None else _listener_text(found)


def listener_holds(actor: Actor, login: str, wanted: Mapping[str, Any]) -> bool:
    """Whether this listener may be chosen."""
    query = _listeners(actor, wanted).where(Listener.teacher == login).limit(1)
    return db.session.scalars(query).unique().first() is not None


def documents_of_own_courses(actor: Actor, table: Table) -> ColumnElement[bool] | None:
    """Rule `course`: what concerns a course that the actor leads, or accompanies as a methodist."""
    led = select(Course.code).where(Course.leader.in_(policies.led_as(actor)))
    if actor.has_role("iro_methodist"):
        led = led.union(_with_duty(actor, METHODIST))  # type: ignore[assignment]
    return _concerns(table, list(db.session.scalars(led)))


def documents_of_commission(actor: Actor, table: Table) -> ColumnElement[bool] | None:
    """Rule `assigned`: sheets and recommendations of the courses in whose commission the actor sits."""
    found = _concerns(table, list(db.session.scalars(_with_duty(actor, COMMISSION))))
    return None if found is None else and_(table.kind.in_(_OF_COMMISSION), found)


def documents_of_tutored(actor: Actor, table: Table) -> ColumnElement[bool] | None:
    """Rule `assigned`: what a methodist needs of the listeners whom she accompanies."""
    if not actor.has_role("iro_methodist"):
        return None
    query = select(Listener.teacher, Course.code).join(Listener.course).where(Listener.tutor == actor.login)
    pairs = db.session.execute(query).all()
    both = [_concerns_all(table, f"person:{teacher}", f"course:{code}") for teacher, code in pairs]
    return or_(*both) if both else None


def _with_duty(actor: Actor, duty: str) -> Any:
    return (
        select(Course.code)
        .join(CoursePerson, CoursePerson.course_key == Course.key)
        .where(CoursePerson.login == actor.login, CoursePerson.duty == duty)
    )


def _concerns(table: Table, codes: Sequence[str]) -> ColumnElement[bool] | None:
    tags = [f"course:{code}" for code in codes]
    return table.objects.overlap(cast(tags, ARRAY(TEXT))) if tags else None


def _concerns_all(table: Table, *tags: str) -> ColumnElement[bool]:
    return table.objects.contains(cast(list(tags), ARRAY(TEXT)))


def _programmes(actor: Actor, words: str, wanted: Mapping[str, Any]) -> Any:
    return catalogue.programme_select(
        actor,
        search=words,
        status=str(wanted.get("status") or "active"),
        subject=str(wanted.get("subject") or ""),
    )


def _listeners(actor: Actor, wanted: Mapping[str, Any]) -> Any:
    query = (
        select(Listener)
        .join(Listener.course)
        .where(policies.listeners_in_scope(actor), Listener.status.in_((CONFIRMED, FINISHED)))
    )
    return query.where(Course.code == wanted["course"]) if wanted.get("course") else query


def _course_text(course: Course) -> str:
    accepting = clock.today() <= course.enrol_until
    until = f", заявки до {course.enrol_until:%d.%m.%Y}" if accepting else ""
    return f"{course.title} ({course.start:%d.%m}–{course.end:%d.%m.%Y}{until})"


def _programme_text(programme: Programme) -> str:
    return f"{programme.title} ({programme.hours} ч)"


def _listener_text(listener: Listener) -> str:
    return f"{listener.teacher_name}, {listener.school_name}" if listener.school_name else listener.teacher_name


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


engine.closed_to_municipality(*PERSONAL)
sources.register("courses", search=courses_for, label=course_label, holds=course_holds, title=_l("Course"))
sources.register(
    "programmes", search=programmes_for, label=programme_label, holds=programme_holds, title=_l("Programme")
)
sources.register("listeners", search=listeners_for, label=listener_label, holds=listener_holds, title=_l("Listener"))


@batches.scope
def batches_of_courses(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Papers and letters of courses: auditors see them, who leads the course may also stop and repeat them."""
    tagged = (literal("course:") + Course.code) == any_(BackgroundBatch.about)
    steers = exists().where(tagged, Course.leader.in_(policies.led_as(actor)))
    return exists().where(tagged) if actor.has_role("auditor") else steers, steers


register_scope("course", documents_of_own_courses)
register_scope("assigned", documents_of_commission)
register_scope("assigned", documents_of_tutored)
register_scope("course", documents_of_tutored)
