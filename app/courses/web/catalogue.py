"""Courses and programmes, as everybody sees them."""

from __future__ import annotations

from dataclasses import replace

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel.db import db
from app.web import excel, shell
from app.web.listing import Column, Listing

from .. import policies
from ..models import Course, Programme
from ..queries import catalogue
from ..queries.catalogue import CourseRow
from . import words
from .blueprint import blueprint

COURSES = (
    Column("title", _l("Course"), lambda row: row.course.title, Course.title, 60),
    Column("code", _l("Code"), lambda row: row.course.code, None, 18, on_page=False),
    Column("start", _l("Period"), lambda row: words.course_period(row.course), Course.start, 24),
    Column("enrol_until", _l("Applications until"), lambda row: row.course.enrol_until, Course.enrol_until, 18),
    Column("places", _l("Places"), lambda row: row.course.places_max, None, 10),
    Column("free", _l("Free"), lambda row: max(row.free, 0), None, 10, on_page=False),
    Column("status", _l("Status"), lambda row: str(words.course_state(row.course.status)[0]), Course.status, 22),
)
PROGRAMMES = (
    Column("title", _l("Programme"), lambda row: row.title, Programme.title, 60),
    Column("code", _l("Code"), lambda row: row.code, None, 14, on_page=False),
    Column("subject", _l("School subject"), lambda row: row.subject, Programme.subject, 24),
    Column("audience", _l("Audience"), lambda row: row.audience, Programme.audience, 36),
    Column("hours", _l("Hours"), lambda row: row.hours, Programme.hours, 8),
    Column("form", _l("Form of study"), lambda row: row.form, None, 20),
    Column("status", _l("Status"), lambda row: str(words.course_programme_status(row.status)[0]), Programme.status, 16),
)
KINDS = ("новая", "корректируемая", "целевая для ШНОР")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Courses: those that take applications first."""
    actor = shell.current_actor()
    listing = Listing.of_request(COURSES, size=25)
    statement = catalogue.course_select(
        actor,
        search=listing.q,
        status=listing.argument("status"),
        subject=listing.argument("subject"),
        mine=listing.argument("mine") == "1",
    )
    if listing.wants_excel:
        rows = catalogue.course_rows(actor, list(listing.everything(statement)))
        return excel.download(_("Courses"), COURSES, rows)
    page = listing.page(statement)
    page = replace(page, rows=catalogue.course_rows(actor, page.rows))
    return shell.render(
        "courses/index.html",
        listing=listing,
        page=page,
        columns=COURSES,
        statuses=[(key, label[0]) for key, label in words.COURSE.items()],
        subjects=[(subject, subject) for subject in catalogue.subjects(actor)],
        may_apply=policies.may_apply_for(actor),
    )


@blueprint.get("/programmes")
def programmes() -> ResponseReturnValue:
    """The catalogue of programmes."""
    actor = shell.current_actor()
    listing = Listing.of_request(PROGRAMMES, size=25)
    status = listing.argument("status") or "active"
    statement = catalogue.programme_select(
        actor,
        search=listing.q,
        subject=listing.argument("subject"),
        kind=listing.argument("kind"),
        status="" if status == "any" else status,
    )
    if listing.wants_excel:
        return excel.download(_("Programmes"), PROGRAMMES, listing.everything(statement))
    return shell.render(
        "courses/programmes.html",
        listing=listing,
        page=listing.page(statement),
        columns=PROGRAMMES,
        status=status,
        statuses=[("active", words.PROGRAMME["active"][0]), ("archived", words.PROGRAMME["archived"][0])]
        + ([("draft", words.PROGRAMME["draft"][0])] if _sees_drafts() else []),
        subjects=[(subject, subject) for subject in catalogue.subjects(actor)],
        kinds=[(kind, kind) for kind in KINDS],
    )


@blueprint.get("/programmes/<code>")
@blueprint.get("/programmes/<code>/<int:version>")
def programme(code: str, version: int | None = None) -> ResponseReturnValue:
    """One programme with its versions and courses."""
    actor = shell.current_actor()
    found = catalogue.programme(actor, code, version)
    query = catalogue.course_select(actor, programme_code=code).limit(50)
    rows: list[CourseRow] = catalogue.course_rows(actor, list(db.session.scalars(query)))
    return shell.render(
        "courses/programme.html", programme=found, versions=catalogue.versions(actor, code), courses=rows
    )


def _sees_drafts() -> bool:
    actor = shell.current_actor()
    return policies.may_see_drafts(actor) or actor.has_role("programme_developer")
