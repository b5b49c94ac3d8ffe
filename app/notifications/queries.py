"""Notices and letters to read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden

from . import policies, rules
from .models import Mail, MailSwitch, Notice

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


def mail_kinds(actor: Actor) -> set[str]:
    """The kinds of notices that the actor also gets by mail."""
    off = select(MailSwitch.kind).where(MailSwitch.login == actor.login, MailSwitch.mail.is_(False))
    return set(rules.KINDS) - set(db.session.scalars(off))


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
