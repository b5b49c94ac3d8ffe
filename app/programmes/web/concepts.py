"""Concept documents: statutes, plans and roadmaps of a place, their versions, and what changed by which order."""

from __future__ import annotations

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, Invalid
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column, Listing

from .. import policies
from ..models import ConceptDocument
from ..operations import concepts as operations
from ..queries import concepts as queries
from ..rules import concepts as rules
from .blueprint import blueprint
from .passports import place, places

COLUMNS = (
    Column("title", _l("Name"), lambda row: row.title, ConceptDocument.title, 60),
    Column("kind", _l("Kind"), lambda row: row.kind, ConceptDocument.kind, 36),
    Column("place", _l("Organisation"), lambda row: place(row.organisation), ConceptDocument.organisation, 30),
    Column("version", _l("Version"), lambda row: row.shown_version, None, 10),
    Column("order", _l("Order"), lambda row: row.versions[0].order_number if row.versions else "", None, 16),
)


@blueprint.get("/documents")
def documents() -> ResponseReturnValue:
    """The documents in the reader's scope."""
    actor = shell.current_actor()
    policies.demand_sight(actor)
    listing = Listing.of_request(COLUMNS)
    statement = queries.concept_documents(actor, listing.q, kind=listing.argument("kind"))
    if listing.wants_excel:
        return excel.download(_("Concept documents"), COLUMNS, listing.everything(statement))
    return shell.render(
        "programmes/documents.html",
        listing=listing,
        page=listing.page(statement),
        columns=COLUMNS,
        kinds=[(kind, kind) for kind in rules.KINDS],
        place=place,
        may_keep=bool(_places(actor)),
    )


def _places(actor: Actor) -> list[str]:
    """Places whose documents the actor keeps: those of schools are no concept documents."""
    held = {code for each in actor.assignments if each.role in policies.KEEPERS["school"] for code in each.path[2:]}
    return [code for code in places(actor) if code not in held]


@blueprint.get("/documents/new")
def new_document() -> ResponseReturnValue:
    """An empty form for a document that is in force, or for a draft."""
    _demand_keeper()
    return _form(FormState(values={}))


@blueprint.post("/documents/new")
def create_document() -> ResponseReturnValue:
    """Write a document down."""
    _demand_keeper()
    actor, state, form = shell.current_actor(), FormState(values=request.form), request.form
    try:
        order = _order(form.get("order_number", "").strip()[:50], form.get("order_on", "").strip())
        where, kind = form.get("organisation", ""), form.get("kind", "")
        if where not in _places(actor):
            raise Invalid(errors={"organisation": [_("Choose the place whose document it is.")]})
        found = operations.register_document(
            actor, where, kind, form.get("title", "")[:500], form.get("text", "")[:200_000], order
        )
    except Invalid as error:
        state.refuse(error)
        return _form(state), 422
    return shell.go("programmes.document", code=found.code, message=_("The document is written down."))


def _order(number: str, day: str) -> dict[str, str] | None:
    """The order that put a document in force; None where neither its number nor its day is given."""
    if not number and not day:
        return None
    try:
        return {"number": number, "date": date.fromisoformat(day).isoformat()}
    except ValueError:
        raise Invalid(errors={"order_on": [_("Enter a date.")]}) from None


def _demand_keeper() -> None:
    """Refuse who keeps no documents anywhere."""
    actor = shell.current_actor()
    policies.demand_sight(actor)
    if not _places(actor):
        raise Forbidden(_("The coordinators of the place keep its documents."))


def _form(state: FormState) -> str:
    actor = shell.current_actor()
    return shell.render(
        "programmes/document_new.html",
        state=state,
        places=[(code, place(code)) for code in _places(actor)],
        kinds=[(kind, kind) for kind in rules.KINDS if kind != rules.ROADMAP],
    )


@blueprint.get("/documents/<code>")
def document(code: str) -> ResponseReturnValue:
    """One document: its text in force, its versions with their orders."""
    found = queries.concept_document(shell.current_actor(), code)
    return shell.render(
        "programmes/document.html",
        document=found,
        clauses=[] if found.roadmap_key is not None else queries.clauses_of(found),
        place=place,
    )


@blueprint.get("/documents/<code>/versions/<int:number>")
def document_version(code: str, number: int) -> ResponseReturnValue:
    """A version as it stood: what its order changed, and the whole text."""
    found = queries.concept_document(shell.current_actor(), code)
    return shell.render(
        "programmes/document_version.html", document=found, version=queries.concept_version(found, number)
    )
