"""Create and change persons with their accounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound

from .. import consent as consents
from .. import passwords
from ..memory import people_changed
from ..models import Account, Organisation, Person
from ..rules import LOGIN, RESERVED
from .authority import demand_authority, demand_place
from .changes import apply, demand_version
from .roles import assign_role

FIELDS = ("last_name", "first_name", "middle_name", "email", "phone", "position", "organisation_code")


def create_person(
    actor: Actor,
    login: str,
    *,
    last_name: str,
    first_name: str,
    middle_name: str = "",
    email: str = "",
    phone: str = "",
    position: str = "",
    organisation: str | None = None,
    password: str | None = None,
    must_change_password: bool = True,
    locale: str = "ru",
    roles: Sequence[tuple[str, str]] = (),
    consent: bool = False,
) -> Person:
    """Add a person with an account.

    Args:
        login: lower-case; never changes.
        organisation: place of work, as code.
        password: first password as it was given out (not checked for strength: it must be changed); None opens an
            account that nobody can sign in with until a password is set.
        roles: pairs of role id and organisation code to assign at once.
        consent: the person has already agreed to the processing of their data (on paper; demo data).

    Raises:
        Forbidden: the actor does not look after the accounts of that place.
        Invalid: a field is wrong.
    """
    demand_place(actor, organisation)
    _check_login(login)
    _check_organisation(organisation)
    person = Person(
        last_name=last_name,
        first_name=first_name,
        middle_name=middle_name,
        email=email,
        phone=phone,
        position=position,
        organisation_code=organisation,
    )
    now = clock.now()
    person.account = Account(
        login=login,
        password_hash=passwords.hash_of(password) if password else "",
        password_changed_at=now if password else None,
        must_change_password=must_change_password and password is not None,
        locale=locale,
        consent_version=consents.present().version if consent else None,
        consent_at=now if consent else None,
        created_at=now,
    )
    people_changed()
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError as error:
        raise Conflict(_l("This login is taken.")) from error
    record_event(actor, "person", login, "create", changes={"organisation_code": (None, organisation)})
    for role, code in roles:
        assign_role(actor, login, role, code)
    return person


def change_person(actor: Actor, login: str, *, version: int | None = None, **values: Any) -> Person:
    """Change a person's facts.

    Args:
        version: the version that was shown.
        values: any of `FIELDS`.

    Raises:
        Forbidden: the account is not the actor's to look after, or the new place is not.
        NotFound: no such login in the actor's reach.
        Conflict: somebody else changed it meanwhile.
    """
    demand_authority(actor, login)
    person = locked_person(login)
    if values.get("organisation_code", person.organisation_code) != person.organisation_code:
        _check_organisation(values["organisation_code"])
        demand_place(actor, values["organisation_code"])
    demand_version(person, version)
    _apply(actor, person, login, {name: values[name] for name in FIELDS if name in values})
    return person


def change_own_contacts(actor: Actor, *, email: str, phone: str, version: int | None = None) -> Person:
    """Change one's own e-mail and telephone.

    Raises:
        Conflict: changed elsewhere meanwhile.
    """
    person = locked_person(actor.login)
    demand_version(person, version)
    _apply(actor, person, actor.login, {"email": email, "phone": phone})
    return person


def locked_person(login: str) -> Person:
    """The person of a login, locked until the commit.

    Raises:
        NotFound: no such login.
    """
    person = db.session.scalars(
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.login == login)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if person is None:
        raise NotFound()
    return person


def _apply(actor: Actor, person: Person, login: str, values: dict[str, Any]) -> None:
    changes = apply(person, values)
    if changes:
        people_changed()
        db.session.flush()
        record_event(actor, "person", login, "change", changes=changes)


def _check_login(login: str) -> None:
    taken = db.session.scalar(select(Account.id).where(Account.login == login)) is not None
    demand_login(login, taken)


def demand_login(login: str, taken: bool) -> None:
    """Refuse a login that is badly formed or somebody else's.

    Raises:
        Invalid: it is, with the field `login`.
    """
    if not re.fullmatch(LOGIN, login) or login in RESERVED:
        message = _l("Lower-case Latin letters, digits, dots, hyphens and underscores; the first is a letter.")
        raise Invalid(errors={"login": [message]})
    if taken:
        raise Invalid(errors={"login": [_l("This login is taken.")]})


def _check_organisation(code: str | None) -> None:
    if code is not None:
        demand_open(db.session.get(Organisation, code))


def demand_open(organisation: Organisation | None) -> None:
    """Refuse a place of work that is not there or is closed.

    Raises:
        Invalid: it is, with the field `organisation_code`.
    """
    if organisation is None or not organisation.active:
        raise Invalid(errors={"organisation_code": [_l("There is no such organisation.")]})
