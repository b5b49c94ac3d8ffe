"""Who is asked to look after what, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people import queries as people

from ..models import AGREED, DROPPED, OFFERED, OPEN, CuratorAppointment
from ..queries.experts import candidates
from ..rules.fitting import Candidate
from ..rules.kinds import KINDS
from .holding import holder_for
from .places import of_instance, reopen, row_of


@dataclass(frozen=True, slots=True)
class Wish:
    """A person proposed for a row; `place` names the row in messages (`rows.0.person`)."""

    key: int
    person: str
    place: str


def offer(
    actor: Actor, instance_key: int, wishes: Sequence[Wish], *, since: date, until: date
) -> list[CuratorAppointment]:
    """Ask people to look after the open rows of a process.

    Args:
        since, until: first and last day of the appointment.

    Raises:
        Invalid: somebody is not in the pool, works in that very school, would have too many, or refused it before;
            each message stands at its row.
    """
    pool = {each.login: each for each in candidates()}
    used: dict[str, int] = {}
    errors: dict[str, list[object]] = {}
    found = []
    for wish in wishes:
        row = row_of(instance_key, wish.key)
        problem = _problem(row, pool.get(wish.person), used.get(wish.person, 0))
        if problem is not None:
            errors[wish.place] = [problem]
            continue
        used[wish.person] = used.get(wish.person, 0) + 1
        found.append(_offered(row, wish.person, since, until))
        if row.holder is None:
            errors[wish.place] = [_l("%(name)s works where this role cannot be held.", name=row.person_name)]
    if until <= since:
        errors["to"] = [_l("The last day is before the first.")]
    if errors:
        raise Invalid(next(iter(errors.values()))[0], errors)
    db.session.flush()
    return found


def agree(actor: Actor, instance_key: int, key: int) -> None:
    """The person agrees, and the head has taken notice."""
    row = row_of(instance_key, key)
    if row.state == OFFERED:
        row.state = AGREED
        db.session.flush()


def refuse(actor: Actor, instance_key: int, key: int, reason: str, *, objected: bool = False) -> None:
    """The person says no or nothing, or the head asks for another (`objected`, once): the row is open again."""
    row = row_of(instance_key, key)
    if row.state != OFFERED:
        return
    said = {"person": row.person, "name": row.person_name, "reason": reason, "on": clock.today().isoformat()}
    row.refusals = [*row.refusals, said]
    row.objected = row.objected or objected
    reopen(row)


def drop_open(actor: Actor, instance_key: int) -> list[CuratorAppointment]:
    """Give up what is still open: the coordinator finds it on the red list. The rows are returned."""
    rows = of_instance(instance_key, OPEN)
    for row in rows:
        row.state, row.ended_at = DROPPED, clock.now()
    db.session.flush()
    return rows


def release(actor: Actor, instance_key: int, reason: str) -> None:
    """Give up everything that a process works on: its order was refused, or it was cancelled."""
    for row in of_instance(instance_key):
        row.state, row.ended_at, row.end_reason = DROPPED, clock.now(), reason
    db.session.flush()


def _offered(row: CuratorAppointment, login: str, since: date, until: date) -> CuratorAppointment:
    kind, person = KINDS[row.kind], people.person_by_login(login)
    row.person, row.person_name, row.role = person.login, person.name, kind.role
    row.holder = holder_for(person, kind)
    row.state, row.valid_from, row.valid_to = OFFERED, since, until
    return row


def _problem(row: CuratorAppointment, candidate: Candidate | None, used: int) -> object | None:
    """Why a person cannot be asked for a row."""
    problem: object | None = None
    if row.state != OPEN:
        problem = _l("Somebody was asked here already.")
    elif candidate is None:
        problem = _l("This person is not in the pool of experts.")
    elif candidate.workplace == row.target:
        problem = _l("%(name)s works in this school.", name=candidate.name)
    elif candidate.login in asked(row):
        problem = _l("%(name)s was asked already and did not agree.", name=candidate.name)
    elif candidate.load + used >= candidate.max_load:
        load, most = candidate.load + used, candidate.max_load
        problem = _l("%(name)s looks after %(load)s of at most %(most)s.", name=candidate.name, load=load, most=most)
    return problem


def asked(row: CuratorAppointment) -> frozenset[str]:
    """Logins of those who did not agree."""
    return frozenset(str(said.get("person")) for said in row.refusals)
