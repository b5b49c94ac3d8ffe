"""Who may see and do what with agreements (roles.md §3, «Agreements, partner activities»). Scope as SQL."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Organisation

from .models import Agreement, AgreementParty, NetworkGroup, SupportSite

WHOLE = (
    *("region_head", "region_coordinator", "region_wg_member"),
    *("iro_head", "iro_coordinator", "iro_methodist", "programme_developer", "course_leader", "editor", "auditor"),
    *("expert_commission_member", "attestation_commission_member"),
)
MUNICIPAL = ("mouo_head", "municipal_coordinator", "programme_coordinator", "municipal_wg_member", "mms_methodist")
SCHOOL = ("school_head", "deputy_head", "school_tutor", "teacher", "school_team_member")
"""Roles of a party: they see the agreements of their own school."""
HEADS = {"school": "school_head", "municipality": "mouo_head", "region": "iro_head"}
"""Who signs for a party, by the level of the organisation (the regional authority: its head)."""


def head_role(organisation: str) -> str:
    """Role of who signs for an organisation."""
    found = people.organisation(organisation)
    return "region_head" if found.kind == "region_authority" else HEADS.get(found.level, "iro_head")


def may_see(actor: Actor) -> bool:
    """Whether the register exists for the actor."""
    return actor.system or actor.has_role(*WHOLE, *MUNICIPAL, *SCHOOL) or bool(actor.assigned("org"))


def demand_sight(actor: Actor) -> None:
    """Refuse whom the register does not exist for.

    Raises:
        NotFound: always for them.
    """
    if not may_see(actor):
        raise NotFound()


def places(actor: Actor) -> tuple[frozenset[str], frozenset[str]]:
    """Organisations and municipalities whose agreements the actor sees."""
    schools = actor.organisations(*SCHOOL) | actor.assigned("org")
    municipal: set[str] = set()
    for held in actor.assignments:
        if held.role in MUNICIPAL:
            with suppress(NotFound):
                municipal.add(people.municipality_of(held.organisation) or held.organisation)
    return schools, frozenset(municipal)


def agreements_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `Agreement` of which a party lies in the actor's scope."""
    if actor.system or actor.has_role(*WHOLE):
        return true()
    schools, municipal = places(actor)
    if not schools and not municipal:
        return false()
    ways: Iterable[ColumnElement[bool]] = (
        AgreementParty.organisation.in_(schools | municipal),
        AgreementParty.municipality.in_(municipal),
    )
    return Agreement.key.in_(select(AgreementParty.agreement_key).where(or_(*ways)))


def sites_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `SupportSite`: tutor schools and base sites are known to everybody who may have a partner."""
    return SupportSite.state != "removed" if not actor.has_role(*WHOLE) and not actor.system else true()


def groups_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `NetworkGroup` of which a member lies in the actor's scope: the problem is the members' own."""
    if actor.system or actor.has_role(*WHOLE):
        return true()
    schools, municipal = places(actor)
    within = or_(Organisation.code.in_(schools | municipal), Organisation.path.overlap(sorted(municipal)))
    return exists().where(within, NetworkGroup.members.op("?", is_comparison=True)(Organisation.code))


def heads_party(actor: Actor, row: Agreement) -> str | None:
    """The party for which the actor signs; None when for none."""
    for party in row.parties:
        if party.organisation in actor.organisations(head_role(party.organisation)):
            return party.organisation
    return None
