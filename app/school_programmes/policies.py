"""Who may see and do what with school programmes (roles.md §3, «School programme, stage reports, …»). Scope as SQL."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound
from app.people.models import Organisation

from .models import SchoolProgramme

WHOLE = ("region_head", "region_coordinator", "region_wg_member", "iro_coordinator", "auditor")
"""Roles that see the programmes of all schools."""
MUNICIPAL = (
    *("mouo_head", "municipal_coordinator", "programme_coordinator", "municipal_wg_member"),
    *("mms_methodist", "mmo_head"),
)
SCHOOL = ("school_head", "deputy_head", "school_team_member")
CURATING = ("curator", "curator_500", "school_tutor", "expert_consultant")
STOPPING = ("municipal_coordinator", "region_coordinator")
"""Who stops a programme by an order: the owner of the process, and the coordinator of the region."""


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
    """Whether the actor sees the programmes of all schools."""
    return actor.system or actor.has_role(*WHOLE)


def in_scope(actor: Actor, school: Any = SchoolProgramme.school) -> ColumnElement[bool]:
    """Rows about schools that the actor sees: the own school, the own municipality, those looked after.

    Args:
        school: the column with the school's code.
    """
    if sees_all(actor):
        return true()
    ways: list[ColumnElement[bool]] = []
    roots = sorted({*municipalities(actor), *actor.assigned("org")})
    if roots:
        ways.append(school.in_(select(Organisation.code).where(Organisation.path.overlap(roots))))
    if own := actor.organisations(*SCHOOL):
        ways.append(school.in_(own))
    return or_(*ways) if ways else false()


def municipalities(actor: Actor, roles: Collection[str] = MUNICIPAL) -> frozenset[str]:
    """Codes of the municipalities for which the actor works in one of the roles."""
    held = (each for each in actor.assignments if each.role in roles)
    return frozenset(code for each in held for code in (each.path[1:2] or (each.organisation,)))


def may_stop(actor: Actor, row: SchoolProgramme) -> bool:
    """Whether the actor may stop a programme: the school left the list or was reorganised."""
    if actor.system or actor.has_role("region_coordinator"):
        return True
    return row.municipality in municipalities(actor, ("municipal_coordinator",))


def demand_stopping(actor: Actor, row: SchoolProgramme) -> None:
    """Refuse who may not stop a programme.

    Raises:
        Forbidden: sees it only.
    """
    if not may_stop(actor, row):
        raise Forbidden()
