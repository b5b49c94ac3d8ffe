"""The list of school programmes and the page of one."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel.db import db
from app.people import queries as people
from app.web import excel, shell
from app.web.listing import Column, Listing

from .. import operations, policies, queries
from ..models import SchoolProgramme
from ..queries import ProgrammeFilter, assessments, stages, support
from . import words
from .blueprint import blueprint

_P = SchoolProgramme
COLUMNS = (
    Column("school", _l("School"), lambda row: row.school_name, None, 40),
    Column("municipality", _l("Municipality"), lambda row: row.municipality_name, _P.municipality, 30),
    Column("kinds", _l("Kind"), lambda row: words.kinds(row.SchoolProgramme), None, 36),
    Column("state", _l("State"), lambda row: str(words.state(row.SchoolProgramme)[0]), _P.state, 24),
    Column("light", _l("Last stage"), lambda row: _light(row.SchoolProgramme), _P.light, 20),
    Column("due", _l("Approved, or due"), lambda row: row.SchoolProgramme.approved_on or row.SchoolProgramme.due_on,
           _P.due_on, 16),
    Column("version", _l("Version"), lambda row: row.SchoolProgramme.version, None, 10, on_page=False),
    Column("period", _l("Until"), lambda row: row.SchoolProgramme.period_to, None, 14, on_page=False),
    Column("verdict", _l("Verdict on the programme"), lambda row: _verdict(row.SchoolProgramme), None, 30,
           on_page=False),
)  # fmt: skip
"""Columns of the list and of its Excel file."""
FILTERS = ("open", "overdue", *words.STATE)


def _light(row: SchoolProgramme) -> str:
    return str(words.LIGHT[row.light][0]) if row.light else ""


def _verdict(row: SchoolProgramme) -> str:
    return str(words.VERDICT[row.verdict]) if row.verdict else ""


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Programmes of the schools in the reader's scope, by municipality."""
    actor = shell.current_actor()
    listing = Listing.of_request(COLUMNS)
    wanted = {name: listing.argument(name) for name in ("municipality", "kind", "state", "light", "school")}
    if wanted["state"] not in FILTERS:
        wanted["state"] = ""
    statement = queries.programmes(actor, ProgrammeFilter(q=listing.q, **wanted))
    if listing.wants_excel:
        return excel.download(_("Programmes of schools"), COLUMNS, listing.everything(statement, scalars=False))
    page = listing.page(statement, scalars=False)
    return shell.render(
        "school_programmes/index.html",
        listing=listing,
        page=page,
        columns=COLUMNS,
        municipalities=queries.municipalities(actor),
        kinds=list(words.KIND.items()),
        states=[
            ("open", _("not ended")),
            ("overdue", _("overdue")),
            *((code, text) for code, (text, _colour) in words.STATE.items()),
        ],
        lights=[(code, text) for code, (text, _colour) in words.LIGHT.items()],
    )


@blueprint.get("/<int:key>")
def programme(key: int) -> ResponseReturnValue:
    """One programme: versions side by side, risks, measures, indicators, opinions, stages, recommendations."""
    actor = shell.current_actor()
    row = queries.programme(actor, key)
    versions = queries.versions(actor, key)
    opinions, interviews = queries.opinions(actor, key), queries.interviews(actor, key)
    answers = stages.answers(actor, key)
    logins = [
        *row.team,
        *(each.expert for each in opinions),
        *(each.submitted_by for each in versions),
        *(each.answered_by for each in answers),
    ]
    chosen = {each.key: each for each in versions}.get(number_of("version")) or (versions[-1] if versions else None)
    other = {each.key: each for each in versions}.get(number_of("beside"))
    return shell.render(
        "school_programmes/programme.html",
        row=row,
        school=people.organisation(row.school),
        municipality=people.organisation(row.municipality).short_name,
        names=people.person_names(logins),
        versions=versions,
        shown=[each for each in (chosen, other) if each is not None],
        opinions=opinions,
        interviews=interviews,
        reports=stages.reports(actor, key),
        recommendations=stages.recommendations(actor, key),
        answers=answers,
        assessments=assessments.assessments_of(actor, row.school),
        support=support.support_of(actor, row.school),
        may_stop=policies.may_stop(actor, row) and row.ended_on is None,
    )


@blueprint.post("/<int:key>/stop")
def stop(key: int) -> ResponseReturnValue:
    """Stop a programme: the school left the list or was reorganised."""
    actor = shell.current_actor()
    with db.unit_of_work():
        operations.request_stop(actor, key, request.form.get("reason", ""))
    return shell.go("school_programmes.programme", key=key, message=_("The programme is being stopped."))


def number_of(name: str) -> int:
    """A number of the address; 0 where there is none."""
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() else 0
