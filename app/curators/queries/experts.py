"""The pool of experts and how many schools and municipalities each of them looks after."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, func, or_, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Account, Organisation, Person

from ..models import CARRIED, CuratorAppointment, Expert
from ..policies import demand_sight, experts_in_scope
from ..rules.fitting import Candidate


def experts(actor: Actor, q: str = "", *, area: str = "", state: str = "active") -> Select[Expert]:
    """Experts in the actor's scope by name, as a statement to page through.

    Args:
        q: part of the name.
        area: a competence area.
        state: `active`, `ended`, or empty for both.
    """
    demand_sight(actor)
    statement = select(Expert).where(experts_in_scope(actor)).order_by(Expert.name, Expert.key)
    if q:
        statement = statement.where(Expert.name.icontains(q, autoescape=True))
    if area:
        statement = statement.where(Expert.areas.contains([area]))
    if state == "active":
        statement = statement.where(Expert.state == "active", Expert.valid_to >= clock.today())
    elif state == "ended":
        statement = statement.where(or_(Expert.state == "ended", Expert.valid_to < clock.today()))
    return statement


def expert(actor: Actor, key: int) -> Expert:
    """One expert.

    Raises:
        NotFound: no such expert, or out of scope.
    """
    found = db.session.scalar(select(Expert).where(Expert.key == key, experts_in_scope(actor)))
    if found is None:
        raise NotFound()
    return found


def loads(logins: Iterable[str] | None = None) -> dict[str, int]:
    """How many targets people look after or were asked to; only those who have any."""
    targets = func.count(CuratorAppointment.target.distinct())
    today = clock.today()
    statement = select(CuratorAppointment.person, targets).where(
        CuratorAppointment.state.in_(CARRIED),
        or_(CuratorAppointment.valid_to.is_(None), CuratorAppointment.valid_to >= today),
    )
    if logins is not None:
        statement = statement.where(CuratorAppointment.person.in_(list(logins)))
    return {str(person): int(count) for person, count in db.session.execute(statement.group_by("person"))}


def experts_today(words: str = "") -> Select[Expert]:
    """Experts of the pool today by name; `words` are parts of the name."""
    query = select(Expert).where(Expert.state == "active", Expert.valid_to >= clock.today())
    for word in words.split()[:6]:
        query = query.where(Expert.name.icontains(word, autoescape=True))
    return query.order_by(Expert.name, Expert.key)


def load_of(login: str) -> int:
    """How many targets a person looks after or was asked to."""
    return loads([login]).get(login, 0)


def candidates() -> list[Candidate]:
    """All active experts with open accounts, with load and workplace."""
    found = db.session.execute(
        select(Expert, Person.organisation_code)
        .join(Account, Account.login == Expert.login)
        .join(Person, Person.id == Account.person_id)
        .where(Expert.state == "active", Expert.valid_to >= clock.today(), Account.active)
        .order_by(Expert.name, Expert.key)
    ).all()
    carried = loads()
    return [
        Candidate(
            login=row.login,
            name=row.name,
            workplace=(place := row.organisation or work),
            municipality=_municipality(place),
            areas=frozenset(row.areas),
            load=carried.get(row.login, 0),
            max_load=row.max_load,
        )
        for row, work in found
    ]


def _municipality(code: str | None) -> str | None:
    if code is None or db.session.get(Organisation, code) is None:
        return None
    return people.municipality_of(code)
