"""The auditor's pages: search, one instance whole, the access log, changes of data. No action anywhere."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit import queries as record
from app.audit.models import AccessEntry, AuditEvent
from app.audit.operations import record_access
from app.audit.words import subject_words, verb_words
from app.engine import queries as engine
from app.engine.narrative import narrate
from app.engine.views import InstanceFilter
from app.kernel.actor import Actor
from app.people import queries as people
from app.web import excel, shell
from app.web.listing import Column, Listing, Page

from .. import queries
from . import blueprint, words

STATUSES: dict[str, object] = {
    "active": _l("in progress"),
    "completed": _l("finished"),
    "terminated": _l("cancelled"),
}
OUTCOMES: dict[str, object] = {
    "ok": _l("done"),
    "denied": _l("refused (403)"),
    "notfound": _l("not found (404)"),
    "failed": _l("wrong password"),
}
_SORTABLE = "by the engine"
_EXPORTED = 5000
_INSTANCES = (
    Column("title", _l("About"), value=lambda row: row.title or row.business_key, sort=_SORTABLE, width=40),
    Column("process", _l("Process"), value=lambda row: row.process_name, sort=_SORTABLE, width=40),
    Column("version", _l("Version of the model"), value=lambda row: row.definition_version, width=8),
    Column("place", _l("Place"), value=lambda row: words.place(row.organisation)),
    Column("status", _l("State of the process"), value=lambda row: STATUSES[row.status], width=14),
    Column("result", _l("End state"), value=lambda row: engine.end_name(row.definition_key, row.result), width=20),
    Column("started", _l("Begun"), value=lambda row: row.started_at, sort=_SORTABLE, width=18),
    Column("ended", _l("Ended"), value=lambda row: row.ended_at, sort=_SORTABLE, width=18),
    Column("by", _l("Started by"), value=lambda row: row.started_by, width=20),
)
_SHOWN = tuple(
    column for column in _INSTANCES if column.key in ("title", "process", "place", "status", "started", "ended")
)
ACTIONS: dict[str, object] = {
    "login": _l("sign in"),
    "logout": _l("sign out"),
    "open": _l("opening"),
    "export": _l("export to Excel"),
}
"""Words for what the access log calls by one word."""
METHODS: dict[str, object] = {"GET": _l("opening a page"), "POST": _l("sending a form")}
"""Words for refused requests, which the log keeps as method and endpoint; their address is the object."""
CHANNELS: dict[str, object] = {"web": _l("site"), "api": _l("API"), "cli": _l("console"), "worker": _l("the program")}
_ACCESS = (
    Column("at", _l("When"), value=lambda row: row.at, sort=AccessEntry.at, width=18),
    Column("actor", _l("Who"), value=lambda row: row.actor, sort=AccessEntry.actor),
    Column("action", _l("What"), value=lambda row: _action(row), width=36),
    Column("object", _l("Object"), value=lambda row: f"{row.object_kind} {row.object_key}".strip(), width=40),
    Column("outcome", _l("Outcome"), value=lambda row: OUTCOMES[row.outcome], sort=AccessEntry.outcome, width=18),
    Column("channel", _l("Channel"), value=lambda row: str(CHANNELS.get(row.channel, row.channel)), width=10),
    Column("address", _l("Network address"), value=lambda row: row.address, width=18),
)
_CHANGES = (
    Column("at", _l("When"), value=lambda row: row.at, sort=AuditEvent.at, width=18),
    Column("actor", _l("Who"), value=lambda row: row.actor, sort=AuditEvent.actor),
    Column("subject", _l("Object"), value=lambda row: f"{subject_words(row.subject_kind)} {row.subject_key}", width=36),
    Column("verb", _l("What"), value=lambda row: verb_words(row.verb), width=20),
    Column("entries", _l("Before and after"), value=lambda row: words.plain(row.entries), width=60),
    Column("details", _l("Details"), value=lambda row: words.plain(row.details), width=40),
)
_STEPS = (
    Column("seq", _l("No."), value=lambda row: row.event.seq, width=6),
    Column("at", _l("When"), value=lambda row: row.event.at, width=18),
    Column("who", _l("Who"), value=lambda row: row.event.actor),
    Column("for", _l("For whom"), value=lambda row: row.event.on_behalf_of),
    Column("what", _l("What"), value=words.what, width=28),
    Column("step", _l("Step"), value=lambda row: row.name, width=36),
    Column("outcome", _l("Decision"), value=lambda row: row.details.get("outcome"), width=16),
    Column("why", _l("Comment or reason"), value=lambda row: row.reason, width=40),
    Column("changes", _l("Data"), value=lambda row: _changes_text(row), width=60),
    Column("tables", _l("Decision tables"), value=lambda row: _tables_text(row), width=40),
    Column("hash", _l("Hash"), value=lambda row: row.event.hash, width=66),
)


@blueprint.get("/audit")
def index() -> ResponseReturnValue:
    """Search for processes."""
    actor = shell.current_actor()
    queries.demand_audit(actor)
    listing = Listing.of_request(_INSTANCES, default_sort="-started")
    person, candidates = _person(actor, listing.argument("person"))
    filters = _filters(actor, listing, person)
    sort = f"-{listing.sort}" if listing.descending else listing.sort
    if listing.wants_excel:
        record_access(actor, "export", "instances", request.query_string.decode()[:300])
        rows = engine.instances(actor, filters, sort=sort, limit=_EXPORTED).items
        return excel.download(_("Processes"), _INSTANCES, rows)
    nothing = bool(listing.argument("person")) and person is None
    found = engine.instances(
        actor, filters, sort=sort, limit=listing.size, offset=(listing.number - 1) * listing.size, count=True
    )
    page: Page = Page(() if nothing else found.items, listing.number, listing.size, 0 if nothing else found.total or 0)
    return shell.render(
        "tracing/index.html",
        end_name=engine.end_name,
        listing=listing,
        page=page,
        columns=_SHOWN,
        STATUSES=STATUSES,
        definitions=engine.definitions(actor),
        candidates=candidates,
        names=people.person_names(row.started_by for row in found.items),
        place=words.place,
    )


@blueprint.get("/audit/<int:key>")
def instance(key: int) -> ResponseReturnValue:
    """One process whole. That it was opened is recorded, and shown."""
    actor = shell.current_actor()
    queries.demand_audit(actor)
    trail = queries.trail(actor, key)
    record_access(actor, "open", "instance", key, request_id=g.get("request_id"))
    if request.args.get("format") == "xlsx":
        return excel.download(trail.path.instance.title or trail.path.instance.process_name, _STEPS, trail.cards)
    found = trail.path
    travelled = found.travelled
    opened = Listing.of_request(_ACCESS, size=10).page(queries.openings(actor, key))
    return shell.render(
        "tracing/instance.html",
        trail=trail,
        path=found,
        instance=found.instance,
        STATUSES=STATUSES,
        steps=narrate(found.drawing, now=travelled.open, done=travelled.completed, stopped=travelled.cancelled),
        broken=engine.verify_chain(key),
        parent=queries.parent_of(actor, found.instance),
        children=queries.children_of(actor, key),
        documents=queries.documents_of(actor, key),
        scopes=engine.scopes(actor, key),
        opened=opened,
        opened_names=people.person_names(row.actor for row in opened.rows),
        place=words.place,
        **words.of(actor, trail),
    )


@blueprint.get("/audit/access")
def access() -> ResponseReturnValue:
    """Who opened or tried what."""
    actor = shell.current_actor()
    listing = Listing.of_request(_ACCESS)
    outcome = listing.argument("outcome")
    since, until = _span(actor, listing)
    statement = record.access_entries(
        actor, q=listing.q, outcome=outcome if outcome in OUTCOMES else "", since=since, until=until
    )
    if listing.wants_excel:
        return excel.download(_("Access log"), _ACCESS, listing.everything(statement))
    page = listing.page(statement)
    names = people.person_names(row.actor for row in page.rows)
    return shell.render(
        "tracing/access.html",
        listing=listing,
        page=page,
        columns=_ACCESS,
        OUTCOMES=OUTCOMES,
        CHANNELS=CHANNELS,
        action=_action,
        names=names,
    )


@blueprint.get("/audit/changes")
def changes() -> ResponseReturnValue:
    """Changes of people, organisations, courses and other data outside of processes."""
    actor = shell.current_actor()
    listing = Listing.of_request(_CHANGES)
    statement = record.events(actor, q=listing.q, subject_kind=listing.argument("kind"))
    if listing.wants_excel:
        return excel.download(_("Changes of data"), _CHANGES, listing.everything(statement))
    page = listing.page(statement)
    names = people.person_names(row.actor for row in page.rows)
    return shell.render(
        "tracing/changes.html",
        listing=listing,
        page=page,
        columns=_CHANGES,
        names=names,
    )


def _action(row: AccessEntry) -> str:
    """What was done or tried, in words."""
    return str(ACTIONS.get(row.action) or METHODS.get(row.action.partition(" ")[0], row.action))


def _person(actor: Actor, text: str) -> tuple[str | None, list[tuple[str, str]]]:
    """The login that is meant, and whom else it could mean."""
    if not text:
        return None, []
    found = queries.people_named(actor, text)
    return (found[0][0], []) if len(found) == 1 else (None, found)


def _filters(actor: Actor, listing: Listing, person: str | None) -> InstanceFilter:
    since, until = _span(actor, listing)
    status = listing.argument("status")
    course = listing.argument("course")
    return InstanceFilter(
        process_id=listing.argument("process") or None,
        status=status if status in STATUSES else None,
        text=listing.q or None,
        organisation=listing.argument("organisation") or None,
        participant=person,
        started_from=since,
        started_to=until,
        variables={"course_id": course} if course else {},
    )


def _span(actor: Actor, listing: Listing) -> tuple[datetime | None, datetime | None]:
    """`from` and `to` (its whole day) of the address as moments."""
    first, last = _day(actor, listing.argument("from")), _day(actor, listing.argument("to"))
    return first, last + timedelta(days=1) if last else None


def _day(actor: Actor, text: str) -> datetime | None:
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), time(), ZoneInfo(actor.timezone))
    except ValueError:
        return None


def _changes_text(card: Any) -> str:
    return "; ".join(f"{c.name}: {words.plain(c.before)} → {words.plain(c.after)}" for c in card.changes)


def _tables_text(card: Any) -> str:
    return "; ".join(
        f"{made.decision} v{made.version}: {[number for number, _out in made.rules]} → {words.plain(made.output)}"
        for made in card.decisions
    )
