"""Who may see and do what with curators and experts (roles.md §3, row «Curators, experts»). Scope as SQL."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import ColumnElement, false, or_, select, true

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound
from app.people import queries as people
from app.people.models import Organisation

from .models import CuratorAppointment, Expert

WHOLE = (
    *("region_head", "region_coordinator", "region_wg_member"),
    *("iro_head", "iro_coordinator", "iro_methodist", "programme_developer", "course_leader", "auditor"),
)
"""Roles that see every appointment and expert."""
MUNICIPAL = ("mouo_head", "municipal_coordinator", "programme_coordinator", "municipal_wg_member", "mms_methodist")
SCHOOL = ("school_head", "deputy_head")
STAFF = ("teacher", "school_team_member")
"""See the name of their own school's curator, nothing more."""
CURATING = ("curator", "curator_500", "school_tutor", "expert_consultant")
REPLACING = ("iro_coordinator", "school_head")
"""Who presses «Заменить куратора» (processes.md, message map)."""
DISTRIBUTING = ("iro_coordinator", "mms_methodist")


def may_see(actor: Actor) -> bool:
    """Whether the register exists for the actor."""
    return actor.system or actor.has_role(*WHOLE, *MUNICIPAL, *SCHOOL, *CURATING)


def demand_sight(actor: Actor) -> None:
    """Refuse whom the register does not exist for.

    Raises:
        NotFound: always for them.
    """
    if not may_see(actor):
        raise NotFound()


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees every appointment."""
    return actor.system or actor.has_role(*WHOLE)


def municipalities(actor: Actor) -> frozenset[str]:
    """Municipalities for which the actor works."""
    found: set[str] = set()
    for held in actor.assignments:
        if held.role in MUNICIPAL:
            with suppress(NotFound):
                found.add(people.municipality_of(held.organisation) or held.organisation)
    return frozenset(found)


def appointments_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `CuratorAppointment` that the actor sees: of the own school or municipality; curators see their own."""
    if sees_all(actor):
        return true()
    ways: list[ColumnElement[bool]] = [CuratorAppointment.person == actor.login] if actor.login else []
    if places := municipalities(actor):
        ways.append(CuratorAppointment.municipality.in_(places))
    if own := actor.organisations(*SCHOOL):
        ways.append(CuratorAppointment.target.in_(own))
    return or_(*ways) if ways else false()


def experts_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `Expert` that the actor sees: institute and region all, a municipality its own, a person the own card."""
    if sees_all(actor):
        return true()
    ways: list[ColumnElement[bool]] = [Expert.login == actor.login] if actor.login else []
    places = municipalities(actor)
    roots = sorted({*places, *actor.organisations(*SCHOOL)})
    if roots:
        ways.append(Expert.organisation.in_(select(Organisation.code).where(Organisation.path.overlap(roots))))
    return or_(*ways) if ways else false()


def sees_target(actor: Actor, code: str) -> bool:
    """Whether the actor may know who looks after a school or municipality."""
    if sees_all(actor):
        return True
    try:
        path = people.organisation_path(code)
    except NotFound:
        return False
    if municipalities(actor).intersection(path) or actor.assigned("org").intersection(path):
        return True
    return code in actor.organisations(*SCHOOL, *STAFF)


def sees_facts(actor: Actor, code: str) -> bool:
    """Whether the actor sees orders, refusals and load of a target's curators (staff see the name only)."""
    return sees_target(actor, code) and may_see(actor)


def may_replace(actor: Actor, row: CuratorAppointment) -> bool:
    """Whether the actor may ask for another curator: the coordinator of the institute, the head of the school."""
    if actor.system or actor.has_role("iro_coordinator"):
        return True
    return row.target in actor.organisations("school_head")


def demand_replacing(actor: Actor, row: CuratorAppointment) -> None:
    """Refuse who may not ask for another curator.

    Raises:
        Forbidden: sees the appointment only.
    """
    if not may_replace(actor, row):
        raise Forbidden()
