"""Programmes and their roadmaps, in scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from .. import policies
from ..models import Roadmap, SupportProgramme
from ..models.programmes import ACTIVE, DRAFT


def programmes(
    actor: Actor, q: str = "", *, kind: str = "", organisation: str = "", year: int | None = None, state: str = ""
) -> Select[SupportProgramme]:
    """Programmes that the actor may see, the newest period first, as a statement to page through.

    Args:
        q: part of title or code.
        organisation: code; programmes of exactly this organisation.
        year: programmes whose period touches it.
    """
    query = select(SupportProgramme).where(policies.in_scope(actor))
    if q:
        found = or_(
            SupportProgramme.title.icontains(q, autoescape=True), SupportProgramme.code.icontains(q, autoescape=True)
        )
        query = query.where(found)
    for column, value in (
        (SupportProgramme.kind, kind),
        (SupportProgramme.organisation, organisation),
        (SupportProgramme.state, state),
    ):
        if value:
            query = query.where(column == value)
    if year is not None:
        first, last = SupportProgramme.period_from, SupportProgramme.period_to
        query = query.where(first <= f"{year}-12-31", last >= f"{year}-01-01")
    return query.order_by(SupportProgramme.period_from.desc(), SupportProgramme.kind.desc(), SupportProgramme.code)


def programme(actor: Actor, code: str) -> SupportProgramme:
    """One programme.

    Raises:
        NotFound: there is none in the actor's scope.
    """
    query = select(SupportProgramme).where(SupportProgramme.code == code, policies.in_scope(actor))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def programme_by_key(key: int) -> SupportProgramme:
    """A programme for code that has judged by itself who may see it.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(SupportProgramme, key)
    if found is None:
        raise NotFound()
    return found


def in_force(organisation: str, year: int) -> SupportProgramme | None:
    """The programme of an organisation that is in force in a year, the latest of several; for code that judges by
    itself who may see it."""
    query = select(SupportProgramme).where(
        SupportProgramme.organisation == organisation,
        SupportProgramme.state == ACTIVE,
        SupportProgramme.period_from <= date(year, 12, 31),
        SupportProgramme.period_to >= date(year, 1, 1),
    )
    return db.session.scalars(query.order_by(SupportProgramme.period_from.desc(), SupportProgramme.code)).first()


def published(code: str) -> SupportProgramme:
    """A programme that an order of its municipality put in force; everybody may read it.

    Raises:
        NotFound: there is none, or it is no such programme.
    """
    query = select(SupportProgramme).where(
        SupportProgramme.code == code, SupportProgramme.state != DRAFT, SupportProgramme.order_on.is_not(None)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def children(actor: Actor, parent: SupportProgramme) -> Sequence[SupportProgramme]:
    """Programmes that stand directly in this one (region → municipality → school), in the actor's scope."""
    query = select(SupportProgramme).where(SupportProgramme.parent_key == parent.key, policies.in_scope(actor))
    return db.session.scalars(query.order_by(SupportProgramme.organisation, SupportProgramme.code)).all()


def cycle_of(actor: Actor, found: SupportProgramme) -> Sequence[SupportProgramme]:
    """The programmes of the same cycle at the same place, by period: last year's, this one, next year's."""
    query = select(SupportProgramme).where(
        SupportProgramme.cycle == found.cycle,
        SupportProgramme.organisation == found.organisation,
        policies.in_scope(actor),
    )
    return db.session.scalars(query.order_by(SupportProgramme.period_from)).all()


def roadmap_of(programme_key: int) -> Roadmap | None:
    """The roadmap of a programme; None while it has none."""
    return db.session.scalar(select(Roadmap).where(Roadmap.programme_key == programme_key))


def unplanned(year: int) -> Sequence[Roadmap]:
    """Roadmaps of a year that no order has approved yet, for the process that plans them."""
    query = select(Roadmap).join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)
    first, last = SupportProgramme.period_from, SupportProgramme.period_to
    query = query.where(Roadmap.state == "draft", SupportProgramme.state != "closed")
    query = query.where(first <= date(year, 12, 31), last >= date(year, 1, 1))
    return db.session.scalars(query.order_by(SupportProgramme.organisation, SupportProgramme.code)).all()
