"""Who may do what with organisations, people, roles and substitutions (roles.md §2 `admin`, §3 last rows, §4)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden

from .catalogue import head_roles


def may_administer(actor: Actor) -> bool:
    """Create and change organisations, people, accounts and roles: administrators (and the platform itself)."""
    return actor.system or actor.has_role("admin")


def may_see_administration(actor: Actor) -> bool:
    """Read the administration pages: administrators and auditors."""
    return may_administer(actor) or actor.has_role("auditor")


def demand_administration(actor: Actor) -> None:
    """Refuse everyone but administrators.

    Raises:
        Forbidden: the actor is none.
    """
    if not may_administer(actor):
        raise Forbidden(_l("Only administrators may do this."))


def demand_sight_of_administration(actor: Actor) -> None:
    """Refuse everyone but administrators and auditors.

    Raises:
        Forbidden: the actor is neither.
    """
    if not may_see_administration(actor):
        raise Forbidden(_l("Only administrators may do this."))


def may_use_directory(actor: Actor) -> bool:
    """Whether the actor may look up anybody but themselves."""
    from .catalogue import roles

    return any(roles()[role].directory != "none" for role in actor.roles if role in roles())


def heads_at(actor: Actor) -> frozenset[str]:
    """Codes of the organisations that the actor heads."""
    return actor.organisations(*head_roles()) if actor.has_role(*head_roles()) else frozenset()


def may_name_acting_head(actor: Actor, organisations: frozenset[str]) -> bool:
    """Whether the actor may give a head's signature away: administrators, and heads of all of these organisations."""
    return may_administer(actor) or (bool(organisations) and organisations <= heads_at(actor))
