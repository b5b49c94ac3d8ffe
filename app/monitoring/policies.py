"""Who may see and do what in the monitoring (roles.md §3). Scope as SQL lives here, so that no query forgets it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from app.kernel.actor import Actor
from app.kernel.errors import NotFound

from .models import MonitoringSchool, MunicipalCell

SCHOOL = ("school_head", "deputy_head")
MUNICIPAL = ("mouo_head", "municipal_coordinator", "programme_coordinator", "municipal_wg_member", "mms_methodist")
REGIONAL = (
    *("region_head", "region_coordinator", "region_wg_member", "iro_head", "iro_coordinator", "iro_methodist"),
    *("cmoko_analyst", "expert_consultant", "auditor"),
)
CURATORS = ("curator", "curator_500")


def may_open(actor: Actor) -> bool:
    """Whether the pages of the school monitoring exist for the actor."""
    return actor.system or actor.has_role(*SCHOOL, *MUNICIPAL, *REGIONAL, *CURATORS)


def sees_region(actor: Actor) -> bool:
    """Whether all schools and municipalities are in the actor's scope."""
    return actor.system or actor.has_role(*REGIONAL)


def own_municipalities(actor: Actor) -> frozenset[str]:
    """Municipalities for which the actor works."""
    return frozenset(
        (each.path[1:2] or (each.organisation,))[0] for each in actor.assignments if each.role in MUNICIPAL
    )


def looked_after(actor: Actor) -> frozenset[str]:
    """Schools that a curator is assigned to (objects `org:<code>` of the role)."""
    return frozenset(
        each.removeprefix("org:")
        for assignment in actor.assignments
        if assignment.role in CURATORS
        for each in assignment.objects
        if each.startswith("org:")
    )


def schools_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `MonitoringSchool` that the actor may see."""
    if sees_region(actor):
        return true()
    conditions: list[ColumnElement[bool]] = [
        MonitoringSchool.school.in_(actor.organisations(*SCHOOL) | looked_after(actor)),
        MonitoringSchool.municipality.in_(own_municipalities(actor)),
    ]
    return or_(*conditions) if may_open(actor) else false()


def sees_school(actor: Actor, of: MonitoringSchool) -> bool:
    """The same for a row at hand."""
    return (
        sees_region(actor)
        or of.school in actor.organisations(*SCHOOL) | looked_after(actor)
        or of.municipality in own_municipalities(actor)
    )


def demand_sight(actor: Actor, of: MonitoringSchool) -> MonitoringSchool:
    """The row, where the actor may see it.

    Raises:
        NotFound: out of scope.
    """
    if not sees_school(actor, of):
        raise NotFound()
    return of


def may_hand_out(actor: Actor, of: MonitoringSchool) -> bool:
    """Whether the actor prints the codes of a school: its management only."""
    return of.school in actor.organisations(*SCHOOL)


def sees_levels(actor: Actor, of: MonitoringSchool) -> bool:
    """Whether teachers' competences are shown by name: own teachers, own curator, auditor (roles.md §3)."""
    return of.school in actor.organisations(*SCHOOL) | looked_after(actor) or actor.has_role("auditor")


def may_open_municipal(actor: Actor) -> bool:
    """Whether the municipal table exists for the actor: the region, and each municipality its own column."""
    return sees_region(actor) or bool(own_municipalities(actor))


def cells_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Cells that the actor may see."""
    return true() if sees_region(actor) else MunicipalCell.municipality.in_(own_municipalities(actor))
