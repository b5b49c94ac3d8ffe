"""Concept documents: registered as they are in force, corrected by an order, in versions (concept_documents 2, 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.ids import next_key
from app.people import queries as people
from app.people.models import Organisation

from .. import policies
from ..models import ConceptDocument, ConceptReview, ConceptVersion, Roadmap
from ..models.concepts import ORDER, PROTOCOL
from ..queries import concepts as queries
from ..rules import concepts as rules

MOST_CLAUSES = 500


def register_document(
    actor: Actor, organisation: str, kind: str, title: str, text: str, order: Mapping[str, Any] | None = None
) -> ConceptDocument:
    """Write down a document: as its first version when it is in force, else as a draft that an order or the protocol
    of a body will approve.

    Args:
        text: its clauses, one per line, as `rules.read_clauses` reads them.
        order: `number, date` of the order that put it in force, and `document_id` where it lies here; None for a
            draft.

    Raises:
        Forbidden: not a keeper of documents of this place.
        Invalid: a roadmap (it comes with its programme), no title, no or doubled clauses, an order without number.
    """
    level = people.organisation(organisation).level
    if level not in policies.KEEPERS or not policies.keeps(actor, level, organisation):
        raise Forbidden(_l("The coordinators of the place keep its documents."))
    clauses = rules.read_clauses(text)
    _demand_sound(kind, title, clauses, order)
    found = new_document(organisation, kind, title)
    found.draft = clauses
    if order is not None:
        _add_version(actor, found, clauses, [], order)
    audit.record_event(actor, "concept-document", found.code, "create", details={"kind": kind})
    return found


def _demand_sound(kind: str, title: str, clauses: Sequence[Mapping[str, Any]], order: Mapping[str, Any] | None) -> None:
    errors: dict[str, list[object]] = {}
    if kind not in rules.KINDS or kind == rules.ROADMAP:
        errors["kind"] = [_l("Choose what kind of document it is; a roadmap comes with its programme.")]
    if not title.strip():
        errors["title"] = [_l("Name the document.")]
    doubled = rules.twice(clauses)
    if not clauses or len(clauses) > MOST_CLAUSES:
        errors["text"] = [_l("Enter the clauses of the document, 500 at most.")]
    elif doubled:
        errors["text"] = [_l("Clauses stand there twice: %(points)s", points=", ".join(doubled))]
    if order is not None and not order.get("number"):
        errors["order_number"] = [_l("Name the order.")]
    if errors:
        raise Invalid(errors=errors)


def new_document(organisation: str, kind: str, title: str, roadmap: Roadmap | None = None) -> ConceptDocument:
    """A document without a version yet."""
    key = next_key()
    found = ConceptDocument(
        key=key,
        code=f"doc-{key}",
        kind=kind,
        title=title.strip(),
        organisation=organisation,
        roadmap_key=None if roadmap is None else roadmap.key,
        version=0,
        draft=[],
        created_at=clock.now(),
    )
    db.session.add(found)
    db.session.flush()
    return found


def document_of_roadmap(roadmap: Roadmap) -> ConceptDocument:
    """The entry of a roadmap among the documents of its place; written down when it is not there yet."""
    found = db.session.scalar(select(ConceptDocument).where(ConceptDocument.roadmap_key == roadmap.key))
    if found is None:
        found = new_document(roadmap.programme.organisation, rules.ROADMAP, roadmap.title, roadmap)
    return found


def locked_document(code: str) -> ConceptDocument:
    """A document, its row locked: two people at once take turns."""
    query = select(ConceptDocument).where(ConceptDocument.code == code).with_for_update(of=ConceptDocument)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def take_document(found: ConceptDocument, instance_key: int) -> None:
    """Reserve a document for one correction.

    Raises:
        Conflict: another one that is still going on has it.
    """
    if found.instance_key not in (None, instance_key) and queries.runs(found.instance_key):
        raise Conflict(_l("«%(title)s» is being corrected already.", title=found.title))
    found.instance_key = instance_key
    db.session.flush()


def release_documents(instance_key: int) -> None:
    """A correction is over: its documents are free, those that it would have created go."""
    query = select(ConceptDocument).where(ConceptDocument.instance_key == instance_key)
    for found in db.session.scalars(query.with_for_update(of=ConceptDocument)).all():
        found.instance_key = None
        if found.version == 0 and found.roadmap_key is None and not found.draft:
            db.session.delete(found)
    db.session.flush()


def publish_changes(
    actor: Actor, found: ConceptDocument, changes: Sequence[Mapping[str, Any]], order: Mapping[str, Any]
) -> ConceptVersion:
    """The next version of a document by its order; the one before stays readable.

    Raises:
        Invalid: the changes do not fit the text any more.
    """
    before = queries.clauses_of(found)
    wrong = rules.faults(before, changes)
    if wrong:
        raise Invalid(wrong[0], {"changes": wrong})
    kept = [{**change, "before": rules.current(before, change)} for change in changes]
    clauses = [] if found.roadmap_key is not None else rules.changed(before, changes)
    return _add_version(actor, found, clauses, kept, order)


def adopt_document(actor: Actor, code: str, organisation: str, protocol: Mapping[str, Any]) -> ConceptVersion | None:
    """A body of a place approves a draft by its protocol (SOS 2); None for what is no draft of this place."""
    query = select(ConceptDocument).where(ConceptDocument.code == code, ConceptDocument.organisation == organisation)
    found = db.session.scalars(query.with_for_update(of=ConceptDocument)).one_or_none()
    if found is None or found.version > 0 or not found.draft:
        return None
    return _add_version(actor, found, found.draft, [], protocol, PROTOCOL)


def _add_version(
    actor: Actor,
    found: ConceptDocument,
    clauses: Sequence[Mapping[str, Any]],
    changes: Sequence[Mapping[str, Any]],
    order: Mapping[str, Any],
    paper: str = ORDER,
) -> ConceptVersion:
    found.version += 1
    version = ConceptVersion(
        key=next_key(),
        document_key=found.key,
        version=found.version,
        clauses=[dict(each) for each in clauses],
        changes=[dict(each) for each in changes],
        paper=paper,
        order_number=str(order.get("number") or ""),
        order_on=date.fromisoformat(str(order["date"])[:10]) if order.get("date") else clock.today(),
        order_document=str(order.get("document_id") or ""),
        approved_by=actor.login,
        approved_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()
    facts = {"version": found.version, paper: version.order_number, "changes": len(changes)}
    audit.record_event(actor, "concept-document", found.code, "approve", details=facts)
    return version


def note_reissue(version_key: int, roadmap: Roadmap) -> None:
    """The roadmap was issued again by what a version of its document changed."""
    found = db.session.get(ConceptVersion, version_key)
    if found is not None and found.document.roadmap_key == roadmap.key:
        found.roadmap_version = roadmap.version
        db.session.flush()


def open_review(
    organisation: str, year: int, instance_key: int, corrections: Sequence[Mapping[str, Any]]
) -> ConceptReview:
    """Begin a review of a place's documents with the corrections that no other review has taken up.

    Args:
        corrections: what an analysis sent along; without any those of all analyses since the year before.
    """
    there = db.session.scalar(select(ConceptReview).where(ConceptReview.instance_key == instance_key))
    if there is not None:
        return there
    place = select(Organisation.code).where(Organisation.code == organisation)
    db.session.execute(place.with_for_update(key_share=True))  # two reviews at once do not take the same proposals
    rows = [dict(row) for row in corrections] or queries.proposed(organisation, date(year - 1, 1, 1))
    taken = queries.considered(organisation, instance_key)
    found = ConceptReview(
        key=next_key(),
        instance_key=instance_key,
        organisation=organisation,
        year=year,
        corrections=[row for row in rows if queries.identity(row) not in taken],
        opened_at=clock.now(),
    )
    db.session.add(found)
    db.session.flush()
    return found


def close_review(instance_key: int, state: str, reason: str) -> None:
    """Keep what came of a review."""
    query = select(ConceptReview).where(ConceptReview.instance_key == instance_key).with_for_update()
    found = db.session.scalars(query).one()
    found.state, found.reason, found.closed_at = state, reason, clock.now()
    db.session.flush()
