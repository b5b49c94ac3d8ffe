"""Whose account the actor may look after, and which roles they may give: checked by every verb on accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, NotFound

from ..models import Account, Organisation, Person, RoleAssignment, SubstitutionRecord
from ..policies import demand_accounts, grantable, may_administer
from ..queries.reach import in_reach


def demand_authority(actor: Actor, login: str) -> None:
    """Refuse to touch an account that is not the actor's to look after.

    Raises:
        NotFound: no such account within the actor's reach.
        Forbidden: the actor looks after no accounts, or the person also holds, or substitutes somebody in, a role
            that the actor may not give: whoever sets that person's password could act in that role.
    """
    demand_accounts(actor)
    query = select(Person.id).join(Account, Account.person_id == Person.id).where(Account.login == login)
    person_id = db.session.scalar(query.where(in_reach(actor)))
    if person_id is None:
        raise NotFound()
    if may_administer(actor):
        return
    if person_id == actor.person_id:
        raise Forbidden(_l("Your own account is looked after by your superior or the administrator."))
    if not all(role in grantable(actor, path) for role, path in _held(person_id)):
        raise Forbidden(
            _l("This person also has a role that you do not give. Their account is looked after by the administrator.")
        )
    if not all(role in grantable(actor, path) for role, path in _substituted(person_id, actor)):
        raise Forbidden(
            _l(
                "This person substitutes somebody whose role you do not give. Their account is looked after by the "
                "administrator."
            )
        )


def may_look_after(actor: Actor, login: str) -> bool:
    """Whether the account is the actor's to look after."""
    try:
        demand_authority(actor, login)
    except (Forbidden, NotFound):
        return False
    return True


def demand_in_reach(actor: Actor, login: str) -> None:
    """Refuse to act on a person of another place.

    Raises:
        NotFound: no such account within the actor's reach.
    """
    if may_administer(actor):
        return
    query = select(Person.id).join(Account, Account.person_id == Person.id).where(Account.login == login)
    if db.session.scalar(query.where(in_reach(actor))) is None:
        raise NotFound()


def demand_place(actor: Actor, code: str | None) -> None:
    """Refuse to let people work in an organisation out of the actor's reach.

    Raises:
        Forbidden: the actor looks after no accounts there.
    """
    demand_accounts(actor)
    if not may_administer(actor):
        demand_at_place(actor, db.session.get(Organisation, code) if code else None)


def demand_at_place(actor: Actor, organisation: Organisation | None) -> None:
    """`demand_place` for an organisation that is loaded already.

    Raises:
        Forbidden: the actor looks after no accounts there.
    """
    if may_administer(actor):
        return
    if organisation is None or not grantable(actor, organisation.path):
        raise Forbidden(_l("You look after the accounts of your own organisation only."))


def demand_grant(actor: Actor, role: str, code: str) -> None:
    """Refuse to give or end a role that is not the actor's to give there.

    Raises:
        Forbidden: it is not.
    """
    demand_accounts(actor)
    if not may_administer(actor):
        demand_grant_at(actor, role, db.session.get(Organisation, code))


def demand_grant_at(actor: Actor, role: str, organisation: Organisation | None) -> None:
    """`demand_grant` for an organisation that is loaded already.

    Raises:
        Forbidden: the role is not the actor's to give there.
    """
    if may_administer(actor):
        return
    if organisation is None or role not in grantable(actor, organisation.path):
        raise Forbidden(_l("You may not give this role in this organisation."))


def _held(person_id: int) -> list[tuple[str, list[str]]]:
    """Running roles of a person (those that begin later too), with the path of their organisation."""
    rows = db.session.execute(
        select(RoleAssignment.role, Organisation.path)
        .join(Organisation, Organisation.code == RoleAssignment.organisation_code)
        .where(RoleAssignment.person_id == person_id, RoleAssignment.ended_at.is_(None))
    )
    return [(role, path) for role, path in rows]


def _substituted(person_id: int, actor: Actor) -> list[tuple[str, list[str]]]:
    """Roles in which a person substitutes others, now or later; for the actor's own they may act anyway."""
    rows = db.session.execute(
        select(RoleAssignment.role, Organisation.path, SubstitutionRecord.roles)
        .join(Organisation, Organisation.code == RoleAssignment.organisation_code)
        .join(SubstitutionRecord, SubstitutionRecord.person_id == RoleAssignment.person_id)
        .where(
            SubstitutionRecord.substitute_id == person_id,
            SubstitutionRecord.person_id != actor.person_id,
            SubstitutionRecord.ended_at.is_(None),
            SubstitutionRecord.last_day >= clock.today(),
            RoleAssignment.ended_at.is_(None),
        )
    )
    return [(role, path) for role, path, covered in rows if not covered or role in covered]
