"""Judging the rows of a file without a statement per row: what is there is read once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError
from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db

from ..catalogue import kinds, roles
from ..import_sheet import ORGANISATIONS, SheetRow
from ..models import Account, Organisation, Person, RoleAssignment
from ..policies import grantable, may_administer
from ..rules import CODE, LOGIN, RESERVED, folded_name, login_from
from ..schemas import NewPerson
from .organisations import DEPTH, zone_exists

Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    path: tuple[str, ...]
    active: bool
    name: str = ""


class _Wrong(Exception):
    """What is wrong with a row, and in which column."""

    def __init__(self, column: str, message: object) -> None:
        super().__init__(str(message))
        self.column, self.message = column, message


@dataclass
class Checks:
    """Rows are looked at in their order; later ones may rest on earlier good ones.

    Attributes:
        good: what is to be done, as JSON data: `do` is `organisation`, `person` or `role`.
        problems: `{sheet, row, column, message}`.
        known: how many rows say what is there already.
    """

    actor: Actor
    good: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    known: int = 0

    def __post_init__(self) -> None:
        session = db.session
        self._places = {
            row.code: _Place(row.kind, tuple(row.path), row.active, row.name)
            for row in session.execute(
                select(Organisation.code, Organisation.kind, Organisation.path, Organisation.active, Organisation.name)
            )
        }
        people = session.execute(
            select(
                Account.login, Person.last_name, Person.first_name, Person.middle_name, Person.organisation_code
            ).join(Person, Person.id == Account.person_id)
        ).all()
        self._names: dict[str, Name] = {row.login: folded_name(row[1], row[2], row[3]) for row in people}
        self._homes: dict[str, str | None] = {row.login: row.organisation_code for row in people}
        self._logins = {(folded_name(row[1], row[2], row[3]), row.organisation_code): row.login for row in people}
        held = (
            select(Account.login, RoleAssignment.role, RoleAssignment.organisation_code)
            .join(Account, Account.person_id == RoleAssignment.person_id)
            .where(RoleAssignment.ended_at.is_(None))
        )
        self._held = {(login, role, code) for login, role, code in session.execute(held)}

    def look_at(self, row: SheetRow) -> None:
        """Judge one row."""
        try:
            done = self._organisation(row) if row.kind == ORGANISATIONS else self._person(row)
        except _Wrong as wrong:
            self.problems.append({**row.place(wrong.column), "message": str(wrong.message)})
            return
        if done is None:
            self.known += 1
        else:
            self.good.append({**done, **row.place()})

    def _organisation(self, row: SheetRow) -> dict[str, Any] | None:
        if not may_administer(self.actor):
            raise _Wrong("code", _l("Only administrators add organisations."))
        code, values = _needed(row, "code").casefold(), dict(row.values)
        if not re.fullmatch(CODE, code) or code in RESERVED:
            raise _Wrong("code", _l("Lower-case Latin letters, digits and hyphens; a letter or digit first."))
        name, kind, parent = _needed(row, "name"), self._kind(row), values.get("parent", "").casefold() or None
        found = self._places.get(code)
        if found is not None:
            if found.name != name:
                raise _Wrong("code", _l("This code belongs to “%(name)s”.", name=found.name))
            return None
        above = self._above(kind, parent)
        zone = values.get("timezone", "")
        if zone and not zone_exists(zone):
            raise _Wrong("timezone", _l("There is no such time zone; for example: Europe/Moscow."))
        self._places[code] = _Place(kind, (*above, code), True, name)
        facts = {"code": code, "name": name, "kind": kind, "parent": parent, "timezone": zone}
        return {"do": "organisation", "values": {**facts, "short_name": values.get("short_name", "")}}

    def _kind(self, row: SheetRow) -> str:
        given = _needed(row, "kind").casefold()
        for kind in kinds().values():
            if given in (kind.id, kind.ru.casefold(), kind.en.casefold()):
                return kind.id
        raise _Wrong("kind", _l("There is no such kind of organisation."))

    def _above(self, kind: str, parent: str | None) -> tuple[str, ...]:
        above = self._places.get(parent) if parent else None
        if parent and (above is None or not above.active):
            raise _Wrong("parent", _l("There is no such organisation."))
        if above is None:
            if kind != "region_authority":
                raise _Wrong("parent", _l("Choose the organisation above it."))
            return ()
        level = kinds()[above.kind].level
        if level == "outside" or DEPTH[level] > DEPTH[kinds()[kind].level]:
            raise _Wrong("parent", _l("The organisation above must be on the same level or a higher one."))
        return above.path

    def _person(self, row: SheetRow) -> dict[str, Any] | None:
        values = _loaded(row)
        code = _needed(row, "organisation_code").casefold()
        place = self._places.get(code)
        if place is None or not place.active:
            raise _Wrong("organisation_code", _l("There is no such organisation."))
        given = grantable(self.actor, place.path)
        if not given:
            raise _Wrong("organisation_code", _l("You look after the accounts of your own organisation only."))
        role = self._role(row, place, given)
        name = folded_name(values["last_name"], values["first_name"], values.get("middle_name", ""))
        login, is_new = self._login(row, name, code)
        if not is_new and (not role or (login, role, code) in self._held):
            return None
        if role:
            self._held.add((login, role, code))
        done = {"login": login, "role": role, "place": code}
        if not is_new:
            return {"do": "role", "values": {}, **done, "whose": [*name, self._homes[login]]}
        self._names[login], self._logins[name, code], self._homes[login] = name, login, code
        facts = {key: text for key, text in values.items() if key not in ("login", "role", "organisation_code")}
        return {"do": "person", "values": {**facts, "organisation": code}, **done}

    def _role(self, row: SheetRow, place: _Place, given: frozenset[str]) -> str:
        text = row.values.get("role", "").casefold()
        if not text:
            return ""
        found = next((r for r in roles().values() if text in (r.id, r.ru.casefold(), r.en.casefold())), None)
        if found is None or not found.assignable:
            raise _Wrong("role", _l("There is no such role."))
        if found.kinds and place.kind not in found.kinds:
            raise _Wrong("role", _l("This role is not held in an organisation of this kind."))
        if found.id not in given:
            raise _Wrong("role", _l("You may not give this role in this organisation."))
        return found.id

    def _login(self, row: SheetRow, name: Name, code: str) -> tuple[str, bool]:
        """The login of the row's person, and whether it is a new one."""
        login = row.values.get("login", "").casefold()
        if not login:
            same = self._logins.get((name, code))
            return (same, False) if same else (self._free(row), True)
        if not re.fullmatch(LOGIN, login) or login in RESERVED:
            message = _l("Lower-case Latin letters, digits, dots, hyphens and underscores; the first is a letter.")
            raise _Wrong("login", message)
        if login in self._names and self._names[login] != name:
            raise _Wrong("login", _l("This login is taken by somebody else."))
        return login, login not in self._names

    def _free(self, row: SheetRow) -> str:
        """A login made of the name that nobody has."""
        values = row.values
        base = login_from(values["last_name"], values["first_name"], values.get("middle_name", ""))
        found, number = base, 1
        while found in self._names or found in RESERVED:
            number += 1
            found = f"{base}{number}"
        return found


_SCHEMA = NewPerson(only=("last_name", "first_name", "middle_name", "position", "email", "phone", "organisation_code"))


def _loaded(row: SheetRow) -> dict[str, Any]:
    wanted = {key: text for key, text in row.values.items() if key in _SCHEMA.fields}
    try:
        values: dict[str, Any] = _SCHEMA.load(wanted)
    except ValidationError as error:
        column, texts = next(iter(error.messages_dict.items()))
        raise _Wrong(column, texts[0] if isinstance(texts, list) else texts) from error
    return {key: value for key, value in values.items() if value}


def _needed(row: SheetRow, column: str) -> str:
    if not row.values.get(column):
        raise _Wrong(column, _l("Please fill this in."))
    return row.values[column]
