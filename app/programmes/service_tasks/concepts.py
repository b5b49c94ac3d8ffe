"""Service types of `concept_documents`: what is to change, «было/стало», the new version by its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine.services import ServiceCall, service_type
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.people import queries as people

from ..models import ConceptDocument, Roadmap, SupportProgramme
from ..models.programmes import ACTIVE
from ..models.roadmaps import APPROVED
from ..operations import concepts as operations
from ..queries import concepts
from ..queries.parts import group
from ..rules import concepts as rules
from ..rules import executors
from . import inputs

DRAFTERS = {"region": "iro_coordinator", "municipality": "municipal_coordinator"}
REVIEWERS = {"region": "region_coordinator", "municipality": "mouo_head"}
_NEW, _OLD, DRAFTS = "new:", "doc:", "concept_drafts"


@service_type("concept.open", inline=True)
def open_review(call: ServiceCall) -> dict[str, Any]:
    """Begin a review: who works on it, what analyses propose, which documents there are to change."""
    code = inputs.optional(call, "organisation") or call.instance.organisation
    place = people.organisation(code or concepts.root())
    level = "region" if place.level == "region" else "municipality"
    code = place.path[0] if level == "region" else place.path[1]
    year = int(call.variables.get("year") or call.now.year)
    review = operations.open_review(code, year, call.instance.key, inputs.rows(call, "corrections"))
    return {
        "organisation": code,
        "organisation_name": people.organisation(code).short_name,
        "owner_role": group(executors.coordinator(level), code, level),
        "preparer_role": executors.coordinator(level),
        "signatory": executors.signatory(level),
        "drafter_role": group(DRAFTERS[level], code, level),
        "reviewer_role": REVIEWERS[level] if level == "region" else f"{REVIEWERS[level]}@{code}",
        "municipalities": _municipalities() if level == "region" else [],
        "corrections": review.corrections,
        "choices": _choices(_documents(code)),
        "year": year,
    }


def _choices(documents: Sequence[ConceptDocument]) -> list[dict[str, str]]:
    """What the form offers: the documents that there are, and a new one of each kind but a roadmap."""
    found = [{"value": f"{_OLD}{each.code}", "label": each.title} for each in documents]
    with force_locale("ru"):
        new = [
            (f"{_NEW}{kind}", _("New document: %(kind)s", kind=kind)) for kind in rules.KINDS if kind != rules.ROADMAP
        ]
    return found + [{"value": value, "label": str(label)} for value, label in new]


def _documents(place: str) -> Sequence[ConceptDocument]:
    """The documents of a place; roadmaps in force belong to them."""
    query = select(Roadmap).join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)
    in_force = (SupportProgramme.organisation == place, SupportProgramme.state == ACTIVE, Roadmap.state == APPROVED)
    kept = {operations.document_of_roadmap(each).key for each in db.session.scalars(query.where(*in_force)).all()}
    rows = db.session.scalars(concepts.concept_documents(PLATFORM, organisation=place)).all()
    return [each for each in rows if each.roadmap_key is None or each.key in kept]


def _municipalities() -> list[dict[str, str]]:
    rows = db.session.scalars(people.organisations(kind="mouo")).all()
    return [{"municipality_id": each.code, "name": each.short_name} for each in rows]


@service_type("concept.plan", inline=True)
def plan(call: ServiceCall) -> dict[str, Any]:
    """Take up the chosen documents: `drafts[]` with the text in force and what is proposed for each.

    Raises:
        Invalid: no document, one twice, a new one without name, one that is being corrected already.
    """
    rows, found = inputs.rows(call, "documents"), []
    choices = [str(row.get("choice")) for row in rows if str(row.get("choice")).startswith(_OLD)]
    if not rows:
        raise _wrong("documents", _l("Name at least one document."))
    if len(set(choices)) != len(choices):
        raise _wrong("documents", _l("A document is named twice."))
    for row in rows:
        document = _chosen(call, row)
        try:
            operations.take_document(document, call.instance.key)
        except Conflict as refusal:
            raise _wrong("documents", refusal.message) from None
        found.append(_draft(document, inputs.rows(call, "corrections"), str(row.get("what") or "")))
    return {"drafts": found}


def _chosen(call: ServiceCall, row: Mapping[str, Any]) -> ConceptDocument:
    choice, place = str(row["choice"]), call.text("organisation")
    if choice.startswith(_OLD):
        found = operations.locked_document(choice.removeprefix(_OLD))
        if found.organisation == place:
            return found
    elif not str(row.get("title") or "").strip():
        raise _wrong("documents", _l("Name the new document."))
    elif choice.removeprefix(_NEW) in set(rules.KINDS) - {rules.ROADMAP}:
        return operations.new_document(place, choice.removeprefix(_NEW), str(row["title"]))
    raise _wrong("documents", _l("There is no such document here."))


def _draft(found: ConceptDocument, corrections: Sequence[Mapping[str, Any]], what: str) -> dict[str, Any]:
    proposals = [
        {"from": str(row.get("organisation_name") or ""), "change": str(row["change"])}
        for row in corrections
        if row.get("document") == found.kind
    ]
    with force_locale("ru"):
        basis = [
            str(_("Analysis of effectiveness, %(place)s: %(change)s", place=row["from"], change=row["change"]))
            for row in proposals
        ]
    return {
        "code": found.code,
        "kind": found.kind,
        "title": found.title,
        "roadmap": found.roadmap_key is not None,
        "clauses": concepts.clauses_of(found),
        "proposals": proposals,
        "what": what,
        "form": {
            "document": found.kind,
            "version": found.shown_version + 1,
            "changes": [{"basis": text} for text in basis] or [{"basis": what}],
        },
    }


@service_type("concept.check", inline=True)
def check(call: ServiceCall) -> dict[str, Any]:
    """Check «было/стало» against the text in force; `changes[]` with what stood there before.

    Raises:
        Invalid: the changes cannot be made.
    """
    found = operations.locked_document(call.text("code"))
    changes = [_change(row, found) for row in inputs.rows(call, "changes")]
    clauses = concepts.clauses_of(found)
    wrong = rules.faults(clauses, changes)
    for change in changes if found.roadmap_key is not None else ():
        if len(concepts.rows_of_number(found.roadmap_key or 0, change["point"])) > 1:
            wrong.append(_l("Number %(point)s stands in the roadmap twice: change the measure on its page.", **change))
    if wrong:
        raise Invalid(wrong[0], {"changes": wrong})
    return {"changes": [{**each, "before": rules.current(clauses, each)} for each in changes]}


def _change(row: Mapping[str, Any], found: ConceptDocument) -> dict[str, Any]:
    part = None if found.roadmap_key is None else str(row.get("part") or rules.TITLE)
    texts = {name: str(row.get(name) or "").strip() for name in ("point", "after", "basis")}
    return {**texts, "part": part, "exclude": row.get("exclude") is True}


@service_type("concept.publish", inline=True)
def publish(call: ServiceCall) -> dict[str, Any]:
    """Put the corrected documents in force by their order; `roadmaps[]` are to be issued again."""
    actor, order = inputs.person(call), inputs.context(call, "order")
    published, roadmaps = [], []
    for row in inputs.rows(call, "documents"):
        found = operations.locked_document(str(row["code"]))
        version = operations.publish_changes(actor, found, row["changes"], order)
        published.append({"code": found.code, "title": found.title, "version": version.version})
        if found.programme is not None:
            with force_locale("ru"):
                reason = str(_("order No. %(number)s", number=version.order_number))
            roadmaps.append(
                {
                    **{"programme": found.programme.code, "organisation": found.organisation, "change_reason": reason},
                    **{"document_change": str(version.key), "changes": version.changes},
                }
            )
    operations.close_review(call.instance.key, "approved", "")
    operations.release_documents(call.instance.key)
    return {"published": published, "roadmaps": roadmaps}


@service_type("concept.adopt", inline=True)
def adopt(call: ServiceCall) -> dict[str, Any]:
    """Drafts among the documents that a protocol approves come into force by it: `adopted[]` their titles."""
    actor, protocol = inputs.person(call), inputs.context(call, "paper")
    found = []
    for each in call.variables.get("approved_objects") or ():
        source, _colon, code = str(each).partition(":")
        if source == DRAFTS:
            found.append(operations.adopt_document(actor, code, call.text("organisation"), protocol))
    return {"adopted": [version.document.title for version in found if version is not None]}


@service_type("concept.close", inline=True)
def close(call: ServiceCall) -> None:
    """Nothing changes, or no order was signed: the documents stay as they are."""
    operations.close_review(call.instance.key, call.text("state"), inputs.optional(call, "reason") or "")
    operations.release_documents(call.instance.key)


def _wrong(name: str, message: object) -> Invalid:
    return Invalid(message, {name: [message]})
