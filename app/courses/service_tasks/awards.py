"""Service types of `course_run` 8 and 9, and of the end of `rmp_listener`: results, certificates, totals."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.engine.services import ModelFault, ServiceCall, service_type
from app.jobs import batching
from app.kernel import clock
from app.kernel.db import db

from ..models import CourseOrder
from ..models.courses import COMPLETED
from ..operations import awards, courses, finding
from ..operations import totals as totals_of
from . import inputs


@service_type("course.results-due", inline=True)
def results_due(call: ServiceCall) -> dict[str, Any]:
    """Listeners whom «Итоги курса» concerns now."""
    rows = [
        {
            "listener_id": listener.teacher,
            "name": listener.teacher_name,
            "school": listener.school_name,
            "entry_positive": bool(listener.entry_positive),
            "retest_positive": bool(listener.retest_positive),
            "attestation_result": listener.attestation_result,
            "admission": listener.admission,
        }
        for listener in awards.ready_for_order(call.text("course_id"))
    ]
    return {"result_rows": rows}


@service_type("certificate.issue", inline=True)
def issue(call: ServiceCall) -> dict[str, Any]:
    """Certificates for the entitled of a signed order, notes for the others."""
    code = call.text("course_id")
    rows = {inputs.who(row): row for row in inputs.rows(call, "rows")}
    entitled = [login for login, row in rows.items() if row.get("certificate_entitled") is True]
    order = inputs.context(call, "order")
    if entitled and not order.get("number"):
        raise ModelFault("certificates need the order that names the listeners")
    issued_on = inputs.day(order.get("date")) or clock.today()
    source = awards.Source(call.instance.key, call.instance.deployment_key)
    kept = _order(code, order)
    with batching.together(
        call.actor, title=_title(code, order), link=f"/courses/{code}/papers", about=_about(code, kept)
    ):
        certificates = awards.issue_certificates(
            call.actor, code, entitled, order=kept, issued_on=issued_on, source=source
        )
        others = [login for login in rows if login not in {item.listener.teacher for item in certificates}]
        notes = awards.issue_notes(call.actor, code, others, issued_on=issued_on, source=source)
    numbers = {note.listener.teacher: {"note_number": note.number} for note in notes}
    for certificate in certificates:
        numbers[certificate.listener.teacher] = {"certificate_number": certificate.number}
        row = rows[certificate.listener.teacher]
        if row.get("blank_series") and row.get("blank_number") and certificate.blank_number is None:
            awards.note_blank(certificate, str(row["blank_series"]), str(row["blank_number"]))
    return {"finished": [_finished(code, login, numbers[login]) for login in rows]}


@service_type("course.totals", inline=True)
def totals(call: ServiceCall) -> dict[str, Any]:
    """Count the course and its teams; it is completed now."""
    code = call.text("course_id")
    counted = totals_of.course_totals(call.actor, code)
    courses.set_status(call.actor, code, COMPLETED)
    counts = {name: counted[name] for name in ("enrolled", "started", "certified")}
    return {"counts": counts, "teams": counted["teams"]}


def _title(code: str, order: dict[str, Any]) -> str:
    """What the papers of an order are called while they are made."""
    title = inputs.course_title(finding.course(code))
    number = order.get("number")
    return str(
        _("Certificates and study notes by order No. %(number)s: %(course)s", number=number, course=title)
        if number
        else _("Study notes: %(course)s", course=title)
    )


def _about(code: str, order: CourseOrder | None) -> list[str]:
    """The pages that show how far the papers are: of the course and of the order."""
    return [f"course:{code}", *([f"document:{order.document_id}"] if order and order.document_id else [])]


def _order(code: str, order: dict[str, Any]) -> CourseOrder | None:
    """The order as it was kept for the course page, if it was."""
    query = (
        select(CourseOrder)
        .where(
            CourseOrder.course_key == finding.course(code).key,
            CourseOrder.kind == "certificates",
            CourseOrder.number == str(order.get("number")),
        )
        .order_by(CourseOrder.created_at.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def _finished(code: str, login: str, number: dict[str, str]) -> dict[str, Any]:
    listener = finding.listener(code, login)
    facts = {"listener_id": login, "teacher_id": login, "school_id": listener.school}
    return facts | {"certificate_number": None, "note_number": None} | number
