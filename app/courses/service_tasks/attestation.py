"""Service types of branch A of `course_run`: timetable, group sheet, signatures, rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import lazy_gettext as _l

from app.documents import operations as documents
from app.engine.services import ServiceCall, service_type
from app.jobs import batching
from app.notifications import operations as notices

from ..models import AttestationSession, Course
from ..operations import finding, sessions, sheets
from ..queries import persons
from ..rules import words
from . import inputs


@service_type("attestation.schedule", inline=True)
def schedule(call: ServiceCall) -> dict[str, Any]:
    """Keep the timetable of the main session and tell everybody on it."""
    course = finding.course(call.text("course_id"))
    rows = inputs.rows(call, "schedule")
    sheet = sessions.plan_session(call.actor, course.code, words.MAIN, rows)
    whom = [*(inputs.who(row) for row in rows), *sessions.signers(sheet)]
    subject = _l(
        "Final attestation on %(day)s: %(course)s", day=f"{sheet.held_on:%d.%m.%Y}", course=inputs.course_title(course)
    )
    link, cause = f"/courses/{course.code}", f"course:{course.code}:schedule:{sheet.held_on}"
    with batching.together(call.actor, title=subject, link=link, about=[f"course:{course.code}"]):
        notices.notify(dict.fromkeys(whom), subject, link=link, dedupe_key=cause, kind="info")
    return {}


@service_type("attestation.due", inline=True)
def due(call: ServiceCall) -> dict[str, Any]:
    """Who stands on the sheet of the session."""
    course, session = finding.course(call.text("course_id")), call.text("session")
    sheet = sessions.ensure_session(call.actor, course.code, session)
    return {
        "due_listeners": [
            {
                "listener_id": listener.teacher,
                "name": listener.teacher_name,
                "form": listener.attestation_form,
                "topic": listener.attestation_topic,
                "open_lesson_fragment": listener.open_lesson_fragment,
            }
            for listener in sessions.due_listeners(course, session)
        ],
        "held_on": sheet.held_on.isoformat(),
    }


@service_type("attestation.close-empty", inline=True)
def close_empty(call: ServiceCall) -> dict[str, Any]:
    """End a session at which nobody is due."""
    sessions.close_empty(call.actor, call.text("course_id"), call.text("session"))
    return {}


@service_type("attestation.fill-sheet", inline=True)
def fill_sheet(call: ServiceCall) -> dict[str, Any]:
    """Keep the filled sheet; it waits for the signatures then."""
    course, session = finding.course(call.text("course_id")), call.text("session")
    given = inputs.context(call, "sheet")
    planned = sessions.ensure_session(call.actor, course.code, session)
    rows = [_result(row) for row in given.get("results") or []]
    sheet = sheets.fill_sheet(
        call.actor,
        course.code,
        session,
        rows,
        held_on=inputs.day(given.get("held_on")),
        workplaces=persons.workplaces(sessions.signers(planned)),
    )
    return {"sheet": given | _stored(course, sheet)}


@service_type("attestation.return-sheet", inline=True)
def return_sheet(call: ServiceCall) -> dict[str, Any]:
    """Void the signatures given and let the sheet be corrected."""
    given = [row for row in inputs.rows(call, "signatures") if row.get("signature") and row.get("outcome") != "return"]
    sheets.return_sheet(call.actor, call.text("course_id"), call.text("session"), given)
    return {}


@service_type("attestation.write-rows", inline=True)
def write_rows(call: ServiceCall) -> dict[str, Any]:
    """Freeze the signed sheet as a document and write its rows to the listeners."""
    course, session = finding.course(call.text("course_id")), call.text("session")
    sheet = finding.sheet(course.key, session, lock=True)
    if sheet.status != "signed":
        sheet = sheets.sign_sheet(call.actor, course.code, session, inputs.rows(call, "signatures"))
        document_id = _freeze(call, course, sheet)
    else:
        document_id = sheet.document_id or ""
    outcomes = sheets.close_sheet(call.actor, course.code, session, document_id=document_id)
    rows = {row.listener.teacher: row for row in sheet.rows}
    results = [
        {
            **{name: value for name, value in asdict(outcome).items() if name != "teacher"},
            "listener_id": outcome.teacher,
            "session": session,
            "remarks": rows[outcome.teacher].remarks,
            "form": rows[outcome.teacher].form,
            "topic": rows[outcome.teacher].topic,
            "held_on": sheet.held_on.isoformat(),
            "sheet_number": sheet.number,
        }
        for outcome in outcomes
    ]
    return {"sheet_number": sheet.number, "document_id": sheet.document_id, "results": results}


def _result(row: inputs.Row) -> dict[str, Any]:
    return {
        "listener": inputs.who(row),
        "result": row.get("result"),
        "absence_valid": inputs.flag(row.get("absence_valid")),
        "open_lesson_fragment": inputs.flag(row.get("open_lesson_fragment")),
        "remarks": row.get("remarks"),
    }


def _stored(course: Course, sheet: AttestationSession) -> dict[str, Any]:
    return {
        "number": sessions.sheet_number(course, sheet.session),
        "course_id": course.code,
        "session": sheet.session,
        "held_on": sheet.held_on.isoformat(),
        "commission": sessions.signers(sheet),
        "chair": sheet.chair,
        "results": [
            {
                "listener": row.listener.teacher,
                "listener_id": row.listener.teacher,
                "name": row.listener.teacher_name,
                "school": row.listener.school_name,
                "form": row.form,
                "topic": row.topic,
                "result": row.result,
                "absence_valid": row.absence_valid,
                "open_lesson_fragment": row.open_lesson_fragment,
                "remarks": row.remarks,
            }
            for row in sheet.rows
        ],
    }


def _freeze(call: ServiceCall, course: Course, sheet: AttestationSession) -> str:
    """The sheet as a document. It names no person as its owner: a listener sees the own row, not the sheet."""
    data = _stored(course, sheet) | {
        "course_title": inputs.course_title(course),
        "programme_title": course.programme.title,
        "hours": course.hours,
        "signatures": [row.get("signature") for row in inputs.rows(call, "signatures") if row.get("signature")],
    }
    registered = documents.register_document(
        call.actor,
        kind="attestation_sheet",
        title=f"Ведомость итоговой аттестации № {data['number']}",
        data=data,
        organisation=course.organisation,
        objects=[f"course:{course.code}"],
        instance_key=call.instance.key,
        deployment_key=call.instance.deployment_key,
    )
    return registered.document_id
