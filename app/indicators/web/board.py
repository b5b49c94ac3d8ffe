"""The list of values, one indicator with everything behind it, and «Пересчитать»."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.documents.titles import place_name
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.web import excel, shell
from app.web.listing import Column, Listing

from .. import operations, policies, queries
from ..queries import definitions, frozen, lists, values
from ..queries.lists import Entry
from . import words
from .asked import Asked, asked, places, years
from .blueprint import blueprint

VALUES = (
    Column("code", _l("Code"), lambda row: row.found.row.code, None, 14),
    Column("title", _l("Indicator"), lambda row: row.found.definition.title, None, 60),
    Column("place", _l("Organisation"), lambda row: row.organisation.short_name, None, 30),
    Column("period", _l("Reporting period"), lambda row: row.period.title, None, 24),
    Column("value", _l("Value"), lambda row: words.value_words(row.figure), None, 14),
    Column("ratio", _l("Counted"), lambda row: words.ratio(row.figure), None, 14),
    Column("target", _l("Target"), lambda row: words.target(row.figure), None, 12),
    Column("state", _l("State"), lambda row: words.state_words(row.figure), None, 20),
    Column("computed", _l("Computed at"), lambda row: row.computed_at, None, 20),
)
ENTRIES = (
    Column("label", _l("What is counted"), lambda row: row.label, None, 50),
    Column("organisation", _l("Organisation"), lambda row: row.organisation, None, 36),
    Column(
        "rows", _l("Where it comes from"), lambda row: "; ".join(each["title"] or "" for each in row.rows), None, 70
    ),
    Column("amount", _l("Amount"), lambda row: row.amount, None, 12),
)


def _titles(entry: Entry) -> str:
    return "; ".join(each["title"] or "" for each in entry.rows)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Values of an organisation and year, as computed last."""
    actor = shell.current_actor()
    wanted = asked(actor)
    listing = Listing.of_request(VALUES)
    programme = listing.argument("programme")
    lines = values.board(
        actor, wanted.place.code, wanted.year, search=listing.q, programme=programme, between=wanted.between
    )
    if listing.wants_excel:
        return excel.download(_("Indicators"), VALUES, lines)
    return shell.render(
        "indicators/index.html",
        asked=wanted,
        listing=listing,
        lines=lines,
        awaited=[] if listing.q else definitions.awaited(actor, programme),
        programmes=[(code, code) for code in definitions.programmes(actor)],
        places=places(actor),
        years=years(),
        may_edit=policies.may_edit_any(actor),
        may_freeze=policies.may_freeze(actor, wanted.place.code),
    )


@blueprint.get("/<code>")
def indicator(code: str) -> ResponseReturnValue:
    """One indicator: value now, lists behind it, places below, history, frozen copies."""
    actor = shell.current_actor()
    wanted = asked(actor)
    line = queries.line(actor, code, wanted.place.code, wanted.year, wanted.between)
    below = queries.of_places(actor, code, wanted.place.code, wanted.year, wanted.between)
    if request.args.get("format") == "xlsx":
        return excel.download(words.title_of(line.found), VALUES, [line, *below])
    points = queries.history(actor, code, line.organisation.code, line.period.code)
    figures = [(point.day, values.stored(line.found.definition, point)) for point in points]
    return shell.render(
        "indicators/indicator.html",
        asked=wanted,
        line=line,
        below=below,
        parts=queries.parts(actor, line),
        counted=words.counted(line.found.definition.numerator),
        out_of=words.counted(line.found.definition.denominator) if line.found.definition.denominator else [],
        history=figures,
        copies=db.session.scalars(queries.snapshots(actor, code=code, organisation=wanted.place.code).limit(5)).all(),
        copy_figure=frozen.figure,
        period_rule=words.period_rule(line.found.definition.period),
        place_name=place_name,
        places=places(actor),
        years=years(),
        may_edit=policies.may_edit(actor, line.found.row.organisation),
        may_freeze=policies.may_freeze(actor, line.organisation.code),
    )


@blueprint.get("/<code>/rows/<part>")
def rows(code: str, part: str) -> ResponseReturnValue:
    """The list behind a number."""
    actor = shell.current_actor()
    wanted = asked(actor)
    line = queries.line(actor, code, wanted.place.code, wanted.year, wanted.between)
    found = {each.name: each for each in queries.parts(actor, line)}
    if part not in found:
        raise NotFound(_("There is no such list."))
    listing = Listing.of_request(ENTRIES)
    statement = lists.statement(actor, line, part)
    if listing.wants_excel:
        everything = list(listing.everything(statement, scalars=False))
        return excel.download(f"{code} {found[part].title}", ENTRIES, lists.shown(line, part, everything))
    page = listing.page(statement, scalars=False)
    entries: list[Entry] = lists.shown(line, part, page.rows)
    return shell.render(
        "indicators/rows.html",
        asked=wanted,
        line=line,
        shown=found[part],
        parts=found.values(),
        listing=listing,
        page=page,
        entries=entries,
        columns=ENTRIES,
    )


@blueprint.post("/<code>/recalculate")
def recalculate(code: str) -> ResponseReturnValue:
    """«Пересчитать» of one indicator, for all its organisations."""
    actor = shell.current_actor()
    wanted = asked(actor)
    changed = operations.recalculate_now(actor, code, wanted.place.code, wanted.year)
    text = ngettext("%(num)s value changed.", "%(num)s values changed.", changed)
    return shell.go("indicators.indicator", code=code, message=text, **wanted.arguments)


@blueprint.post("/recalculate")
def recalculate_all() -> ResponseReturnValue:
    """«Пересчитать» of everything, in the background."""
    actor = shell.current_actor()
    wanted: Asked = asked(actor)
    key = operations.start_recalculation(actor, wanted.place.code, wanted.year)
    return shell.go("background.job", key=key)
