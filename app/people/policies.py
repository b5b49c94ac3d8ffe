"""Who may do what with organisations, people, roles and substitutions (roles.md §2 `admin`, §3 last rows, §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden

from .catalogue import head_roles, roles

_SCHOOL = frozenset({"deputy_head", "school_team_member", "teacher"})
_MUNICIPALITY = _SCHOOL | {"school_head", "mms_methodist", "mmo_head", "municipal_wg_member"}
GRANTS: dict[str, frozenset[str]] = {
    "school_head": _SCHOOL,
    "municipal_coordinator": _MUNICIPALITY,
    "mouo_head": _MUNICIPALITY | {"municipal_coordinator", "programme_coordinator"},
}
"""Who looks after accounts beside the administrators: heads those of their school, coordinators and the head of the
municipal authority those of their municipality; and the roles that each may give. Nobody gives their own role or one
above it, and nobody touches the account of a person who holds another role than these."""


def may_administer(actor: Actor) -> bool:
    """Create and change organisations, people, accounts and roles: administrators (and the platform itself)."""
    return actor.system or actor.has_role("admin")


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody looks after accounts: an organisation with all below it, and the roles that may be given."""

    root: str
    grants: frozenset[str]


def reaches(actor: Actor) -> tuple[Reach, ...]:
    """Where the actor looks after accounts without being an administrator."""
    return tuple(
        Reach(_root(held.level, held.organisation, held.path), GRANTS[held.role])
        for held in actor.assignments
        if held.role in GRANTS and not held.objects
    )


def _root(level: str, organisation: str, path: tuple[str, ...]) -> str:
    """The municipality of a municipal role, also when it is held in the methodical service; else the organisation."""
    return path[1] if level == "municipality" and len(path) > 1 else organisation


def grantable(actor: Actor, path: Iterable[str]) -> frozenset[str]:
    """Roles that the actor may give in an organisation.

    Args:
        path: codes from the region down to the organisation.
    """
    if may_administer(actor):
        return frozenset(role.id for role in roles().values() if role.assignable)
    codes = frozenset(path)
    return frozenset(role for reach in reaches(actor) if reach.root in codes for role in reach.grants)


def keeps_accounts(actor: Actor) -> bool:
    """Whether the actor looks after accounts, everybody's or those of a school or municipality."""
    return may_administer(actor) or bool(reaches(actor))


def may_see_accounts(actor: Actor) -> bool:
    """Whether the pages of accounts exist for the actor."""
    return keeps_accounts(actor) or actor.has_role("auditor")


def demand_accounts(actor: Actor) -> None:
    """Refuse everyone who looks after nobody's account.

    Raises:
        Forbidden: the actor does not.
    """
    if not keeps_accounts(actor):
        raise Forbidden(_l("Accounts are looked after by administrators, heads and municipal coordinators."))


def demand_sight_of_accounts(actor: Actor) -> None:
    """Refuse everyone who neither looks after accounts nor audits.

    Raises:
        Forbidden: the actor does neither.
    """
    if not may_see_accounts(actor):
        raise Forbidden(_l("Accounts are looked after by administrators, heads and municipal coordinators."))


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
    return any(roles()[role].directory != "none" for role in actor.roles if role in roles())


def heads_at(actor: Actor) -> frozenset[str]:
    """Codes of the organisations that the actor heads."""
    return actor.organisations(*head_roles()) if actor.has_role(*head_roles()) else frozenset()


def may_name_acting_head(actor: Actor, organisations: frozenset[str]) -> bool:
    """Whether the actor may give a head's signature away: administrators, and heads of all of these organisations."""
    return may_administer(actor) or (bool(organisations) and organisations <= heads_at(actor))
