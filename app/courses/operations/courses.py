"""Course runs: opened, moved, begun, merged, cancelled, completed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key

from ..models import Course, CourseOrder, CoursePerson, Programme
from ..models.courses import CANCELLED, COMMISSION, COMPLETED, FORMING, METHODIST, OPEN, RUNNING
from ..rules.dates import CourseDates, date_errors
from . import finding

_DATES = tuple(field.name for field in fields(CourseDates))


def open_course(
    actor: Actor, card: Mapping[str, Any], *, organisation: str, leader: str, instance_key: int | None = None
) -> Course:
    """Open a course for applications.

    Args:
        actor: who filled the card.
        card: validated fields of the form `course_card`; `programme` is the code of a programme in force.
        organisation: code of the institute.
        leader: login of the course leader.
        instance_key: the `course_run` instance that drives the course.

    Returns:
        The course; its `code` is made of the programme's code, the year and a running number.

    Raises:
        Invalid: dates, places, commission or team rule are wrong or the programme is not in force, by field.
    """
    errors = card_errors(card)
    if errors:
        raise Invalid(_l("Please check the marked fields."), errors)
    programme = _programme_of(card)
    dates = {name: _as_date(card[name]) for name in _DATES}
    course = Course(
        key=next_key(),
        code=_next_code(programme, dates["start"].year),
        programme_key=programme.key,
        programme=programme,
        title=programme.title,
        hours=int(card.get("hours") or programme.hours),
        form=card.get("form") or programme.form,
        places_min=int(card["places_min"]),
        places_max=int(card["places_max"]),
        organisation=organisation,
        leader=leader,
        commission_chair=card["commission_chair"],
        audience=list(card.get("audience") or []),
        team_mode=bool(card.get("team_mode")),
        team_complete_rule=card.get("team_complete_rule") if card.get("team_mode") else None,
        max_retests=1 if card.get("max_retests") is None else int(card["max_retests"]),
        status=OPEN,
        instance_key=instance_key,
        created_at=clock.now(),
        created_by=actor.login,
        **dates,
    )
    db.session.add(course)
    db.session.flush()
    set_people(actor, course, COMMISSION, card["commission"])
    set_people(actor, course, METHODIST, card.get("methodists") or [])
    return course


def card_errors(card: Mapping[str, Any]) -> dict[str, list[object]]:
    """What is wrong with a `course_card` beyond its form: dates, places, commission; empty when all is well."""
    try:
        dates = CourseDates(**{name: _as_date(card[name]) for name in _DATES})
    except (KeyError, TypeError, ValueError):
        return {name: [_l("Please give a date.")] for name in _DATES if not _is_date(card.get(name))} or {
            "start": [_l("Please give a date.")]
        }
    errors = date_errors(dates)
    low, high = card.get("places_min"), card.get("places_max")
    if not isinstance(low, int) or low < 1:
        errors["places_min"] = [_l("At least one place is needed.")]
    elif not isinstance(high, int) or high < low:
        errors["places_max"] = [_l("The maximum is not less than the minimum.")]
    commission = list(card.get("commission") or [])
    if len(set(commission)) < 2:
        errors["commission"] = [_l("The commission has at least two members.")]
    elif card.get("commission_chair") not in commission:
        errors["commission_chair"] = [_l("The chair is one of the commission.")]
    if card.get("team_mode") and not card.get("team_complete_rule"):
        errors["team_complete_rule"] = [_l("Say when a team counts as trained.")]
    return errors


def set_people(actor: Actor, course: Course, duty: str, logins: list[str]) -> None:
    """Name the commission or the methodists of a course anew."""
    for person in db.session.execute(
        select(CoursePerson).where(CoursePerson.course_key == course.key, CoursePerson.duty == duty)
    ).scalars():
        db.session.delete(person)
    db.session.flush()
    db.session.add_all(CoursePerson(course_key=course.key, duty=duty, login=login) for login in dict.fromkeys(logins))
    db.session.flush()


def move_dates(actor: Actor, code: str, changes: Mapping[str, Any]) -> Course:
    """Change dates of a course (enrolment prolonged, attestation moved); the processes' timers follow them.

    Raises:
        Invalid: the dates would be out of order.
        Conflict: the course is over.
    """
    course = finding.course(code, lock=True)
    if course.status in (COMPLETED, CANCELLED):
        raise Conflict(_l("The course is over."))
    wanted = {name: _as_date(changes.get(name) or getattr(course, name)) for name in _DATES}
    errors = date_errors(CourseDates(**wanted))
    if errors:
        raise Invalid(_l("Please check the marked fields."), errors)
    for name, value in wanted.items():
        setattr(course, name, value)
    if course.status == FORMING and course.enrol_until >= clock.today():
        course.status = OPEN
    db.session.flush()
    return course


def set_status(actor: Actor, code: str, status: str) -> Course:
    """Lead a course on: `open` → `forming` → `running` → `completed`.

    Raises:
        Conflict: the course is over, or the step would lead back.
    """
    course = finding.course(code, lock=True)
    order = (OPEN, FORMING, RUNNING, COMPLETED)
    if course.status == status:
        return course
    if course.status not in order[:3] or order.index(status) < order.index(course.status):
        raise Conflict(_l("The course has gone on meanwhile."))
    course.status = status
    db.session.flush()
    return course


def record_order(
    actor: Actor, code: str, kind: str, *, number: str, signed_on: date, document_id: str | None, listeners: list[str]
) -> CourseOrder:
    """Keep an order about the course with the listeners that it names (for the course page and the certificates)."""
    course = finding.course(code)
    order = CourseOrder(
        key=next_key(),
        course_key=course.key,
        kind=kind,
        number=number,
        signed_on=signed_on,
        document_id=document_id,
        listeners=listeners,
        created_at=clock.now(),
    )
    db.session.add(order)
    db.session.flush()
    return order


def _programme_of(card: Mapping[str, Any]) -> Programme:
    try:
        return finding.active_programme(str(card.get("programme")))
    except NotFound as error:
        raise Invalid(error.message, {"programme": [error.message]}) from None


def _next_code(programme: Programme, year: int) -> str:
    """Code of a new course; the lock on the programme makes two leaders at once get different numbers."""
    db.session.execute(select(Programme.key).where(Programme.code == programme.code).with_for_update())
    before = db.session.execute(
        select(func.count()).where(Course.code.like(f"{programme.code}-{year}-%")).select_from(Course)
    ).scalar_one()
    return f"{programme.code}-{year}-{before + 1}"


def _as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _is_date(value: Any) -> bool:
    try:
        _as_date(value)
    except (TypeError, ValueError):
        return False
    return value is not None
