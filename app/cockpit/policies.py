"""Who looks at a programme as a whole (roles.md §3): region and institute everything, a municipality its own."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound

REGION = ("region_head", "region_coordinator", "region_wg_member", "iro_head", "iro_coordinator", "auditor")
MUNICIPALITY = ("mouo_head", "municipal_coordinator", "programme_coordinator")
REMINDERS = ("region_coordinator", "iro_coordinator", *MUNICIPALITY)
"""Roles that remind those who are late, each at its own places."""


def may_see_cockpit(actor: Actor) -> bool:
    """Whether there is a cockpit for the actor."""
    return actor.system or actor.has_role(*REGION, *MUNICIPALITY)


def demand_cockpit(actor: Actor) -> None:
    """Refuse whom the cockpit does not exist for.

    Raises:
        NotFound: always for them.
    """
    if not may_see_cockpit(actor):
        raise NotFound()


def places(actor: Actor) -> frozenset[str] | None:
    """Codes of the organisations below which the actor looks; None: everywhere."""
    if actor.system or actor.has_role(*REGION):
        return None
    return frozenset(
        (held.path[1:2] or (held.organisation,))[0] for held in actor.assignments if held.role in MUNICIPALITY
    )


def may_remind(actor: Actor) -> bool:
    """Whether the actor may remind who is late at the places that they see."""
    return actor.system or actor.has_role(*REMINDERS)


def demand_reminding(actor: Actor) -> None:
    """Refuse who may look but not remind.

    Raises:
        Forbidden: always for them.
    """
    if not may_remind(actor):
        raise Forbidden(_l("The coordinators of the programme remind those who are late."))
