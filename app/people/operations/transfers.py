"""A person goes to work in another organisation: roles, and whatever runs about them, go along."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit.operations import record_event
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid

from ..catalogue import roles
from ..memory import people_changed
from ..models import Organisation, Person, RoleAssignment
from .authority import demand_authority, demand_place
from .persons import locked_person
from .roles import assign_role, end_role

Follower = Callable[[Actor, str, str, str], int]
_followers: list[Follower] = []


def on_transfer(follow: Follower) -> Follower:
    """Register what goes along with a person: (actor, login, code before, code after) -> how many things went."""
    _followers.append(follow)
    return follow


def transfer_person(actor: Actor, login: str, organisation: str, *, position: str = "") -> int:
    """Move a person to another organisation.

    Roles held in the old one are ended; those that may be held in the new one begin there. A head's role never goes
    along: whoever heads the new organisation is somebody else's decision. A role for one object (a course, a case)
    ends: the object stays where it is.

    Returns:
        How many running things (courses, processes) went along.

    Raises:
        Forbidden: the account is not the actor's to look after, or the new place is not.
        NotFound: no such login in the actor's reach.
        Invalid: the person works there already, or there is no such organisation.
    """
    demand_authority(actor, login)
    place = db.session.get(Organisation, organisation)
    if place is None or not place.active:
        raise Invalid(errors={"organisation": [_l("There is no such organisation.")]})
    demand_place(actor, organisation)
    person = locked_person(login)
    before = person.organisation_code
    if before == organisation or before is None:
        raise Invalid(errors={"organisation": [_l("The person works there already.")]})
    moved = _move_roles(actor, login, person, place)
    person.organisation_code = organisation
    person.position = position or person.position
    people_changed()
    db.session.flush()
    count = sum(follow(actor, login, before, organisation) for follow in _followers)
    facts = {"roles": moved, "went_along": count}
    record_event(
        actor, "person", login, "transfer", changes={"organisation_code": (before, organisation)}, details=facts
    )
    return count


def _move_roles(actor: Actor, login: str, person: Person, place: Organisation) -> list[str]:
    held = db.session.scalars(
        select(RoleAssignment).where(
            RoleAssignment.person_id == person.id,
            RoleAssignment.organisation_code == person.organisation_code,
            RoleAssignment.ended_at.is_(None),
        )
    ).all()
    moved = []
    for row in held:
        role = roles()[row.role]
        end_role(actor, row.id)
        if row.object_kind is None and not role.head and (not role.kinds or place.kind in role.kinds):
            assign_role(actor, login, row.role, place.code, valid_from=row.valid_from, valid_to=row.valid_to)
            moved.append(row.role)
    return moved
