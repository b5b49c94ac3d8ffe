"""Who may look up whom (roles.md §3, row «Accounts, roles, organisations»): the scope is in the statement."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..catalogue import roles
from ..models import Account, Organisation, Person, RoleAssignment
from .organisations import municipality_of

_Absent = aliased(Person)


def directory(actor: Actor, q: str = "", *, role: str | None = None, organisation: str | None = None) -> Select[Person]:
    """People with open accounts whom the actor may look up, by name, as a statement to page through.

    Heads and deputies see the staff of their school, municipal roles their municipality, regional ones everyone, who
    looks after a school or municipality the staff there, the rest only themselves. Rows are `Person` with `account` and
    `organisation` loaded.

    Args:
        q: part of the name or position.
        role: only today's holders of this role.
        organisation: only people who work or hold a role in this organisation or below it.
    """
    statement = (
        select(Person)
        .join(Person.account)
        .outerjoin(Person.organisation)
        .options(contains_eager(Person.account), contains_eager(Person.organisation))
        .where(Account.active, visible_person(actor))
        .order_by(Person.last_name, Person.first_name, Person.middle_name, Person.id)
    )
    if q:
        statement = statement.where(matches_words(q))
    if role:
        statement = statement.where(holds_role(role))
    if organisation:
        statement = statement.where(belongs_to([organisation]))
    return statement


def visible_person(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Person`: the actor may see name, position and roles."""
    if actor.system:
        return true()
    own = Person.id == actor.person_id if actor.person_id is not None else false()
    codes = set(actor.assigned("org"))  # curators know the staff of the schools that they look after
    for assignment in actor.assignments:
        role = roles().get(assignment.role)
        reach = role.directory if role else "none"
        if reach == "all":
            return true()
        if reach == "municipality":
            codes.add(municipality_of(assignment.organisation) or assignment.organisation)
        elif reach == "school":
            codes.add(assignment.organisation)
    return or_(own, belongs_to(sorted(codes))) if codes else own


def person_card(actor: Actor, login: str) -> Person:
    """One person whom the actor may see, with account and organisation.

    Raises:
        NotFound: no such person, or out of scope.
    """
    found = db.session.scalars(directory(actor).where(Account.login == login)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def substitutes(actor: Actor, absent_id: int | None, q: str = "") -> Select[Person, str]:
    """Who may stand in for a person: the person's colleagues, and everybody the actor may look up.

    Args:
        actor: who names the substitute.
        absent_id: the person who will be away.
        q: part of name or position, or the beginning of the login.

    Returns:
        A statement for rows of person and login, by name.
    """
    statement = (
        select(Person, Account.login)
        .join(Account, Account.person_id == Person.id)
        .where(Account.active, or_(_colleague(absent_id), visible_person(actor)))
        .order_by(Person.last_name, Person.first_name, Person.id)
    )
    if q:
        statement = statement.where(or_(matches_words(q), Account.login.startswith(q, autoescape=True)))
    return statement


def matches_words(q: str) -> ColumnElement[bool]:
    """Condition on `Person`: every word of the search is in name or position."""
    haystack = func.concat_ws(" ", Person.last_name, Person.first_name, Person.middle_name, Person.position)
    return and_(*(haystack.icontains(word, autoescape=True) for word in q.split()[:6]))


def in_force() -> ColumnElement[bool]:
    """Condition on `RoleAssignment`: it holds today."""
    today = clock.today()
    return and_(
        RoleAssignment.ended_at.is_(None),
        or_(RoleAssignment.valid_from.is_(None), RoleAssignment.valid_from <= today),
        or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
    )


def holds_role(role: str) -> ColumnElement[bool]:
    """Condition on `Person`: holds the role today."""
    return _holds(RoleAssignment.role == role)


def _holds(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(RoleAssignment.person_id == Person.id, in_force(), condition)


def _colleague(person_id: int | None) -> ColumnElement[bool]:
    """Condition on `Person`: works, or holds a role, in an organisation where the given person does."""
    held = select(RoleAssignment.organisation_code).where(RoleAssignment.person_id == person_id, in_force())
    work = select(_Absent.organisation_code).where(_Absent.id == person_id, _Absent.organisation_code.is_not(None))
    places = held.union(work)
    return or_(Person.organisation_code.in_(places), _holds(RoleAssignment.organisation_code.in_(places)))


def belongs_to(codes: list[str]) -> ColumnElement[bool]:
    """Condition on `Person`: works, or holds a role, in one of the organisations or below it."""
    below = select(Organisation.code).where(Organisation.path.overlap(codes))
    return or_(Person.organisation_code.in_(below), _holds(RoleAssignment.organisation_code.in_(below)))
