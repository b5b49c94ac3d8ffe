"""Who may see and do what with schools (roles.md §3). Scope as SQL lives here, so that no query forgets it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, or_, true

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound
from app.people import queries as people
from app.people.models import Organisation

SCHOOL_ROLES = ("school_head", "deputy_head")
MUNICIPAL = (
    *("mouo_head", "municipal_coordinator", "programme_coordinator", "municipal_wg_member"),
    *("mms_methodist", "mmo_head"),
)
REGIONAL = ("region_head", "region_coordinator", "region_wg_member")
INSTITUTE = (
    *("iro_head", "iro_coordinator", "iro_methodist", "programme_developer", "course_leader"),
    *("expert_commission_member", "attestation_commission_member", "editor"),
)
CMOKO = ("cmoko_analyst", "cmoko_attestation")
WHOLE = (*REGIONAL, *INSTITUTE, *CMOKO, "auditor")
"""Roles that see every school of the region with its context, results and index."""
READERS = (*SCHOOL_ROLES, *MUNICIPAL, *WHOLE)


def may_see_schools(actor: Actor) -> bool:
    """Whether the register of schools exists for the actor."""
    return actor.system or actor.has_role(*READERS) or bool(actor.assigned("org"))


def demand_sight(actor: Actor) -> None:
    """Refuse whom the register does not exist for.

    Raises:
        NotFound: always for them.
    """
    if not may_see_schools(actor):
        raise NotFound()


def schools_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `Organisation` (schools) whose context, results and index the actor may see."""
    if actor.system or actor.has_role(*WHOLE):
        return true()
    conditions: list[ColumnElement[bool]] = [Organisation.path.contains([code]) for code in municipalities(actor)]
    own = actor.organisations(*SCHOOL_ROLES)
    if own:
        conditions.append(Organisation.code.in_(own))
    looked_after = actor.assigned("org")
    if looked_after:  # of curators, consultants and tutors: «assigned for curators»
        conditions.append(Organisation.path.overlap(sorted(looked_after)))
    return or_(*conditions) if conditions else false()


def municipalities(actor: Actor) -> frozenset[str]:
    """Codes of the municipalities for which the actor works."""
    codes: set[str] = set()
    for held in actor.assignments:
        if held.role in MUNICIPAL:
            codes.update(held.path[1:2] or (held.organisation,))
    return frozenset(codes)


def may_keep_groups(actor: Actor) -> bool:
    """Whether the actor makes groups of schools and puts schools into them: the coordinators of the region."""
    return actor.system or actor.has_role("region_coordinator")


def demand_groups(actor: Actor) -> None:
    """Refuse who may not change groups.

    Raises:
        Forbidden: sees the schools only.
        NotFound: sees no schools.
    """
    demand_sight(actor)
    if not may_keep_groups(actor):
        raise Forbidden(_l("The regional coordinator keeps the groups of schools."))


def may_import_results(actor: Actor) -> bool:
    """Whether the actor imports results of ВПР, ОГЭ and ЕГЭ: the analysts of ЦМОКО."""
    return actor.system or actor.has_role("cmoko_analyst")


def demand_context_author(actor: Actor, school: str) -> None:
    """Refuse who may not enter the data of a school: its head and deputies, and the coordinator of its municipality.

    Raises:
        Forbidden: sees them only.
        NotFound: does not see the school.
    """
    if actor.system or school in actor.organisations(*SCHOOL_ROLES):
        return
    if _coordinates(actor, school):
        return
    demand_sight(actor)
    raise Forbidden(_l("The head of the school enters these data."))


def demand_context_confirmer(actor: Actor, municipality: str) -> None:
    """Refuse who may not confirm the data of a municipality's schools.

    Raises:
        Forbidden: sees them only.
        NotFound: sees no schools.
    """
    if actor.system or _coordinates(actor, municipality):
        return
    demand_sight(actor)
    raise Forbidden(_l("The municipal coordinator confirms these data."))


def demand_list_maker(actor: Actor) -> None:
    """Refuse who may not change a list of schools: it is made by the process, and by the regional coordinator.

    Raises:
        Forbidden: sees the list only.
        NotFound: sees no schools.
    """
    if actor.system or actor.has_role("region_coordinator"):
        return
    demand_sight(actor)
    raise Forbidden(_l("The regional coordinator keeps the lists of schools."))


def _coordinates(actor: Actor, organisation: str) -> bool:
    """Whether the organisation lies in a municipality that the actor coordinates."""
    path = people.organisation_path(organisation)
    return any(held.role == "municipal_coordinator" and held.organisation in path for held in actor.assignments)


TEACHERS = ("teacher", "school_team_member")
"""See the approved list for their own school (roles.md §3)."""


def demand_lists(actor: Actor) -> None:
    """Refuse whom the lists do not exist for.

    Raises:
        NotFound: always for them.
    """
    if not may_see_lists(actor):
        raise NotFound()


def may_see_lists(actor: Actor) -> bool:
    """Whether lists of schools exist for the actor."""
    return may_see_schools(actor) or actor.has_role(*TEACHERS)


def sees_drafts(actor: Actor) -> bool:
    """Whether the actor sees drafts of the region's list with its objections and calculations."""
    return actor.system or actor.has_role(*REGIONAL, *CMOKO, "iro_coordinator", "auditor")


def disputes_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `Organisation` whose objections and their settlement the actor may see: the regional office and the
    coordinator everywhere, a municipality in its schools; heads, curators and others never (roles.md §3)."""
    if sees_drafts(actor):
        return true()
    return or_(false(), *(Organisation.path.contains([code]) for code in municipalities(actor)))


def may_see_disputes(actor: Actor) -> bool:
    """Whether there are objections that the actor may see."""
    return sees_drafts(actor) or bool(municipalities(actor))


def list_rows_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `Organisation` that the actor may see on a list."""
    own = actor.organisations(*TEACHERS)
    return or_(schools_in_scope(actor), Organisation.code.in_(own)) if own else schools_in_scope(actor)
