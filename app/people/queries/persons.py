"""Names and facts of persons by login, without regard to scope: for features that show only whom their rows name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import NotFound

from ..models import Account, Person


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as other features see them."""

    id: int
    login: str
    name: str
    last_name: str
    first_name: str
    middle_name: str
    position: str
    email: str
    organisation: str | None
    active: bool


def person_by_login(login: str) -> PersonView:
    """The person of a login, closed accounts included.

    Raises:
        NotFound: no such login.
    """
    row = db.session.execute(
        select(Person, Account).join(Account, Account.person_id == Person.id).where(Account.login == login)
    ).first()
    if row is None:
        raise NotFound()
    return view_of(*row)


def person_names(logins: Iterable[str]) -> dict[str, str]:
    """Full names by login, in one statement; unknown logins stand for themselves, the platform for its name."""
    wanted = {login for login in logins if login}
    found = {login: login for login in wanted} | {"": str(_("Marshrut"))}
    rows = db.session.execute(
        select(Account.login, Person).join(Person, Person.id == Account.person_id).where(Account.login.in_(wanted))
    )
    found.update({login: person.name for login, person in rows})
    return found


def person_name(login: str) -> str:
    """Full name of one login."""
    return person_names([login])[login]


def view_of(person: Person, account: Account) -> PersonView:
    """The row as other features see it."""
    return PersonView(
        id=person.id,
        login=account.login,
        name=person.name,
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        position=person.position,
        email=person.email,
        organisation=person.organisation_code,
        active=account.active,
    )
