"""Dated substitutions (roles.md §4: a head's signature only by an acting head)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid, NotFound

from ..catalogue import head_roles
from ..memory import people_changed
from ..models import Account, Person, RoleAssignment, SubstitutionRecord
from ..policies import heads_at, may_administer, may_name_acting_head
from ..queries.directory import in_force, substitutes, visible_person

LONGEST_DAYS = 366


def set_substitution(
    actor: Actor,
    login: str,
    substitute: str,
    first_day: date,
    last_day: date,
    *,
    roles: Sequence[str] = (),
    acting_head: bool = False,
    reason: str = "",
) -> SubstitutionRecord:
    """Let `substitute` act for `login` for some days.

    Administrators may for everybody, heads for the staff of their organisation, others for themselves.

    Args:
        roles: ids; all roles of the person when empty.
        acting_head: includes a head's signature; only by administrators and by the head.

    Raises:
        Forbidden: the actor may not set this.
        NotFound: the person is unknown or out of the actor's sight.
        Invalid: a field is wrong.
    """
    absent = _absent(actor, login)
    held = _roles_of(absent)
    deputy = _deputy(actor, absent, substitute)
    _check(absent, deputy, first_day, last_day, roles, {r for r, _ in held})
    heads = frozenset(code for role, code in held if role in head_roles() and (not roles or role in roles))
    if acting_head and not heads:
        raise Invalid(errors={"acting_head": [_l("This person is no head.")]})
    if acting_head and not may_name_acting_head(actor, heads):
        raise Forbidden(_l("Only an administrator or the head may name an acting head."))
    row = SubstitutionRecord(
        person_id=absent.id,
        substitute_id=deputy.id,
        roles=list(roles),
        acting_head=acting_head,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        created_at=clock.now(),
        created_by=actor.login,
    )
    db.session.add(row)
    people_changed()
    db.session.flush()
    record_event(actor, "person", login, "set-substitution", details=_facts(row, substitute))
    return row


def end_substitution(actor: Actor, substitution_id: int) -> None:
    """End a substitution now.

    Raises:
        NotFound: no such one, or out of the actor's sight.
    """
    row = db.session.get(SubstitutionRecord, substitution_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    login = db.session.scalars(select(Account.login).where(Account.person_id == row.person_id)).one()
    _absent(actor, login)
    if row.ended_at is not None:
        return
    row.ended_at, row.ended_by = clock.now(), actor.login
    people_changed()
    db.session.flush()
    record_event(actor, "person", login, "end-substitution", details={"id": str(row.id)})


def may_substitute_for(actor: Actor, person: Person) -> bool:
    """Whether the actor may set substitutes for this person (who is already in the actor's sight)."""
    if may_administer(actor) or person.id == actor.person_id:
        return True
    places = {code for _, code in _roles_of(person)} | {person.organisation_code}
    return not places.isdisjoint(heads_at(actor))


def _absent(actor: Actor, login: str) -> Person:
    person = _find(login, actor)
    if person is None:
        raise NotFound()
    if not may_substitute_for(actor, person):
        raise Forbidden(_l("You may name a substitute for yourself only."))
    return person


def _deputy(actor: Actor, absent: Person, login: str) -> Person:
    found = db.session.execute(substitutes(actor, absent.id).where(Account.login == login)).first()
    if found is None:
        raise Invalid(errors={"substitute": [_l("There is no such person among the colleagues.")]})
    person: Person = found[0]
    return person


def _find(login: str, visible: Actor) -> Person | None:
    statement = select(Person).join(Account, Account.person_id == Person.id)
    statement = statement.where(Account.login == login, Account.active, visible_person(visible))
    return db.session.scalars(statement).one_or_none()


def _roles_of(person: Person) -> list[tuple[str, str]]:
    statement = select(RoleAssignment.role, RoleAssignment.organisation_code).where(
        RoleAssignment.person_id == person.id, in_force()
    )
    return [(role, code) for role, code in db.session.execute(statement)]


def _check(
    absent: Person, deputy: Person, first_day: date, last_day: date, roles: Sequence[str], held: set[str]
) -> None:
    errors: dict[str, list[object]] = {}
    if absent.id == deputy.id:
        errors["substitute"] = [_l("Nobody can be their own substitute.")]
    if last_day < first_day:
        errors["last_day"] = [_l("The last day is before the first.")]
    elif last_day < clock.today():
        errors["last_day"] = [_l("This day is over.")]
    elif (last_day - first_day).days > LONGEST_DAYS:
        errors["last_day"] = [_l("A substitution lasts a year at most.")]
    if not set(roles) <= held:
        errors["roles"] = [_l("The person does not hold this role.")]
    if errors:
        raise Invalid(errors=errors)


def _facts(row: SubstitutionRecord, substitute: str) -> dict[str, object]:
    return {
        "substitute": substitute,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "roles": row.roles,
        "acting_head": row.acting_head,
        "reason": row.reason,
    }
