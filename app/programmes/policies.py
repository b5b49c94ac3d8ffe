"""Who may see and do what with programmes and roadmaps (roles.md §3). Scope as SQL lives here.

A programme in force is published: everybody whom its organisation stands above sees it. Drafts are seen by who keeps
them, the region, the institute and auditors; a municipality sees what its schools plan.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, or_, select, true

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound
from app.people.models import Organisation

from .models import SupportProgramme
from .models.programmes import DRAFT, MUNICIPALITY, REGION

SCHOOL_ROLES = ("school_head", "deputy_head")
MUNICIPAL = ("mouo_head", "municipal_coordinator", "programme_coordinator", "municipal_wg_member", "mms_methodist")
REGIONAL = ("region_head", "region_coordinator", "region_wg_member")
INSTITUTE = ("iro_head", "iro_coordinator", "iro_methodist", "programme_developer", "course_leader")
WHOLE = (*REGIONAL, *INSTITUTE, "auditor")
READERS = (*SCHOOL_ROLES, *MUNICIPAL, *WHOLE, "teacher", "school_team_member", "mmo_head", "cmoko_analyst")
KEEPERS = {
    REGION: ("region_coordinator", "iro_coordinator"),
    MUNICIPALITY: ("municipal_coordinator", "programme_coordinator"),
    "school": ("school_head",),
}
"""Roles that keep the programmes of a level at their own place."""


def may_see_programmes(actor: Actor) -> bool:
    """Whether programmes exist for the actor."""
    return actor.system or actor.has_role(*READERS)


def demand_sight(actor: Actor) -> None:
    """Refuse whom programmes do not exist for.

    Raises:
        NotFound: always for them.
    """
    if not may_see_programmes(actor):
        raise NotFound()


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of `SupportProgramme` that the actor may see."""
    if actor.system or actor.has_role(*WHOLE):
        return true()
    if not may_see_programmes(actor):
        return false()
    above = {code for held in actor.assignments for code in held.path}
    published = SupportProgramme.organisation.in_(above) & (SupportProgramme.state != DRAFT)
    conditions: list[ColumnElement[bool]] = [published]
    for code in municipalities(actor):
        inside = select(Organisation.code).where(Organisation.path.contains([code]))
        conditions.append(SupportProgramme.organisation.in_(inside))
    own = actor.organisations(*SCHOOL_ROLES)
    if own:
        conditions.append(SupportProgramme.organisation.in_(own))
    return or_(*conditions)


def municipalities(actor: Actor) -> frozenset[str]:
    """Codes of the municipalities for which the actor works."""
    codes: set[str] = set()
    for held in actor.assignments:
        if held.role in MUNICIPAL:
            codes.update(held.path[1:2] or (held.organisation,))
    return frozenset(codes)


def keeps(actor: Actor, kind: str, organisation: str) -> bool:
    """Whether the actor keeps programmes of a kind at a place: plans, imports, changes, moves stages."""
    if actor.system:
        return True
    roles = KEEPERS[kind]
    if kind == REGION:
        return actor.has_role(*roles)
    return any(held.role in roles and organisation in held.path for held in actor.assignments)


def may_keep(actor: Actor, programme: SupportProgramme) -> bool:
    """The same for a programme."""
    return keeps(actor, programme.kind, programme.organisation)


def demand_keeper(actor: Actor, programme: SupportProgramme) -> None:
    """Refuse who may see the programme but does not keep it.

    Raises:
        Forbidden: always for them.
    """
    if not may_keep(actor, programme):
        raise Forbidden(_l("The coordinators of the programme keep it."))


def may_start_programmes(actor: Actor) -> bool:
    """Whether the actor may write down a new programme somewhere."""
    return actor.has_role(*(role for roles in KEEPERS.values() for role in roles))


def may_request(actor: Actor, kind: str, organisation: str) -> bool:
    """Whether the actor may ask for a measure that is held on request (SOS-05): heads of schools below, keepers."""
    if keeps(actor, kind, organisation):
        return True
    return any(held.role in SCHOOL_ROLES and organisation in held.path for held in actor.assignments)
