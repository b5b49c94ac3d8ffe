"""Service types of `post_course_support`: twelve months after a course (LIP §5, stage III)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.documents import operations as documents
from app.documents.models import Record
from app.engine.services import ServiceCall, service_type
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.people import queries as people

from ..operations import finding
from ..queries import needs, persons
from ..rules import support
from . import enrolment, inputs

MONTHS = 12
QUARTER = timedelta(days=93)
"""The longest three months, and a day for the hour."""
ACTIVITY = "support_activity"
_MISSED = "не участвовал(а)"


@service_type("support.open", inline=True)
def open_support(call: ServiceCall) -> dict[str, Any]:
    """School, methodical service and needs of the teacher, and the day on which her support ends."""
    login = call.text("teacher_id")
    try:
        found = persons.applicant(login)
    except NotFound:
        message = _l("This person works at no school.")
        raise Invalid(message, {"teacher": [message]}) from None
    return {
        "teacher_name": found.name,
        "school_id": found.school,
        "municipality_id": found.municipality,
        "course_title": _course_title(inputs.optional(call, "course_id")),
        "has_mms": bool(found.municipality and people.holders("mms_methodist", found.municipality)),
        "needs": needs.text_of(needs.latest("implementation_check", login)),
        "support_until": _months_later(clock.today(), MONTHS).isoformat(),
    }


@service_type("support.attend", inline=True)
def attend(call: ServiceCall) -> dict[str, Any]:
    """Record what a closed event says of the teacher; the planned activity of its form is done with it."""
    event, attended = inputs.context(call, "event"), inputs.rows(call, "attended")
    known = event.get("event_id")
    if known is not None and any(row.get("event_id") == known for row in attended):
        return {"attended": attended}
    planned = support.fulfilled(inputs.rows(call, "plan"), attended, event) or {}
    part = {
        "number": planned.get("number"),
        "kind": event.get("kind"),
        "title": event.get("title"),
        "date": event.get("held_on"),
        "role": event.get("role") or "слушатель",
        "competence": event.get("competence") or planned.get("competence"),
        "event_id": known,
        "state": "состоялось",
        "source": "мероприятие",
    }
    row = documents.save_record(
        call.actor,
        ACTIVITY,
        f"{part['kind']}: {call.variables.get('teacher_name') or ''}",
        {**part, "teacher": call.text("teacher_id"), "course_id": inputs.optional(call, "course_id")},
        organisation=inputs.optional(call, "school_id"),
        owner=call.text("teacher_id"),
        instance_key=call.instance.key,
    )
    return {"attended": [*attended, {**part, "record_id": str(row.id)}]}


@service_type("support.quarter", inline=True)
def look_back(call: ServiceCall) -> dict[str, Any]:
    """Whether she still works at a school, and how many activities of this support the last quarter saw."""
    login = call.text("teacher_id")
    count = db.session.scalar(
        select(func.count())
        .select_from(Record)
        .where(
            Record.current,
            Record.kind == ACTIVITY,
            Record.owner == login,
            Record.instance_key == call.instance.key,
            Record.created_at > call.now - QUARTER,
            Record.data["state"].as_string() != _MISSED,
        )
    )
    return {"works": persons.works_at_school(login), "quarter_count": int(count or 0)}


@service_type("support.prepare-next", inline=True)
def prepare_next(call: ServiceCall) -> dict[str, Any]:
    """The technical assignment of the next period, prefilled, without course and programme."""
    return {"assignment": {**enrolment.blank(call.text("teacher_id")), "course": None, "programme": None}}


@service_type("support.keep-draft", inline=True)
def keep_draft(call: ServiceCall) -> dict[str, Any]:
    """Keep the assignment as a draft until a course is chosen in `rmp_enrolment`."""
    login, assignment = call.text("teacher_id"), inputs.context(call, "assignment")
    before = needs.latest(needs.DRAFT, login)
    row = documents.save_record(
        call.actor,
        needs.DRAFT,
        "Черновик технического задания на следующий период",
        {**assignment, "teacher": login, "course": None, "programme": None},
        id=before.id if before is not None else None,
        organisation=persons.applicant(login).school,
        owner=login,
        status="draft",
        instance_key=call.instance.key,
    )
    return {"record_id": str(row.id)}


def _course_title(code: str | None) -> str | None:
    if code is None:
        return None
    try:
        return inputs.course_title(finding.course(code))
    except NotFound:
        return None


def _months_later(day: date, months: int) -> date:
    """The same day so many months later; the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
