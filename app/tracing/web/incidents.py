"""Incidents for those who look after the engine: what stopped, where, why; no personal data (roles.md §3)."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.engine import operations
from app.engine import queries as engine
from app.engine.views import IncidentView
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden
from app.web import excel, shell
from app.web.listing import Column, Listing, Page

from .. import policies
from . import blueprint

_EXPORTED = 5000
_COLUMNS = (
    Column("created", _l("When"), value=lambda row: row.created_at, width=18),
    Column("process", _l("Process"), value=lambda row: row.process_id, width=28),
    Column("element", _l("Step"), value=lambda row: row.element_name, width=36),
    Column("message", _l("What happened"), value=lambda row: row.message or row.explanation, width=80),
    Column("key", _l("Process number"), value=lambda row: str(row.instance_key), width=20),
    Column("resolved", _l("Mended"), value=lambda row: row.resolved_at, width=18),
)


@blueprint.get("/incidents")
def incidents_page() -> ResponseReturnValue:
    """Steps that could not go on."""
    actor = _operator()
    listing = Listing.of_request(_COLUMNS)
    resolved = listing.argument("state") == "mended"
    process = listing.argument("process") or None
    if listing.wants_excel:
        rows = engine.incidents(actor, resolved=resolved, process_id=process, limit=_EXPORTED).items
        return excel.download(_("Incidents"), _COLUMNS, rows)
    offset = (listing.number - 1) * listing.size
    found = engine.incidents(
        actor, resolved=resolved, process_id=process, limit=listing.size, offset=offset, count=True
    )
    page: Page = Page(found.items, listing.number, listing.size, found.total or 0)
    return shell.render(
        "tracing/incidents.html",
        listing=listing,
        page=page,
        columns=_COLUMNS,
        resolved=resolved,
        definitions={item.process_id: item.name for item in engine.definitions(actor)},
    )


@blueprint.post("/incidents/<int:key>/retry")
def retry(key: int) -> ResponseReturnValue:
    """Try one step again."""
    actor = _operator()
    operations.resolve_incident(actor, key)
    return shell.go("tracing.incidents_page", message=_outcome(actor, key))


@blueprint.post("/incidents/retry")
def retry_all() -> ResponseReturnValue:
    """Try every ticked step again."""
    actor = _operator()
    keys = sorted({int(text) for text in request.form.getlist("incident") if text.isdecimal()})
    open_now = engine.incidents(actor, keys=keys, limit=len(keys)).items if keys else ()
    for incident in open_now:
        operations.resolve_incident(actor, incident.key)
    message = ngettext("%(num)s step was tried again.", "%(num)s steps were tried again.", len(open_now))
    return shell.go("tracing.incidents_page", message=message, kind="info")


def _operator() -> Actor:
    actor = shell.current_actor()
    if not policies.may_operate(actor):
        raise Forbidden()
    return actor


def _outcome(actor: Actor, key: int) -> str:
    """Whether the step goes on now; a new incident at the same step says that it does not."""
    done: tuple[IncidentView, ...] = engine.incidents(actor, keys=[key], resolved=None, limit=1).items
    if done:
        again = engine.incidents(actor, instance_key=done[0].instance_key).items
        if any(incident.element_id == done[0].element_id for incident in again):
            return str(_("The step was tried again and stopped again: see the newest line."))
    return str(_("The step goes on."))
