"""Concept documents in scope, their versions, and the corrections that analyses propose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from app.documents import queries as registers
from app.documents.models import Record
from app.engine.models import ProcessInstance
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Organisation

from .. import policies
from ..models import ConceptDocument, ConceptReview, ConceptVersion, Measure
from ..models.concepts import APPROVED, UNCHANGED
from ..rules import concepts as rules
from .measures import measures_of

ANALYSIS = "effectiveness_analysis"
"""Kind of the records whose `corrections` propose what to change."""
DECIDED = (APPROVED, UNCHANGED)


def concept_documents(actor: Actor, q: str = "", *, kind: str = "", organisation: str = "") -> Select[ConceptDocument]:
    """Documents that the actor may see, as a statement to page through.

    One in force is published: whoever belongs to its place or below sees it, the region, the institute and auditors
    see all. One that is being written first is seen by who keeps documents of its place.
    """
    query = select(ConceptDocument).join(Organisation, Organisation.code == ConceptDocument.organisation)
    query = query.where(_scope(actor))
    if q:
        query = query.where(ConceptDocument.title.icontains(q, autoescape=True))
    for column, value in ((ConceptDocument.kind, kind), (ConceptDocument.organisation, organisation)):
        if value:
            query = query.where(column == value)
    return query.order_by(Organisation.path, ConceptDocument.kind, ConceptDocument.title, ConceptDocument.key)


def _scope(actor: Actor) -> ColumnElement[bool]:
    published = or_(ConceptDocument.version > 0, ConceptDocument.roadmap_key.is_not(None))
    if actor.system or actor.has_role(*policies.KEEPERS["region"]):
        return or_(published, ConceptDocument.version == 0)
    own = {
        code for held in actor.assignments if held.role in policies.KEEPERS["municipality"] for code in held.path[1:]
    }
    if actor.has_role(*policies.WHOLE):
        return or_(published, ConceptDocument.organisation.in_(own))
    above = {code for held in actor.assignments for code in held.path}
    if not policies.may_see_programmes(actor):
        above = set()
    return or_(ConceptDocument.organisation.in_(above) & published, ConceptDocument.organisation.in_(own))


def concept_document(actor: Actor, code: str) -> ConceptDocument:
    """One document.

    Raises:
        NotFound: there is none in the actor's scope.
    """
    found = db.session.scalar(concept_documents(actor).where(ConceptDocument.code == code))
    if found is None:
        raise NotFound()
    return found


def drafts(actor: Actor, q: str = "") -> Select[ConceptDocument]:
    """Documents of the places that the actor works for which nobody has approved yet."""
    query = concept_documents(actor, q)
    return query.where(ConceptDocument.version == 0, ConceptDocument.roadmap_key.is_(None))


def concept_version(found: ConceptDocument, number: int) -> ConceptVersion:
    """One version of a document.

    Raises:
        NotFound: there is none.
    """
    query = select(ConceptVersion).where(ConceptVersion.document_key == found.key, ConceptVersion.version == number)
    version = db.session.scalar(query)
    if version is None:
        raise NotFound()
    return version


def clauses_of(found: ConceptDocument) -> list[dict[str, str]]:
    """The text in force, else the draft `{point, text}`; of a roadmap its rows as `{point, part, text}`."""
    if found.roadmap_key is not None:
        return [
            {"point": each.number, "part": part, "text": str(getattr(each, name))}
            for each in measures_of(found.roadmap_key)
            for part, name in rules.PARTS.items()
        ]
    if found.version == 0:
        return list(found.draft)
    return list(concept_version(found, found.version).clauses)


def rows_of_number(roadmap_key: int, number: str) -> list[Measure]:
    """Measures that bear a number: two, where the document says it twice."""
    return [each for each in measures_of(roadmap_key) if each.number == number]


def root() -> str:
    """Code of the region: where a review begins that nobody started at a place."""
    query = select(Organisation.code).where(Organisation.parent_code.is_(None), Organisation.active)
    return db.session.scalars(query.order_by(Organisation.code).limit(1)).one()


def reviews(organisation: str) -> Sequence[ConceptReview]:
    """The reviews of a place, the newest first."""
    query = select(ConceptReview).where(ConceptReview.organisation == organisation)
    return db.session.scalars(query.order_by(ConceptReview.opened_at.desc(), ConceptReview.key.desc())).all()


def proposed(organisation: str, since: date) -> list[dict[str, Any]]:
    """Corrections that analyses of a place and the places below it propose, in the words of its documents."""
    statement = registers.records(PLATFORM, ANALYSIS, organisation=organisation).where(Record.created_at >= since)
    found: list[dict[str, Any]] = []
    for record in db.session.scalars(statement.limit(2000)):
        place = record.organisation or organisation
        found += [
            {"document": row.get("document"), "change": row["change"], "organisation": place}
            for row in record.data.get("corrections") or ()
            if row.get("change")
        ]
    names = {code: people.organisation(code).short_name for code in {str(row["organisation"]) for row in found}}
    return [{**row, "organisation_name": names[str(row["organisation"])]} for row in found]


def considered(organisation: str, except_instance: int) -> set[tuple[str, str, str]]:
    """Corrections that other reviews of the place have taken up already."""
    return {
        identity(row)
        for review in reviews(organisation)
        if review.instance_key != except_instance and (review.state in DECIDED or runs(review.instance_key))
        for row in review.corrections
    }


def runs(instance_key: int | None) -> bool:
    """Whether a process is still going on: one that was cancelled keeps nothing to itself."""
    found = db.session.get(ProcessInstance, instance_key) if instance_key is not None else None
    return found is not None and found.status == "active"


def identity(row: dict[str, Any]) -> tuple[str, str, str]:
    """What makes two proposals the same."""
    return str(row.get("document")), str(row.get("change")), str(row.get("organisation"))
