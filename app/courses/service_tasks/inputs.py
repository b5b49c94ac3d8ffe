"""Reads what a model hands to a service type, and puts rows into the shape that models know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.engine.service_inputs import context, optional, rows
from app.engine.services import ModelFault, ServiceCall
from app.kernel.errors import Invalid

from ..models import Course, Listener
from ..rules import scores

__all__ = [
    "Row",
    "application",
    "context",
    "course_facts",
    "course_title",
    "day",
    "decimal",
    "flag",
    "listener_context",
    "optional",
    "rows",
    "texts",
    "who",
]

Row = Mapping[str, Any]
_YES, _NO = frozenset({"да", "yes", "true"}), frozenset({"нет", "no", "false", ""})


def texts(call: ServiceCall, name: str) -> list[str]:
    """A list of texts; empty when missing."""
    value = call.variables.get(name)
    return [str(item) for item in value] if isinstance(value, list) else []


def flag(value: Any) -> bool | None:
    """Yes or no as forms say it: a boolean, «да» or «нет»; None when nothing was said."""
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    return True if text in _YES else False if text in _NO and text else None


def decimal(call: ServiceCall, name: str) -> Decimal | None:
    """An exact number; None when missing.

    Raises:
        ModelFault: it is no number.
    """
    value = call.variables.get(name)
    if value is None:
        return None
    try:
        return scores.number(value)
    except Invalid:
        raise ModelFault(f"«{name}» must be a number, not {value!r}") from None


def day(value: Any) -> date | None:
    """A date from its ISO text; None when missing.

    Raises:
        ModelFault: it is no date.
    """
    if value in (None, ""):
        return None
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ModelFault(f"a date is expected, not {value!r}") from None


def who(row: Row) -> str:
    """Login in a row: `listener_id`, `listener`, `teacher_id` or `login`.

    Raises:
        ModelFault: none of them is there.
    """
    for name in ("listener_id", "listener", "teacher_id", "login"):
        if isinstance(row.get(name), str) and row[name]:
            return str(row[name])
    raise ModelFault(f"the row names no listener: {dict(row)!r}")


def course_facts(course: Course) -> dict[str, Any]:
    """The course facts that every process of a course holds."""
    from ..operations.sessions import commission_of

    return {
        "course_id": course.code,
        "course_title": course_title(course),
        "dpp_id": course.programme.code,
        "dpp_version": course.programme.version,
        "programme_title": course.programme.title,
        "subject": course.programme.subject,
        "hours": course.hours,
        "study_form": course.form,
        "start": course.start.isoformat(),
        "end": course.end.isoformat(),
        "enrol_until": course.enrol_until.isoformat(),
        "attest_on": course.attest_on.isoformat(),
        "attest_reserve_on": course.attest_reserve_on.isoformat(),
        "attest_resit_on": course.attest_resit_on.isoformat(),
        "commission": commission_of(course),
        "commission_chair": course.commission_chair,
        "max_retests": course.max_retests,
        "course_leader": course.leader,
        "organisation": course.organisation,
    }


def course_title(course: Course) -> str:
    """How people call a course: programme and period."""
    return f"{course.title} ({course.start:%d.%m}–{course.end:%d.%m.%Y})"


def listener_context(listener: Listener) -> dict[str, Any]:
    """A confirmed listener as an element of `listeners[]`."""
    return {
        "listener_id": listener.teacher,
        "teacher_id": listener.teacher,
        "teacher_name": listener.teacher_name,
        "school_id": listener.school,
        "school_name": listener.school_name,
        "municipality_id": listener.municipality,
        "assignment_id": listener.assignment_id,
        "enrolment_id": listener.enrolment_id,
        "team_name": listener.team_name,
        "position": listener.position,
    }


def application(listener: Listener | None) -> dict[str, Any] | None:
    """An application as messages name it; None for nobody."""
    if listener is None:
        return None
    return {"teacher_id": listener.teacher, "enrolment_id": listener.enrolment_id}
