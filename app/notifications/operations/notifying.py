"""Telling people: a notice in the program and, as they chose, a letter at once, a line of the digest, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.jobs import batching
from app.kernel import clock, outbox
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.ids import next_key

from .. import installation, rules
from ..models import AT_ONCE, IN_DIGEST, MailTemplate, Notice
from ..rules import letters, templating, timing
from . import mailing, templates
from .receivers import Receiver, receivers

DIGEST = "notifications.digest"
"""Kind of the outbox entries that write digests."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said to one reader: subject, plain text, and the text as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Message:
    """What is said to all readers of one cause."""

    subject: object
    text: object
    link: str | None
    cause: str
    kind: str
    template: MailTemplate | None
    facts: Mapping[str, str]


def notify(
    recipients: Iterable[str],
    subject: object,
    text: object = "",
    *,
    link: str | None = None,
    dedupe_key: str | None = None,
    kind: str = "info",
    event: str | None = None,
    facts: Mapping[str, str] | None = None,
    process: str | None = None,
    element: str | None = None,
) -> int:
    """Tell people something, in the current unit of work; letters leave after its commit.

    Args:
        recipients: logins, `role@organisation`, or bare role ids that are no login: everybody who holds the role.
        subject, text: texts or lazy texts; lazy ones are put into each reader's language.
        link: local path of the page where the reader goes on.
        dedupe_key: names the cause: the same cause never reaches the same person twice. None: every call counts.
        kind: one of `rules.KINDS`, by which people choose how they are told.
        event, facts: occasion of `rules.events` with its facts, for who words its letters by a template.
        process, element: ids of the process and task whose own template counts.

    Returns:
        How many people got a new notice.
    """
    found = receivers(recipients, kind)
    if not found:
        return 0
    template = templates.current(event, process, element) if event else None
    cause = dedupe_key or str(next_key())
    message = _Message(subject, text, link, cause, kind, template, facts or {})
    with force_locale("ru"):
        title = rules.one_line(str(subject))
    with batching.together(None, title=title, link=link):
        return sum(_tell(receiver, message) for receiver in found)


def _tell(receiver: Receiver, message: _Message) -> bool:
    with force_locale(receiver.locale):
        words = _words(receiver, message)
        cause = rules.own_key(message.cause, receiver.login)
        later = receiver.mail == IN_DIGEST and bool(receiver.email)
        values = {
            "key": next_key(),
            "login": receiver.login,
            "kind": message.kind,
            "subject": words.subject,
            "text": words.text,
            "link": message.link,
            "dedupe_key": cause,
            "digest": later,
            "created_at": clock.now(),
            "read_at": None if receiver.program else clock.now(),
        }
        statement = insert(Notice).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"])
        if db.session.execute(statement.returning(Notice.key)).scalar() is None:
            return False
        if receiver.mail == AT_ONCE and receiver.email:
            mailing.write(receiver, words.subject, words.text, words.html, message.link, cause)
        if later:  # one entry each: whichever comes first writes of all, and none is missed by two who meet
            at = timing.next_digest(clock.now(), receiver.timezone, receiver.digest_at)
            outbox.enqueue(DIGEST, {"login": receiver.login}, run_at=at)
    return True


def _words(receiver: Receiver, message: _Message) -> _Words:
    """The template's words for Russian readers, else the program's own."""
    template = message.template
    if template is None or receiver.locale != "ru":
        text = str(message.text).strip()
        return _Words(rules.one_line(str(message.subject)), text, letters.from_text(text))
    address = rules.absolute(message.link, installation.settings().public_url)
    facts = {**message.facts, "имя": receiver.first, "фио": receiver.name, "ссылка": address or ""}
    return _Words(
        rules.one_line(templating.fill(template.subject, facts)),
        templating.fill(template.text, facts),
        letters.from_markdown(templating.fill(template.text, facts, templating.literal)),
    )


def digest_moment(receiver: Receiver, since: datetime) -> datetime:
    """When the digest of what came first at `since` is due, by the hour that the person wants now."""
    return timing.next_digest(since, receiver.timezone, receiver.digest_at)


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
