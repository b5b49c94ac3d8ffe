"""Who looks after whom today, and who is looked after by nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Account, Organisation
from app.schools import queries as schools

from ..models import ACTIVE, PENDING, CuratorAppointment
from ..policies import appointments_in_scope, demand_sight, sees_target
from ..rules.kinds import MUNICIPAL, MUNICIPALITY, PERSONAL, SCHOOL

_A = CuratorAppointment
_LISTED: tuple[Any, ...] = (CuratorAppointment, Organisation.short_name)


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """What a list of appointments is narrowed to; empty means all.

    Attributes:
        q: part of the person's name or of the target's.
        state: `active`, `pending` or `ended`.
    """

    q: str = ""
    kind: str = ""
    municipality: str = ""
    state: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A target without the curator or consultant it must have.

    Attributes:
        pending: the row that a process works on, if any.
    """

    kind: str
    target: str
    name: str
    municipality: str
    pending: CuratorAppointment | None


def appointments(actor: Actor, wanted: AppointmentFilter | None = None) -> Select[Any]:
    """Rows of appointment and name of its target in the actor's scope, as a statement to page through."""
    demand_sight(actor)
    wanted = wanted or AppointmentFilter()
    statement: Select[Any] = (
        select(*_LISTED)
        .join(Organisation, Organisation.code == _A.target)
        .where(appointments_in_scope(actor), _A.state != "dropped")
        .order_by(Organisation.short_name, _A.kind, _A.created_at.desc(), _A.key)
    )
    if wanted.q:
        columns = (_A.person_name, Organisation.name, Organisation.short_name)
        statement = statement.where(or_(*(column.icontains(wanted.q, autoescape=True) for column in columns)))
    for column, value in ((_A.kind, wanted.kind), (_A.municipality, wanted.municipality), (_A.person, wanted.person)):
        if value:
            statement = statement.where(column == value)
    if wanted.state == "active":
        statement = statement.where(_in_force())
    elif wanted.state == "pending":
        statement = statement.where(_A.state.in_(PENDING))
    elif wanted.state == "ended":
        statement = statement.where(or_(_A.state == "ended", and_(_A.state == ACTIVE, _A.valid_to < clock.today())))
    return statement


def appointment(actor: Actor, key: int) -> CuratorAppointment:
    """One appointment.

    Raises:
        NotFound: no such row, or out of scope.
    """
    found = db.session.scalar(select(_A).where(_A.key == key, appointments_in_scope(actor)))
    if found is None:
        raise NotFound()
    return found


def of_target(actor: Actor, code: str) -> list[CuratorAppointment]:
    """Everybody who looks after, was asked to or looked after a school or municipality, the newest first.

    Raises:
        NotFound: no such target in the actor's scope.
    """
    if not sees_target(actor, code):
        raise NotFound()
    query = select(_A).where(_A.target == code, _A.state != "dropped").order_by(_A.created_at.desc(), _A.key.desc())
    return list(db.session.scalars(query))


def active_for(target: str, kind: str = PERSONAL) -> CuratorAppointment | None:
    """Who looks after a school or municipality today."""
    return db.session.scalar(select(_A).where(_A.target == target, _A.kind == kind, _in_force()))


def curator_of(school: str) -> dict[str, str | None]:
    """Who looks after a school today, as tasks need it: `curator` (login), `curator_role`; null when nobody works."""
    found = active_for(school)
    person = found.person if found and found.person and people.person_by_login(found.person).active else None
    return {"curator": person, "curator_role": found.role if found and person else None}


def looked_after(login: str) -> list[str]:
    """Codes of the schools and municipalities that a person looks after today."""
    return list(db.session.scalars(select(_A.target).where(_A.person == login, _in_force()).distinct()))


def red_list(actor: Actor, municipality: str = "") -> list[Uncovered]:
    """Participant schools without a personal curator, and their municipalities without a consultant (LIP-03).

    Args:
        municipality: code; only this one.
    """
    demand_sight(actor)
    return uncovered(code for code in must_have(municipality) if sees_target(actor, code[1]))


def must_have(municipality: str = "") -> list[tuple[str, str]]:
    """Kind and target of everything that must be looked after: participant schools and their municipalities."""
    found = schools.participants(municipality or None)
    places = {code for school in found if (code := people.municipality_of(school))}
    return [(MUNICIPAL, code) for code in sorted(places)] + [(PERSONAL, code) for code in sorted(found)]


def uncovered(pairs: Iterable[tuple[str, str]]) -> list[Uncovered]:
    """Those of the pairs (kind, target) for which nobody is appointed whose account is open."""
    wanted = list(pairs)
    codes = {code for _kind, code in wanted}
    held, waiting = _covered(codes), _pending(codes)
    names = {row.code: row for row in db.session.scalars(select(Organisation).where(Organisation.code.in_(codes)))}
    return [
        Uncovered(kind, code, names[code].short_name, _municipality(names[code]), waiting.get((kind, code)))
        for kind, code in wanted
        if (kind, code) not in held and code in names
    ]


def level_of(kind: str) -> str:
    """Whether a kind of appointment is for a school or a municipality."""
    return MUNICIPALITY if kind == MUNICIPAL else SCHOOL


def _municipality(row: Organisation) -> str:
    return people.municipality_of(row.code) or row.code


def with_curator(codes: Collection[str]) -> set[str]:
    """Those of the schools that a personal curator whose account is open looks after today (LEB-05)."""
    return {target for kind, target in _covered(codes) if kind == PERSONAL}


def _covered(codes: Collection[str]) -> set[tuple[str, str]]:
    account = aliased(Account)
    statement = (
        select(_A.kind, _A.target)
        .join(account, account.login == _A.person)
        .where(_A.target.in_(codes), _in_force(), account.active)
    )
    return {(kind, target) for kind, target in db.session.execute(statement)}


def _pending(codes: Collection[str]) -> dict[tuple[str, str], CuratorAppointment]:
    rows = db.session.scalars(select(_A).where(_A.target.in_(codes), _A.state.in_(PENDING)))
    return {(row.kind, row.target): row for row in rows}


def _in_force() -> ColumnElement[bool]:
    """Condition: appointed, and the term has not ended."""
    return and_(_A.state == ACTIVE, _A.valid_to >= clock.today())
