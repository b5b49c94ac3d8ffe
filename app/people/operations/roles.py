"""Assign and end roles."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound

from ..catalogue import roles
from ..memory import people_changed
from ..models import Account, Organisation, Person, RoleAssignment
from .administrators import demand_another_administrator
from .authority import demand_grant, demand_in_reach


def assign_role(
    actor: Actor,
    login: str,
    role: str,
    organisation: str,
    *,
    object_kind: str | None = None,
    object_key: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    acting: bool = False,
) -> RoleAssignment:
    """Give a person a role in an organisation.

    Args:
        object_kind, object_key: limit the role to one object, as `course`, `c-2026-1`.
        valid_from, valid_to: first and last day.
        acting: stands in for a vacant head.

    Returns:
        The assignment; the existing one when the person already has exactly this.

    Raises:
        Forbidden: the role is not the actor's to give there.
        NotFound: no such login.
        Invalid: a field is wrong.
    """
    demand_grant(actor, role, organisation)
    demand_in_reach(actor, login)
    person = _person(login)
    errors = errors_in(role, db.session.get(Organisation, organisation))
    errors |= _errors_of_limits(role, valid_from, valid_to, object_kind, object_key, acting)
    if errors:
        raise Invalid(errors=errors)
    row = _same(person, role, organisation, object_kind, object_key)
    if row is not None and (row.valid_from, row.valid_to, row.acting) == (valid_from, valid_to, acting):
        return row
    row = RoleAssignment(
        person_id=person.id,
        role=role,
        organisation_code=organisation,
        object_kind=object_kind,
        object_key=object_key,
        valid_from=valid_from,
        valid_to=valid_to,
        acting=acting,
        created_at=clock.now(),
        created_by=actor.login,
    )
    db.session.add(row)
    people_changed()
    db.session.flush()
    record_event(actor, "person", login, "assign-role", details=facts_of_role(row))
    return row


def end_role(actor: Actor, assignment_id: int) -> None:
    """Take a role away. The row stays, with who and when.

    Raises:
        Forbidden: the role is not the actor's to give there.
        NotFound: no such assignment.
        Conflict: it is the last administrator's role.
    """
    found = db.session.get(RoleAssignment, assignment_id)
    if found is None:
        raise NotFound()
    demand_grant(actor, found.role, found.organisation_code)
    if found.role == "admin":
        demand_another_administrator(found.person_id)
    row = db.session.get_one(RoleAssignment, assignment_id, with_for_update=True, populate_existing=True)
    if row.ended_at is not None:
        return
    row.ended_at, row.ended_by = clock.now(), actor.login
    people_changed()
    db.session.flush()
    login = db.session.scalars(select(Account.login).where(Account.person_id == row.person_id)).one()
    record_event(actor, "person", login, "end-role", details=facts_of_role(row))


def _person(login: str) -> Person:
    found = db.session.scalars(
        select(Person).join(Account, Account.person_id == Person.id).where(Account.login == login)
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def errors_in(role: str, organisation: Organisation | None) -> dict[str, list[object]]:
    """What is wrong with a role in an organisation, by field."""
    known = roles().get(role)
    errors: dict[str, list[object]] = {}
    if known is None or not known.assignable:
        errors["role"] = [_l("Choose one of the list.")]
    if organisation is None or not organisation.active:
        errors["organisation"] = [_l("There is no such organisation.")]
    elif known is not None and known.kinds and organisation.kind not in known.kinds:
        errors["organisation"] = [_l("This role is not held in an organisation of this kind.")]
    return errors


def _errors_of_limits(
    role: str,
    valid_from: date | None,
    valid_to: date | None,
    object_kind: str | None,
    object_key: str | None,
    acting: bool,
) -> dict[str, list[object]]:
    known = roles().get(role)
    errors: dict[str, list[object]] = {}
    if valid_from and valid_to and valid_to < valid_from:
        errors["valid_to"] = [_l("The last day is before the first.")]
    if bool(object_kind) != bool(object_key):
        errors["object_key"] = [_l("Name both the kind and the key of the object.")]
    if acting and known is not None and not known.head:
        errors["acting"] = [_l("Only heads can be acting.")]
    return errors


def _same(
    person: Person, role: str, code: str, object_kind: str | None, object_key: str | None
) -> RoleAssignment | None:
    return db.session.scalars(
        select(RoleAssignment)
        .where(
            RoleAssignment.person_id == person.id,
            RoleAssignment.role == role,
            RoleAssignment.organisation_code == code,
            RoleAssignment.object_kind.is_not_distinct_from(object_kind),
            RoleAssignment.object_key.is_not_distinct_from(object_key),
            RoleAssignment.ended_at.is_(None),
        )
        .limit(1)
    ).one_or_none()


def facts_of_role(row: RoleAssignment) -> dict[str, object]:
    """What the record says of an assignment."""
    facts = {
        "role": row.role,
        "organisation": row.organisation_code,
        "object": f"{row.object_kind}:{row.object_key}" if row.object_kind else None,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "acting": row.acting or None,
    }
    return {name: value for name, value in facts.items() if value is not None}
