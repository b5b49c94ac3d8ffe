"""Taking many checked rows of people and roles with a few statements: what is there is read once, what is new is
written together. The rules are those of `create_person` and `assign_role`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from app.audit.operations import Happened, record_events
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key

from ..memory import people_changed
from ..models import Account, Organisation, Person, RoleAssignment
from ..policies import demand_accounts
from ..queries.reach import in_reach
from ..rules import folded_name
from .authority import demand_at_place, demand_grant_at
from .persons import demand_login, demand_open
from .roles import errors_in, facts_of_role

Row = dict[str, Any]
Refusal = tuple[Row, AppError]
_WORDS = ("last_name", "first_name", "middle_name", "email", "phone", "position")


def take_together(actor: Actor, rows: Sequence[Row]) -> list[Refusal]:
    """Take rows that add persons and roles.

    Args:
        rows: as the check of the file left them (`do`, `login`, `values`, `role`, `place`; `whose` of rows that only
            give a role).

    Returns:
        The rows that were refused after all, with the reason; of them nothing is written.

    Raises:
        Forbidden: the actor looks after no accounts.
        IntegrityError: somebody else took one of the logins at this very moment; nothing is written.
    """
    demand_accounts(actor)
    batch = _Batch(actor, rows)
    refused: list[Refusal] = []
    for row in rows:
        try:
            batch.look_at(row)
        except (Invalid, Conflict, Forbidden, NotFound) as error:
            refused.append((row, error))
    batch.write()
    return refused


def demand_same(actor: Actor, row: Row) -> None:
    """Refuse a row that gives a role when its login is not the person's whom the check of the file saw.

    Raises:
        NotFound: no such login in the actor's reach.
        Conflict: it is somebody else's: another file was taken first.
    """
    found = _whose(actor, [row["login"]]).get(row["login"])
    if found is None:
        raise NotFound()
    _demand_same(row, found)


def _whose(actor: Actor, logins: Sequence[str]) -> dict[str, list[str | None]]:
    """Folded name and place of work by login, of those in reach."""
    query = (
        select(Account.login, Person.last_name, Person.first_name, Person.middle_name, Person.organisation_code)
        .join(Person, Person.id == Account.person_id)
        .where(Account.login.in_(logins), in_reach(actor))
    )
    return {row[0]: [*folded_name(row[1], row[2], row[3]), row[4]] for row in db.session.execute(query)}


def _demand_same(row: Row, found: list[str | None]) -> None:
    if row.get("whose") != found:
        raise Conflict(_l("This login is somebody else's by now: please check the file once more."))


@dataclass
class _Batch:
    """What the rows of one step rest on, and what they add."""

    actor: Actor
    rows: Sequence[Row]
    persons: list[Row] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    assignments: list[RoleAssignment] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)

    def __post_init__(self) -> None:
        logins = sorted({row["login"] for row in self.rows})
        codes = {row["place"] for row in self.rows} | {row["values"].get("organisation") for row in self.rows}
        places = select(Organisation).where(Organisation.code.in_(sorted(code for code in codes if code)))
        self._places = {place.code: place for place in db.session.scalars(places)}
        of_login = Account.login.in_(logins)
        known = db.session.execute(select(Account.login, Account.person_id).where(of_login))
        self._known: dict[str, int] = {row.login: row.person_id for row in known}
        self._near = _whose(self.actor, logins)
        held = select(RoleAssignment.person_id, RoleAssignment.role, RoleAssignment.organisation_code).where(
            RoleAssignment.person_id.in_(sorted(self._known.values())),
            RoleAssignment.ended_at.is_(None),
            RoleAssignment.object_kind.is_(None),
            RoleAssignment.valid_from.is_(None),
            RoleAssignment.valid_to.is_(None),
            RoleAssignment.acting.is_(False),
        )
        self._held = {tuple(row) for row in db.session.execute(held)}

    def look_at(self, row: Row) -> None:
        """Judge one row, and keep what it adds.

        Raises:
            Invalid, Conflict, Forbidden, NotFound: it cannot be taken (any more).
        """
        if row["do"] == "person":
            self._demand_new(row)
        elif row["login"] not in self._near:
            raise NotFound()
        else:
            _demand_same(row, self._near[row["login"]])
        if row.get("role"):
            self._demand_role(row["role"], row["place"])
        if row["do"] == "person":
            self._add_person(row["login"], row["values"])
        if row.get("role"):
            self._add_role(row["login"], row["role"], row["place"])

    def write(self) -> None:
        """Write what the rows add."""
        if not self.happened:
            return
        people_changed()
        if self.persons:
            db.session.execute(insert(Person).values(self.persons))
            db.session.execute(insert(Account).values(self.accounts))
        if self.assignments:
            names = [column.name for column in RoleAssignment.__table__.columns]
            rows = [{name: getattr(assignment, name) for name in names} for assignment in self.assignments]
            db.session.execute(insert(RoleAssignment).values(rows))
        record_events(self.actor, self.happened)

    def _demand_new(self, row: Row) -> None:
        place = self._places.get(row["values"]["organisation"])
        demand_at_place(self.actor, place)
        demand_login(row["login"], row["login"] in self._known)
        demand_open(place)

    def _demand_role(self, role: str, code: str) -> None:
        place = self._places.get(code)
        demand_grant_at(self.actor, role, place)
        if errors := errors_in(role, place):
            raise Invalid(errors=errors)

    def _add_person(self, login: str, values: Row) -> None:
        person_id, code = next_key(), values["organisation"]
        words = {name: values.get(name, "") for name in _WORDS}
        self.persons.append({"id": person_id, **words, "organisation_code": code, "version": 1})
        account = {"id": next_key(), "person_id": person_id, "login": login, "password_hash": ""}
        self.accounts.append({**account, "must_change_password": False, "active": True, "created_at": clock.now()})
        self._known[login] = person_id
        self._near[login] = [*folded_name(words["last_name"], words["first_name"], words["middle_name"]), code]
        self.happened.append(Happened("person", login, "create", {"organisation_code": (None, code)}))

    def _add_role(self, login: str, role: str, code: str) -> None:
        person_id = self._known[login]
        if (person_id, role, code) in self._held:
            return
        self._held.add((person_id, role, code))
        row = RoleAssignment(
            id=next_key(),
            person_id=person_id,
            role=role,
            organisation_code=code,
            acting=False,
            created_at=clock.now(),
            created_by=self.actor.login,
        )
        self.assignments.append(row)
        self.happened.append(Happened("person", login, "assign-role", details=facts_of_role(row)))
