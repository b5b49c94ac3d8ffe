"""The secret address of a person's calendar: made, used, ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import consent
from app.people import queries as people
from app.people.access_end import on_access_end

from ..models import CalendarFeed

_SEEN = timedelta(minutes=10)
"""How exactly it is kept when a calendar was read last."""


def new_feed(actor: Actor) -> str:
    """Make a new secret address; the one before does not work any more.

    Returns:
        The secret, which is shown once: only its hash is kept.
    """
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _hash(token), "created_at": clock.now(), "read_at": None}
    statement = insert(CalendarFeed).values(login=actor.login, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["login"], set_=values))
    return token


def end_feed(actor: Actor) -> None:
    """Let the address work no more."""
    take_back(actor.login)


@on_access_end
def take_back(login: str) -> None:
    """Let the address of a person work no more: they switched it off, or their access ended."""
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.login == login))


def feed_reader(token: str) -> Actor:
    """Whose calendar this is, with the roles of today.

    Raises:
        NotFound: no such address, the account is closed, or its owner does not agree to the present text about the
            processing of personal data: without that nobody is shown anything.
    """
    feed = db.session.scalars(select(CalendarFeed).where(CalendarFeed.token_hash == _hash(token))).first()
    if feed is None:
        raise NotFound()
    known = people.identity_for(feed.login)
    if known.consent != consent.present().version:
        raise NotFound()
    if feed.read_at is None or clock.now() - feed.read_at > _SEEN:
        feed.read_at = clock.now()
    return known.actor


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
