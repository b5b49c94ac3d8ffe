"""The application of a school for its teachers: one `enrolment.requested` per row (processes.md, rmp_enrolment)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.documents import operations as documents
from app.engine import operations as engine
from app.forms.definition import FormDefinition
from app.forms.operations import validate_submission
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid

from .. import policies
from ..models import Course, Listener
from ..models.listeners import ACTIVE
from ..queries import catalogue, persons
from . import finding


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the course, and the teachers."""

    course: str
    teachers: tuple[str, ...]


def apply_for_teachers(actor: Actor, form: FormDefinition, values: Mapping[str, Any], token: str) -> Sent:
    """Check the form `course_application` and start the enrolment of each teacher named in it.

    Args:
        actor: head, deputy or municipal methodist.
        form: the deployed form.
        values: as entered.
        token: of the page: sending it twice starts nothing twice.

    Raises:
        Forbidden: the actor may send nobody.
        Invalid: a field is wrong; a teacher works elsewhere or is on the course already, by row.
    """
    if not policies.may_apply_for(actor):
        raise Forbidden()
    clean = validate_submission(form, values, context={}, actor=actor)
    course = finding.course(str(clean["course"]))
    rows: list[Mapping[str, Any]] = list(clean["listeners"])
    _check(course, str(clean["school"]), rows)
    documents.save_record(
        actor,
        "course_application",
        f"Заявка на обучение: {course.title}",
        clean,
        organisation=str(clean["school"]),
        owner=actor.login,
        objects=[f"course:{course.code}", *(f"person:{row['user']}" for row in rows)],
        form_key=form.key,
    )
    for row in rows:
        _start(actor, course, clean, row, token)
    return Sent(course.code, tuple(str(row["user"]) for row in rows))


def _check(course: Course, school: str, rows: list[Mapping[str, Any]]) -> None:
    errors: dict[str, list[object]] = {}
    if not catalogue.accepts_applications(course):
        errors["course"] = [_l("The course takes no applications any more.")]
    taken = set(
        db.session.scalars(
            select(Listener.teacher).where(Listener.course_key == course.key, Listener.status.in_(ACTIVE))
        )
    )
    for index, row in enumerate(rows):
        teacher = str(row.get("user"))
        if teacher in taken:
            errors[f"listeners.{index}.user"] = [_l("This teacher has an application for the course already.")]
        elif school not in persons.workplaces([teacher])[teacher]:
            errors[f"listeners.{index}.user"] = [_l("This teacher does not work at the chosen school.")]
    if errors:
        raise Invalid(_l("Please check the marked fields."), errors)


def _start(actor: Actor, course: Course, clean: Mapping[str, Any], row: Mapping[str, Any], token: str) -> None:
    teacher, school = str(row["user"]), str(clean["school"])
    variables = {
        "course_id": course.code,
        "teacher_id": teacher,
        "school_id": school,
        "municipality_id": persons.municipality_of(school),
        "position": row.get("position"),
        "team_name": clean.get("team_name") if clean.get("team") else None,
        "basis": clean.get("basis"),
        "requested_by": actor.login,
    }
    try:
        engine.publish_message(
            actor,
            "enrolment.requested",
            f"{course.code}:{teacher}",
            variables,
            ttl=timedelta(hours=1),
            message_id=f"{token}:{teacher}" if token else None,
            internal=True,
        )
    except Conflict:
        raise Conflict(_l("This application was sent already.")) from None
