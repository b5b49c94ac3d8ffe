"""Telling people: a notice in the program and, unless they switched it off, a letter.

notify(["ivanova", "school_head@s1"], _l("New task"), text, link="/tasks/1", dedupe_key="task:1", kind="task")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import clock, outbox
from app.kernel.actor import Actor
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key
from app.people import queries as people

from . import installation, policies, rules
from .models import FAILED, KEPT, QUEUED, Mail, MailSwitch, Notice

DELIVER = "notifications.deliver"
"""Kind of the outbox entries that hand letters over."""


@dataclass(frozen=True, slots=True)
class _Receiver:
    login: str
    name: str
    email: str
    locale: str


def notify(
    recipients: Iterable[str],
    subject: object,
    text: object = "",
    *,
    link: str | None = None,
    dedupe_key: str | None = None,
    kind: str = "info",
) -> int:
    """Tell people something, in the current unit of work; letters leave after its commit.

    Args:
        recipients: logins, `role@organisation`, or bare role ids that are no login: everybody who holds the role.
        subject, text: texts or lazy texts; lazy ones are put into each reader's language.
        link: local path of the page where the reader goes on.
        dedupe_key: names the cause: the same cause never reaches the same person twice. None: every call counts.
        kind: one of `rules.KINDS`, by which people switch mail off.

    Returns:
        How many people got a new notice.
    """
    cause = dedupe_key or str(next_key())
    receivers = [receiver for login in _logins(recipients) if (receiver := _receiver(login)) is not None]
    silent = _without_mail(kind, [receiver.login for receiver in receivers])
    return sum(
        _tell(receiver, subject, text, link, cause, kind, mail=receiver.login not in silent) for receiver in receivers
    )


def _logins(recipients: Iterable[str]) -> list[str]:
    """Everybody who is meant, each once. A closed account, a role that nobody holds: nobody."""
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


def _receiver(login: str) -> _Receiver | None:
    try:
        actor = people.actor_for(login)
    except NotFound:
        return None
    return _Receiver(login, actor.name, people.person_by_login(login).email, actor.locale)


def _without_mail(kind: str, logins: list[str]) -> set[str]:
    rows = db.session.query(MailSwitch.login).filter(
        MailSwitch.login.in_(logins), MailSwitch.kind == kind, MailSwitch.mail.is_(False)
    )
    return {login for (login,) in rows}


def _tell(
    receiver: _Receiver, subject: object, text: object, link: str | None, cause: str, kind: str, *, mail: bool
) -> bool:
    with force_locale(receiver.locale):
        words, body = rules.one_line(str(subject)), str(text).strip()
        values = {
            "key": next_key(),
            "login": receiver.login,
            "kind": kind,
            "subject": words,
            "text": body,
            "link": link,
            "dedupe_key": rules.own_key(cause, receiver.login),
            "created_at": clock.now(),
        }
        statement = insert(Notice).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"])
        if db.session.execute(statement.returning(Notice.key)).scalar() is None:
            return False
        if mail and receiver.email:
            _write(receiver, words, body, link, rules.own_key(cause, receiver.login))
    return True


def _write(receiver: _Receiver, subject: str, text: str, link: str | None, dedupe_key: str) -> None:
    """Put a letter into the outbox; without a server it is only kept."""
    settings = installation.settings()
    body = rules.letter_text(receiver.name, text, rules.absolute(link, settings.public_url), _farewell(settings))
    letter = Mail(
        key=next_key(),
        login=receiver.login,
        address=receiver.email,
        subject=subject,
        text=body,
        status=QUEUED if settings.smtp_url else KEPT,
        dedupe_key=dedupe_key,
        created_at=clock.now(),
        next_at=clock.now() if settings.smtp_url else None,
    )
    db.session.add(letter)
    db.session.flush()
    if settings.smtp_url:
        outbox.enqueue(DELIVER, {"mail": letter.key})


def write_to(login: str, subject: object, text: object, link: str, cause: str) -> bool:
    """Put down a letter that belongs to no notice and that nobody can switch off (access to the account).

    Returns:
        False when the account is closed or has no address.
    """
    receiver = _receiver(login)
    if receiver is None or not receiver.email:
        return False
    with force_locale(receiver.locale):
        _write(receiver, rules.one_line(str(subject)), str(text).strip(), link, rules.own_key(cause, login))
    return True


def _farewell(settings: Settings) -> str:
    return str(
        _(
            "This letter was written by the program “Marshrut”; please do not answer it. "
            "Choose which letters you get: %(address)s",
            address=f"{settings.public_url}/notices/settings",
        )
    )


def mark_read(actor: Actor, key: int) -> Notice:
    """Note that the actor has seen a notice.

    Raises:
        NotFound: none, or somebody else's.
    """
    notice = db.session.get(Notice, key)
    if notice is None or notice.login != actor.login:
        raise NotFound(_l("There is no such notice."))
    notice.read_at = notice.read_at or clock.now()
    db.session.flush()
    return notice


def mark_all_read(actor: Actor) -> int:
    """Note that the actor has seen everything up to now. Returns how many were new."""
    statement = update(Notice).where(Notice.login == actor.login, Notice.read_at.is_(None)).values(read_at=clock.now())
    return len(db.session.execute(statement.returning(Notice.key)).all())


def choose_mail(actor: Actor, wanted: Iterable[str]) -> None:
    """Set which kinds of notices also come by mail.

    Raises:
        Invalid: an unknown kind.
    """
    chosen = set(wanted)
    if not chosen <= rules.KINDS.keys():
        raise Invalid(_l("Choose kinds of the list."))
    for kind in rules.KINDS:
        db.session.merge(MailSwitch(login=actor.login, kind=kind, mail=kind in chosen))
    db.session.flush()


def send_again(actor: Actor, key: int) -> None:
    """Put a letter that was kept or has failed into the outbox once more (administrators).

    Raises:
        Forbidden, NotFound: as the names say.
        Conflict: it is on its way or was sent, or there is no server.
    """
    if not policies.may_read_mail(actor):
        raise Forbidden()
    letter = db.session.get(Mail, key, with_for_update=True)
    if letter is None:
        raise NotFound(_l("There is no such letter."))
    if letter.status not in (FAILED, KEPT):
        raise Conflict(_l("This letter is on its way or was sent already."))
    if not installation.settings().smtp_url:
        raise Conflict(_l("No mail server is configured (SMTP_URL): letters are kept here."))
    letter.status, letter.attempts, letter.error, letter.next_at = QUEUED, 0, None, clock.now()
    db.session.flush()
    outbox.enqueue(DELIVER, {"mail": letter.key})
