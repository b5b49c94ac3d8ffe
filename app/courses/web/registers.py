"""Registers beyond one course: certificates, the attestation base; and the papers of one course."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_access
from app.jobs import batches
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column, Listing

from .. import policies
from ..models import AttestationBaseRecord, Certificate, Listener
from ..operations import awards, frdo
from ..queries import catalogue, registers
from ..rules import scores
from ..rules import words as terms
from .blueprint import blueprint
from .course import frame

CERTIFICATES = (
    Column("number", _l("Number"), lambda row: row.number, Certificate.number, 16),
    Column("issued_on", _l("Issued on"), lambda row: row.issued_on, Certificate.issued_on, 14),
    Column("name", _l("Full name"), lambda row: row.listener.teacher_name, Listener.teacher_name, 36),
    Column("school", _l("School"), lambda row: row.listener.school_name, Listener.school_name, 28),
    Column("programme", _l("Programme"), lambda row: row.programme_title, Certificate.programme_title, 48),
    Column("hours", _l("Hours"), lambda row: row.hours, Certificate.hours, 8),
    Column("from", _l("Period from"), lambda row: row.period_from, None, 14, on_page=False),
    Column("to", _l("Period to"), lambda row: row.period_to, None, 14, on_page=False),
    Column("blank", _l("Blank"), lambda row: _blank(row), None, 18),
)
BASE = (
    Column("name", _l("Full name"), lambda row: row.listener.teacher_name, Listener.teacher_name, 36),
    Column("school", _l("School"), lambda row: row.listener.school_name, Listener.school_name, 28),
    Column("subject", _l("School subject"), lambda row: row.subject, AttestationBaseRecord.subject, 24),
    Column("pct", _l("Result, %"), lambda row: scores.shown(row.pct), None, 12),
    Column("points", _l("Points"), lambda row: _points(row), None, 16),
    Column("kind", _l("Test"), lambda row: row.attempt_kind, AttestationBaseRecord.attempt_kind, 14),
    Column("tested_on", _l("Date"), lambda row: row.tested_on, AttestationBaseRecord.tested_on, 14),
)


@blueprint.get("/certificates")
def certificates() -> ResponseReturnValue:
    """The register of certificates, as far as the reader's scope reaches; counts for those who see no names."""
    return _certificates(FormState())


@blueprint.post("/certificates/<number>/blank")
def blank(number: str) -> ResponseReturnValue:
    """Note the blank of a certificate."""
    state = FormState(values=request.form)
    try:
        series, serial = request.form.get("series", ""), request.form.get("blank", "")
        awards.set_blank(shell.current_actor(), number, series, serial)
        return shell.go("courses.certificates", message=_("The blank is noted."))
    except (Invalid, Conflict) as error:
        state.general.append(error.message)
    return _certificates(state)


@blueprint.post("/<code>/frdo.xlsx")
def frdo_file(code: str) -> ResponseReturnValue:
    """The export of a course for the federal register of documents (ФИС ФРДО)."""
    actor = shell.current_actor()
    rows = frdo.export(actor, code)
    return excel.download("ФРДО", frdo.columns(), rows)


@blueprint.get("/base")
def base() -> ResponseReturnValue:
    """The attestation base of ЦМОКО; that it was opened is recorded."""
    actor = shell.current_actor()
    if not policies.may_open_base(actor):
        raise NotFound()
    listing = Listing.of_request(BASE)
    statement = registers.base_select(
        actor, search=listing.q, subject=listing.argument("subject"), kind=listing.argument("kind")
    )
    record_access(actor, "export" if listing.wants_excel else "open", "attestation_base")
    if listing.wants_excel:
        return excel.download(_("Attestation base"), BASE, listing.everything(statement))
    return shell.render(
        "courses/base.html",
        listing=listing,
        page=listing.page(statement),
        columns=BASE,
        subjects=[(subject, subject) for subject in registers.base_subjects(actor)],
        kinds=[(kind, kind) for kind in terms.ATTEMPT_KINDS],
        only_own=not actor.has_role("cmoko_attestation", "region_coordinator", "auditor"),
    )


@blueprint.get("/<code>/papers")
def papers_page(code: str) -> ResponseReturnValue:
    """Protocols of the e-test, orders, certificates and study notes of a course."""
    actor = shell.current_actor()
    row, seen = catalogue.sight_of(actor, code)
    if not (seen.full or seen.sheets):
        raise NotFound()
    return shell.render(
        "courses/papers.html",
        **frame(row, seen, "courses.papers_page"),
        orders=registers.orders_of(actor, code),
        protocols=registers.protocols_of(actor, code),
        certificates=db.session.scalars(registers.certificate_select(actor, course=code)).all(),
        notes=registers.notes_of(actor, code),
        may_export=frdo.may_export(actor, row.course),
        empty_columns=frdo.empty_columns(),
        may_set_columns=policies.may_set_frdo(actor),
        batches=batches.unfinished_about(actor, f"course:{code}"),
    )


def _certificates(state: FormState) -> ResponseReturnValue:
    actor = shell.current_actor()
    if not policies.may_see_certificates(actor):
        raise NotFound()
    listing = Listing.of_request(CERTIFICATES)
    year = listing.argument("year")
    statement = registers.certificate_select(
        actor, search=listing.q, year=int(year) if year.isdecimal() else None, course=listing.argument("course")
    )
    if listing.wants_excel:
        record_access(actor, "export", "certificates")
        return excel.download(_("Certificates"), CERTIFICATES, listing.everything(statement))
    page = shell.render(
        "courses/certificates.html",
        listing=listing,
        page=listing.page(statement),
        columns=CERTIFICATES,
        years=[(str(each), str(each)) for each in registers.certificate_years(actor)],
        counts=registers.certificate_counts(actor),
        leads=bool(policies.led_as(actor)),
        may_lead=policies.may_lead,
        reads_document=policies.reads_certificate_document,
        state=state,
    )
    return page, 422 if state.general else 200


def _blank(row: Certificate) -> str:
    return f"{row.blank_series} {row.blank_number}" if row.blank_number else ""


def _points(row: AttestationBaseRecord) -> str:
    return f"{row.points.normalize():f} / {row.max_points.normalize():f}".replace(".", ",")
