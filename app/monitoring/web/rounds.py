"""Rounds of the school monitoring, one round, one school in it, printed sheets of codes."""

from __future__ import annotations

from functools import partial

import segno
from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.web import excel, shell
from app.web.listing import Column, Listing

from .. import policies
from ..operations import questionnaires
from ..queries import municipal, rounds
from ..queries.rounds import SchoolRow
from ..rules import names, stages
from . import words
from .blueprint import blueprint


def _answered(audience: str, row: SchoolRow) -> str:
    found = row.coverage.get(audience)
    return "" if found is None else f"{found.answered} / {found.asked}"


SCHOOLS = (
    Column("municipality", _l("Municipality"), lambda row: row.municipality, None, 30),
    Column("school", _l("School"), lambda row: row.name, None, 40),
    Column("status", _l("State"), lambda row: words.status(row.school.status), None, 20),
    *(Column(name, names.AUDIENCES[name], partial(_answered, name), None, 16) for name in stages.AUDIENCES),
    Column("low", _l("Low coverage"), lambda row: _("yes") if row.school.low_coverage else "", None, 14),
)
FIGURES = (
    Column("area", _l("Area"), lambda row: words.area(row.area), None, 30),
    Column("audience", _l("Who answered"), lambda row: words.audience(row.audience), None, 16),
    Column("figure", _l("Figure"), lambda row: words.figure(row.code), None, 44),
    Column("value", _l("Value"), words.value, None, 24),
    Column("change", _l("Change to the stage before"), words.change, None, 16),
    Column("people", _l("Answers"), lambda row: row.now.people if row.now.value is not None else None, None, 12),
)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Rounds with counts, and the municipal stages."""
    actor = shell.current_actor()
    listing = Listing.of_request((), size=20)
    year = listing.argument("year")
    page = listing.page(rounds.round_select(actor, int(year) if year.isdecimal() and len(year) == 4 else None))
    return shell.render(
        "monitoring/index.html",
        listing=listing,
        page=page,
        rows=rounds.round_rows(actor, page.rows),
        municipal_rounds=municipal.rounds(actor),
    )


@blueprint.get("/rounds/<int:key>")
def round_page(key: int) -> ResponseReturnValue:
    """The schools of a round: who has sent what; figures of all of them together."""
    actor = shell.current_actor()
    of = rounds.round_by(actor, key)
    rows = rounds.school_rows(actor, of)
    if request.args.get("format") == "xlsx":
        return excel.download(_("Schools of the monitoring"), SCHOOLS, rows)
    found = rounds.figures_in_scope(actor, of, rows)
    if request.args.get("format") == "figures":
        return excel.download(_("Figures of the monitoring"), FIGURES, found)
    return shell.render("monitoring/round.html", round=of, rows=rows, figures=found, audiences=stages.AUDIENCES)


@blueprint.get("/schools/<int:key>")
def school(key: int) -> ResponseReturnValue:
    """A school in a round: coverage, classes with their codes, teachers, figures, summary."""
    actor = shell.current_actor()
    of = rounds.school_by(actor, key)
    found = rounds.figures_of(of)
    if request.args.get("format") == "xlsx":
        return excel.download(_("Figures of the monitoring"), FIGURES, found)
    return shell.render(
        "monitoring/school.html",
        row=rounds.school_row(of),
        of=of,
        classes=rounds.class_rows(of) if stages.has_window(of.round.stage) else [],
        levels=rounds.levels_of(actor, of),
        sees_levels=policies.sees_levels(actor, of) and stages.TEACHING in of.round.areas,
        figures=found,
        remarks=rounds.remarks_of(of),
        may_print=policies.may_hand_out(actor, of) and not questionnaires.is_over(of),
        over=questionnaires.is_over(of),
    )


@blueprint.post("/schools/<int:key>/sheets")
def print_sheet(key: int) -> ResponseReturnValue:
    """New codes of a class, as a sheet to print: they are shown this once."""
    actor = shell.current_actor()
    sheet = questionnaires.issue(actor, key, request.form.get("audience", ""), request.form.get("class_name", "")[:20])
    of = rounds.school_by(actor, key)
    cards = [(questionnaires.written(code), _qr(code)) for code in sheet.codes]
    return shell.render(
        "monitoring/sheet.html",
        of=of,
        name=rounds.name_of(of.school),
        sheet=sheet,
        cards=cards,
        address=url_for("monitoring.enter_code", _external=True),
    )


def _qr(code: str) -> Markup:
    """The link of a code as a picture for phones."""
    link = url_for("monitoring.questionnaire", code=code, _external=True)
    picture = segno.make(link, error="m", micro=False)
    return Markup(picture.svg_inline(scale=3, omitsize=False, border=2))
