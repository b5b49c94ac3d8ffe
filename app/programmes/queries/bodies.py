"""Bodies and sites of support, in scope: who sees the place sees them (roles.md §3: orders, protocols, bodies)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select, true

from app.documents import queries as documents
from app.documents.models import Document
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Organisation

from .. import policies
from ..models import Body, BodyMember


def _scope(actor: Actor) -> ColumnElement[bool]:
    if actor.system or actor.has_role(*policies.WHOLE):
        return true()
    above = {code for held in actor.assignments for code in held.path}
    sits = select(BodyMember.body_key).where(BodyMember.login == actor.login)
    if not policies.may_see_programmes(actor):
        return Body.key.in_(sits)
    conditions: list[ColumnElement[bool]] = [Body.organisation.in_(above), Body.key.in_(sits)]
    for code in policies.municipalities(actor):
        inside = select(Organisation.code).where(Organisation.path.contains([code]))
        conditions.append(Body.organisation.in_(inside))
    return or_(*conditions)


def bodies(actor: Actor, q: str = "", *, kind: str = "", organisation: str = "") -> Select[Body]:
    """Bodies that the actor may see, by kind and title, as a statement to page through."""
    query = select(Body).where(_scope(actor))
    if q:
        query = query.where(Body.title.icontains(q, autoescape=True))
    if kind:
        query = query.where(Body.kind == kind)
    if organisation:
        query = query.where(Body.organisation == organisation)
    return query.order_by(Body.state, Body.kind, Body.title)


def body(actor: Actor, code: str) -> Body:
    """One body.

    Raises:
        NotFound: there is none in the actor's scope.
    """
    found = db.session.scalar(select(Body).where(Body.code == code, _scope(actor)))
    if found is None:
        raise NotFound()
    return found


def bodies_of(actor: Actor, organisation: str) -> Sequence[Body]:
    """Active bodies of one place."""
    return db.session.scalars(bodies(actor, organisation=organisation).where(Body.state == "active")).all()


def protocols(actor: Actor, found: Body) -> Sequence[Document]:
    """Protocols of a body that the actor may see, the newest first: their numbers run per body and year."""
    if not found.meeting_body:
        return []
    statement = documents.documents(actor, "meeting_protocol").where(
        Document.organisation == found.organisation, Document.data["body"].as_string() == found.meeting_body
    )
    return db.session.scalars(statement.limit(100)).all()
