"""Agreements by party and municipality; tutor schools and base sites."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Organisation
from app.schools.queries.registry import codes_in_scope

from ..models import SIGNED, VALID, Agreement, AgreementParty, NetworkGroup, SupportSite
from ..policies import agreements_in_scope, demand_sight, groups_in_scope, sites_in_scope


@dataclass(frozen=True, slots=True)
class AgreementFilter:
    """What a list is narrowed to; empty means all.

    Attributes:
        q: part of subject, number or of a party's name.
        state: one of the agreement's, or `valid`.
        organisation: one of the parties.
    """

    q: str = ""
    kind: str = ""
    state: str = ""
    municipality: str = ""
    organisation: str = ""


def agreements(actor: Actor, wanted: AgreementFilter | None = None) -> Select[Agreement]:
    """Agreements in the actor's scope, the newest first, as a statement to page through."""
    demand_sight(actor)
    wanted = wanted or AgreementFilter()
    statement = (
        select(Agreement)
        .where(agreements_in_scope(actor))
        .order_by(Agreement.signed_on.desc().nulls_first(), Agreement.key.desc())
    )
    if wanted.q:
        named = (
            select(AgreementParty.agreement_key)
            .join(Organisation, Organisation.code == AgreementParty.organisation)
            .where(or_(*(each.icontains(wanted.q, autoescape=True) for each in _NAMES)))
        )
        words = (Agreement.subject.icontains(wanted.q, autoescape=True), Agreement.number == wanted.q)
        statement = statement.where(or_(*words, Agreement.key.in_(named)))
    if wanted.kind:
        statement = statement.where(Agreement.kind == wanted.kind)
    if wanted.state:
        statement = statement.where(Agreement.state.in_(VALID if wanted.state == "valid" else (wanted.state,)))
    for column, value in (
        (AgreementParty.municipality, wanted.municipality),
        (AgreementParty.organisation, wanted.organisation),
    ):
        if value:
            statement = statement.where(Agreement.key.in_(select(AgreementParty.agreement_key).where(column == value)))
    return statement


_NAMES = (Organisation.name, Organisation.short_name)


def agreement(actor: Actor, key: int) -> Agreement:
    """One agreement.

    Raises:
        NotFound: no such agreement, or out of scope.
    """
    found = db.session.scalar(select(Agreement).where(Agreement.key == key, agreements_in_scope(actor)))
    if found is None:
        raise NotFound()
    return found


def of_organisation(actor: Actor, code: str) -> list[Agreement]:
    """Agreements of which an organisation is a party, as far as the actor sees them."""
    return list(db.session.scalars(agreements(actor, AgreementFilter(organisation=code))))


def valid_of(code: str) -> list[Agreement]:
    """Agreements that hold today of which an organisation is a party, for the process that drafts another."""
    query = select(Agreement).join(AgreementParty).where(AgreementParty.organisation == code)
    query = query.where(Agreement.state.in_(VALID), Agreement.term_to >= clock.today())
    return list(db.session.scalars(query.order_by(Agreement.term_to, Agreement.key)))


def signed_schools(codes: Collection[str], *, valid_only: bool = True) -> set[str]:
    """Those of the schools that are a party of a signed agreement (LEB-05, YAR-06).

    Args:
        valid_only: only agreements that hold today, else also those that were fulfilled or ended.
    """
    query = (
        select(AgreementParty.organisation)
        .join(Agreement, Agreement.key == AgreementParty.agreement_key)
        .where(AgreementParty.organisation.in_(codes), Agreement.state.in_(VALID if valid_only else SIGNED))
    )
    if valid_only:
        query = query.where(Agreement.term_to >= clock.today())
    return set(db.session.scalars(query.distinct()))


def sites(actor: Actor, *, municipality: str = "") -> Select[SupportSite]:
    """Tutor schools and base sites, by school."""
    demand_sight(actor)
    statement = select(SupportSite).where(sites_in_scope(actor)).order_by(SupportSite.school, SupportSite.key)
    return statement.where(SupportSite.municipality == municipality) if municipality else statement


def grounds_seen(actor: Actor) -> frozenset[str]:
    """Schools of sites whose grounds the actor may read: they quote results."""
    return codes_in_scope(actor, set(db.session.scalars(select(SupportSite.school).distinct())))


def network_groups(actor: Actor) -> Sequence[NetworkGroup]:
    """Inter-school groups with a member in the actor's scope, the latest first."""
    demand_sight(actor)
    query = select(NetworkGroup).where(groups_in_scope(actor))
    return db.session.scalars(query.order_by(NetworkGroup.until.desc(), NetworkGroup.title)).all()
