"""Frozen copies: take them, list them, open one."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.kernel.errors import Forbidden, Invalid
from app.people import queries as people
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column, Listing

from .. import operations, policies, queries
from ..models import IndicatorSnapshot
from ..queries import definitions, frozen, values
from ..rules import loading, periods
from . import words
from .asked import Asked, asked, places, years
from .blueprint import blueprint

COPIES = (
    Column("taken_at", _l("Frozen at"), lambda row: row.taken_at, IndicatorSnapshot.taken_at, 18),
    Column("code", _l("Code"), lambda row: row.code, IndicatorSnapshot.code, 14),
    Column("title", _l("Indicator"), lambda row: row.title, IndicatorSnapshot.title, 60),
    Column("place", _l("Organisation"), lambda row: row.organisation_name, IndicatorSnapshot.organisation_name, 30),
    Column("period", _l("Reporting period"), lambda row: periods.title(row.period), None, 24),
    Column("value", _l("Value"), lambda row: words.value_words(frozen.figure(row)), None, 14),
    Column("target", _l("Target"), lambda row: words.target(frozen.figure(row)), None, 12),
    Column("state", _l("State"), lambda row: words.state_words(frozen.figure(row)), None, 20),
    Column("reason", _l("What for"), lambda row: _for(row), None, 40),
)


def _for(row: IndicatorSnapshot) -> str:
    return ", ".join(part for part in (row.stage, row.reason) if part)


@blueprint.get("/frozen")
def copies() -> ResponseReturnValue:
    """Frozen copies in scope, and everybody's published ones."""
    actor = shell.current_actor()
    listing = Listing.of_request(COPIES, default_sort="-taken_at")
    batch = listing.argument("batch")
    statement = queries.snapshots(
        actor,
        search=listing.q,
        organisation=listing.argument("organisation"),
        batch=int(batch) if batch.isdecimal() and len(batch) < 19 else None,
    )
    if listing.wants_excel:
        return excel.download(_("Frozen values"), COPIES, listing.everything(statement))
    return shell.render(
        "indicators/frozen.html",
        listing=listing,
        page=listing.page(statement),
        columns=COPIES,
        figure=frozen.figure,
        period_title=periods.title,
        purpose=_for,
        places=places(actor),
        may_read=policies.may_read(actor),
    )


@blueprint.get("/frozen/<int:key>")
def copy(key: int) -> ResponseReturnValue:
    """One frozen copy with its lists, as far as the reader may see them."""
    actor = shell.current_actor()
    row = queries.snapshot(actor, key)
    definition = loading.load(row.definition)
    lists = frozen.lists(actor, row)
    if request.args.get("format") == "xlsx":
        entries = lists["numerator"].entries if lists else []
        columns = (
            Column("label", _l("What is counted"), lambda entry: entry["label"], None, 50),
            Column("organisation", _l("Organisation"), lambda entry: entry["organisation"], None, 36),
        )
        return excel.download(f"{row.code} {periods.title(row.period)}", columns, entries)
    return shell.render(
        "indicators/copy.html",
        row=row,
        figure=frozen.figure(row),
        period_title=periods.title(row.period),
        purpose=_for(row),
        taken_by=people.person_name(row.taken_by),
        counted=words.counted(definition.numerator),
        out_of=words.counted(definition.denominator) if definition.denominator else [],
        lists=lists,
        reads_more=policies.may_read(actor),
    )


@blueprint.get("/freeze")
def freeze_form() -> ResponseReturnValue:
    """What to freeze, and what for."""
    actor = shell.current_actor()
    wanted = asked(actor)
    _demand(wanted)
    return _form(wanted, FormState(values={"code": request.args.get("code", ""), **wanted.arguments}))


@blueprint.post("/freeze")
def freeze() -> ResponseReturnValue:
    """Take frozen copies."""
    actor, form = shell.current_actor(), request.form
    wanted = asked(actor)
    _demand(wanted)
    state = FormState(values=form)
    code = form.get("code", "").strip()
    try:
        found = operations.freeze(
            actor,
            wanted.place.code,
            wanted.year,
            reason=form.get("reason", ""),
            codes=[code] if code else [],
            programme=form.get("programme", "").strip()[:64],
            stage=form.get("stage", ""),
            between=wanted.between,
            publish=form.get("publish") == "1",
        )
    except Invalid as error:
        state.refuse(error)
        return _form(wanted, state), 422
    text = ngettext("%(num)s value is frozen.", "%(num)s values are frozen.", len(found))
    return shell.go("indicators.copies", batch=found[0].batch, message=text)


def _demand(wanted: Asked) -> None:
    if not policies.may_freeze(shell.current_actor(), wanted.place.code):
        raise Forbidden(_l("Frozen copies are taken by coordinators."))


def _form(wanted: Asked, state: FormState) -> str:
    actor = shell.current_actor()
    concerned = [found for found in definitions.indicators(actor) if values.place_of(found.definition, wanted.place)]
    page: str = shell.render(
        "indicators/freeze.html",
        asked=wanted,
        state=state,
        codes=[(found.row.code, words.title_of(found)) for found in concerned],
        programmes=[(code, code) for code in definitions.programmes(actor)],
        places=places(actor),
        years=years(),
    )
    return page
