"""Who is meant by logins and roles, and how each of them wants to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

from ..models import AT_ONCE, NoticeChoice, NoticeHours
from ..rules.timing import DIGEST_AT


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person to tell.

    Attributes:
        first: name and patronymic, as people are addressed.
        mail: `now`, `digest` or `never` for the kind of notice in question.
        program: whether it is shown as new in the program.
    """

    login: str
    name: str
    first: str
    email: str
    locale: str
    timezone: str
    mail: str = AT_ONCE
    program: bool = True
    quiet_from: int | None = None
    quiet_to: int | None = None
    digest_at: int = DIGEST_AT


def receivers(recipients: Iterable[str], kind: str) -> list[Receiver]:
    """Everybody who is meant, each once, with their choices. A closed account, a role that nobody holds: nobody."""
    logins = _logins(recipients)
    choices = {
        row.login: row
        for row in db.session.query(NoticeChoice).filter(NoticeChoice.login.in_(logins), NoticeChoice.kind == kind)
    }
    hours = {row.login: row for row in db.session.query(NoticeHours).filter(NoticeHours.login.in_(logins))}
    found = (_receiver(login, choices.get(login), hours.get(login)) for login in logins)
    return [receiver for receiver in found if receiver is not None]


def _logins(recipients: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for recipient in recipients:
        role, _sign, organisation = recipient.partition("@")
        if not organisation and _is_login(recipient):
            found[recipient] = None
        else:
            found.update(dict.fromkeys(_holders(role, organisation)))
    return list(found)


def _is_login(text: str) -> bool:
    """Whether an account has this login, open or closed: it never stands for a role of the same name."""
    try:
        people.person_by_login(text)
    except NotFound:
        return False
    return True


def _holders(role: str, organisation: str) -> list[str]:
    try:
        return people.holders(role, organisation or None)
    except NotFound:  # an organisation that is not (or no longer) there
        return []


def _receiver(login: str, choice: NoticeChoice | None, hours: NoticeHours | None) -> Receiver | None:
    try:
        actor = people.actor_for(login)
    except NotFound:
        return None
    person = people.person_by_login(login)
    return Receiver(
        login,
        actor.name,
        " ".join(part for part in (person.first_name, person.middle_name) if part),
        person.email,
        actor.locale,
        actor.timezone,
        mail=choice.mail if choice else AT_ONCE,
        program=choice.program if choice else True,
        quiet_from=hours.quiet_from if hours else None,
        quiet_to=hours.quiet_to if hours else None,
        digest_at=hours.digest_at if hours else DIGEST_AT,
    )
