"""Notices, letters and templates to read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden

from . import policies, rules
from .models import BOUNCED, FAILED, CalendarFeed, Mail, MailTemplate, Notice, NoticeChoice, NoticeHours
from .operations.choices import Choice
from .operations.templates import newest
from .rules.timing import DIGEST_AT

CAP = 99
"""The bell counts up to here."""


def unread(actor: Actor) -> int:
    """How many notices are new, counted up to `CAP`."""
    own = select(Notice.key).where(Notice.login == actor.login, Notice.read_at.is_(None)).limit(CAP)
    return db.session.scalar(select(func.count()).select_from(own.subquery())) or 0


def notices(actor: Actor, *, only_new: bool = False) -> Select[Any]:
    """The actor's notices, newest first, as a statement to page through."""
    statement = select(Notice).where(Notice.login == actor.login)
    if only_new:
        statement = statement.where(Notice.read_at.is_(None))
    return statement.order_by(Notice.created_at.desc(), Notice.key.desc())


def choices(actor: Actor) -> dict[str, Choice]:
    """How the actor wants to be told of each kind of notices."""
    rows = db.session.scalars(select(NoticeChoice).where(NoticeChoice.login == actor.login))
    chosen = {row.kind: Choice(row.mail, row.program) for row in rows}
    return {kind: chosen.get(kind, Choice()) for kind in rules.KINDS}


def hours(actor: Actor) -> dict[str, int | None]:
    """The actor's quiet hours and hour of the digest."""
    row = db.session.get(NoticeHours, actor.login)
    if row is None:
        return {"quiet_from": None, "quiet_to": None, "digest_at": DIGEST_AT}
    return {"quiet_from": row.quiet_from, "quiet_to": row.quiet_to, "digest_at": row.digest_at}


def feed(actor: Actor) -> CalendarFeed | None:
    """The actor's calendar address, without its secret."""
    return db.session.get(CalendarFeed, actor.login)


def undelivered(actor: Actor, address: str) -> Mail | None:
    """The last letter to the actor at an address, when it did not arrive."""
    own = select(Mail).where(Mail.login == actor.login, Mail.address == address)
    last = db.session.scalars(own.order_by(Mail.created_at.desc(), Mail.key.desc()).limit(1)).first()
    return last if last is not None and last.status in (FAILED, BOUNCED) else None


def mails(actor: Actor, *, status: str = "", q: str = "") -> Select[Any]:
    """All letters, newest first, as a statement to page through.

    Raises:
        Forbidden: the actor is no administrator.
    """
    if not policies.may_read_mail(actor):
        raise Forbidden()
    statement = select(Mail)
    if status:
        statement = statement.where(Mail.status == status)
    if q:
        columns = (Mail.login, Mail.address, Mail.subject)
        statement = statement.where(or_(*(column.icontains(q, autoescape=True) for column in columns)))
    return statement.order_by(Mail.created_at.desc(), Mail.key.desc())


def mail(actor: Actor, key: int) -> Mail | None:
    """One letter; None when there is none.

    Raises:
        Forbidden: the actor is no administrator.
    """
    if not policies.may_read_mail(actor):
        raise Forbidden()
    return db.session.get(Mail, key)


def templates(actor: Actor) -> dict[tuple[str, str], MailTemplate]:
    """The newest version of every template by (event, scope); those that were given back are left out.

    Raises:
        Forbidden: the actor words no letters.
    """
    _demand_author(actor)
    found = db.session.scalars(newest().order_by(MailTemplate.event, MailTemplate.scope))
    return {(row.event, row.scope): row for row in found}


def versions(actor: Actor, event: str, scope: str) -> list[MailTemplate]:
    """All versions of a template, newest first.

    Raises:
        Forbidden: the actor words no letters.
    """
    _demand_author(actor)
    own = select(MailTemplate).where(MailTemplate.event == event, MailTemplate.scope == scope)
    return list(db.session.scalars(own.order_by(MailTemplate.version.desc())))


def _demand_author(actor: Actor) -> None:
    if not policies.may_word_letters(actor):
        raise Forbidden()
