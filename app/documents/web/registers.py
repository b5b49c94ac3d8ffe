"""Pages of documents and records: lists, one document as it was frozen, one record with its versions."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from app.audit import operations as audit
from app.documents import queries, scopes
from app.documents.models import Document, Record
from app.documents.titles import kind_title, place_name
from app.forms import queries as forms
from app.forms import rendering
from app.forms.definition import FormDefinition
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.web import excel, shell
from app.web.i18n import moment
from app.web.listing import Column, Listing

from .blueprint import blueprint
from .facts import document_facts

DOCUMENTS = (
    Column("title", _l("Title"), lambda row: row.title, Document.title, 60),
    Column(
        "number", _l("Number"), lambda row: row.number or "", (Document.year, Document.register, Document.serial), 14
    ),
    Column("date", _l("Date"), lambda row: row.date, Document.date, 12),
    Column("kind", _l("Kind"), lambda row: kind_title(row.kind), Document.kind, 40),
    Column("organisation", _l("Organisation"), lambda row: place_name(row.organisation), Document.organisation, 40),
)
RECORDS = (
    Column("title", _l("Title"), lambda row: row.title, Record.title, 60),
    Column("organisation", _l("Organisation"), lambda row: place_name(row.organisation), Record.organisation, 40),
    Column("date", _l("Saved"), lambda row: moment(row.created_at), Record.created_at, 18),
    Column("version", _l("Version"), lambda row: row.version, Record.version, 10),
)


@blueprint.get("/documents")
def index() -> ResponseReturnValue:
    """Documents that the reader may see."""
    actor = shell.current_actor()
    listing = Listing.of_request(DOCUMENTS, default_sort="-date")
    kind, year = listing.argument("kind"), listing.argument("year")
    statement = queries.documents(actor, kind or None, q=listing.q, year=int(year) if year.isdecimal() else None)
    if listing.wants_excel:
        return excel.download(_("Documents"), DOCUMENTS, listing.everything(statement))
    seen = select(Document.kind, Document.year).where(scopes.fully_visible(actor, Document)).distinct()
    found = list(db.session.execute(seen))
    kept = db.session.scalars(select(Record.kind).where(Record.current, scopes.visible(actor, Record)).distinct())
    return shell.render(
        "documents/index.html",
        listing=listing,
        page=listing.page(statement),
        columns=DOCUMENTS,
        kind=kind,
        year=year,
        kinds=sorted({(row.kind, kind_title(row.kind)) for row in found}, key=lambda pair: pair[1]),
        years=[(str(year), str(year)) for year in sorted({row.year for row in found}, reverse=True)],
        records=sorted(((each, kind_title(each)) for each in kept), key=lambda pair: pair[1]),
        kind_title=kind_title,
        place_name=place_name,
    )


@blueprint.get("/documents/<int:key>")
def document(key: int) -> ResponseReturnValue:
    """One document as it was frozen, with the check of its hash. Opening it is recorded."""
    actor = shell.current_actor()
    found = queries.document(actor, key)
    if found.owner and found.owner != actor.login:
        audit.record_access(actor, "open", "document", key)
    return shell.render("documents/document.html", **document_facts(key))


@blueprint.get("/records/<kind>")
def records(kind: str) -> ResponseReturnValue:
    """Records of one kind that the reader may see."""
    actor = shell.current_actor()
    listing = Listing.of_request(RECORDS, default_sort="-date")
    statement = queries.records(actor, kind, q=listing.q)
    if listing.wants_excel:
        return excel.download(kind_title(kind), RECORDS, listing.everything(statement))
    return shell.render(
        "documents/records.html",
        listing=listing,
        page=listing.page(statement),
        columns=RECORDS,
        kind=kind,
        title=kind_title(kind),
        place_name=place_name,
    )


@blueprint.get("/records/<kind>/<int:key>")
@blueprint.get("/records/<kind>/<int:key>/<int:version>")
def record(kind: str, key: int, version: int | None = None) -> ResponseReturnValue:
    """One record: its data by its form, its versions and what changed from the one before. Opening it is recorded."""
    actor = shell.current_actor()
    view = queries.record(actor, key, version)
    if view.row.kind != kind:
        raise NotFound(_l("There is no such record."))
    if view.row.owner and view.row.owner != actor.login:
        audit.record_access(actor, "open", "record", key)
    history = [] if view.partial else queries.versions(actor, key)
    before = next((one for one in history if one.version == view.row.version - 1), None)
    form = _form_of(view.row)
    return shell.render(
        "documents/record.html",
        view=view,
        title=view.row.title,
        kind=kind,
        kind_title=kind_title(kind),
        body=_shown(form, view.data, actor),
        changes=_changes(form, before, view.row, actor),
        history=history,
        names=people.person_names(one.created_by for one in history),
        place=place_name(view.row.organisation),
    )


def _form_of(row: Record) -> FormDefinition | None:
    """The form that shows a record: its own, else the newest of its kind's name."""
    try:
        return forms.form(row.form_key) if row.form_key else forms.form_by(row.kind)
    except NotFound:
        return None


def _shown(form: FormDefinition | None, data: object, actor: Actor) -> Markup | None:
    if form is None or not isinstance(data, dict):
        return None
    return rendering.render_form(form, data, actor=actor, context={}, readonly=True)


def _changes(form: FormDefinition | None, before: Record | None, row: Record, actor: Actor) -> Markup | None:
    if form is None or before is None:
        return None
    return rendering.render_changes(form, before.data, row.data, actor=actor)
