"""Service types of `course_report_verification`: the report of Appendix 2 and the check of implementation (LIP §5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.documents import operations as documents
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel.errors import Conflict, NotFound
from app.people import queries as people

from ..models import Listener
from ..operations import finding
from ..operations.zones import local_day
from ..queries import outcomes
from ..rules import words
from . import inputs

SUBMITTED, ACCEPTED, MISSING = "submitted", "accepted", "missing"
_STATES = {SUBMITTED: "сдан", ACCEPTED: "принят", MISSING: "не сдан"}
CONFIRMED = "подтверждено"
_DONE = "внедрено"


@service_type("report.prepare", inline=True)
def prepare(call: ServiceCall) -> dict[str, Any]:
    """Facts of the course, the teacher's school of today, and the report with its read-only part filled in anew."""
    listener = _listener(call)
    place = outcomes.workplace(listener)
    facts = inputs.course_facts(listener.course)
    return {
        **facts,
        "teacher_id": listener.teacher,
        "teacher_name": listener.teacher_name,
        "school_id": place.school,
        "municipality_id": place.municipality,
        "report": _filled(inputs.context(call, "report"), outcomes.course_report(listener)),
        "assignment_rows": outcomes.assignment_rows(listener),
    }


@service_type("report.record", inline=True)
def record(call: ServiceCall) -> dict[str, Any]:
    """Keep where the report stands (RMP-I-4 counts those submitted in time); an accepted one becomes a document."""
    state = call.text("state")
    if state not in _STATES:
        raise ModelFault(f"«state» must be one of {', '.join(_STATES)}, not {state!r}")
    listener, report = _listener(call), inputs.context(call, "report")
    place = outcomes.workplace(listener)
    in_time = _in_time(call, place.school)
    data = {
        **report,
        "teacher": listener.teacher,
        "course_id": listener.course.code,
        "state": _STATES[state],
        "due_on": call.text("report_due"),
        "submitted_at": inputs.optional(call, "submitted_at"),
        "in_time": in_time,
    }
    row = documents.save_record(
        call.actor,
        "course_report",
        f"Отчёт о курсах: {listener.teacher_name}",
        data,
        id=_id(call, "report_id"),
        organisation=place.school,
        owner=listener.teacher,
        status="approved" if state == ACCEPTED else "submitted",
        instance_key=call.instance.key,
    )
    document = _freeze(call, listener, place.school, data) if state == ACCEPTED else None
    return {
        "report_id": str(row.id),
        "report_in_time": in_time,
        "document_id": document,
        "claimed": [
            {"competence": told.get("competence"), "told": _told(told)}
            for told in report.get("competences_improved") or ()
        ],
    }


@service_type("implementation.record", inline=True)
def record_check(call: ServiceCall) -> dict[str, Any]:
    """Keep the head's check, a verdict for each competence (RMP-I-5), with the needs for the next assignment."""
    listener, check = _listener(call), inputs.context(call, "check")
    login = inputs.optional(call, "actor")
    if login == listener.teacher:
        raise Conflict(_l("Nobody checks their own work."))
    verdict = check.get("verdict")
    improved = [row for row in check.get("competences") or () if row.get("implemented") == _DONE]
    row = documents.save_record(
        call.actor,
        "implementation_check",
        f"Проверка внедрения: {listener.teacher_name}",
        {
            **check,
            "teacher": listener.teacher,
            "course_id": listener.course.code,
            "report": inputs.optional(call, "report_id"),
            "round": int(call.variables.get("check_round") or 0) + 1,
            "verified": verdict == CONFIRMED,
            "improved": [words.competence(str(each.get("competence"))) for each in improved],
            "checked_by": login,
            "checked_on": local_day(call.now, listener).isoformat(),
        },
        id=_id(call, "check_id"),
        organisation=outcomes.workplace(listener).school,
        owner=listener.teacher,
        status="approved",
        instance_key=call.instance.key,
    )
    return {"check_id": str(row.id), "verified": verdict == CONFIRMED}


def _filled(report: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """The report with what the course knows; what the teacher chose herself stays, signatures are given anew."""
    mine = {name: report[name] for name in ("attestation_form", "attestation_form_other") if report.get(name)}
    return {**report, **facts, **mine, "listener_signature": None, "leader_signature": None}


def _told(row: dict[str, Any]) -> str:
    improved = inputs.flag(row.get("improved"))
    said = "уровень повысился" if improved else "уровень не изменился"
    text = str(row.get("text") or "").strip()
    return f"{said}: {text}" if text else said


def _in_time(call: ServiceCall, school: str) -> bool:
    """Whether the first submission came by the deadline, by the day at the school; no report is never in time."""
    submitted = inputs.optional(call, "submitted_at")
    if submitted is None:
        return False
    try:
        zone = people.organisation(school).timezone
    except NotFound:
        zone = "Europe/Moscow"
    day = datetime.fromisoformat(submitted).astimezone(ZoneInfo(zone)).date()
    return day <= date.fromisoformat(call.text("report_due")[:10])


def _freeze(call: ServiceCall, listener: Listener, school: str, data: dict[str, Any]) -> str:
    course = listener.course
    return documents.register_document(
        call.actor,
        kind="course_report",
        title=f"Отчёт о прохождении курсов: {listener.teacher_name}",
        data={**data, "teacher_name": listener.teacher_name, "programme_title": course.programme.title},
        organisation=school,
        owner=listener.teacher,
        objects=[f"course:{course.code}"],
        instance_key=call.instance.key,
        deployment_key=call.instance.deployment_key,
    ).document_id


def _listener(call: ServiceCall) -> Listener:
    return finding.listener(call.text("course_id"), call.text("listener_id"))


def _id(call: ServiceCall, name: str) -> int | None:
    value = inputs.optional(call, name)
    return int(value) if value is not None else None
