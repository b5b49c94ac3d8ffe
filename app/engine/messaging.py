"""Messages on their way: stored with the action that sends them, delivered after its commit.

Delivery and subscription never miss each other: a message is delivered in a transaction after the one that stored it,
a subscription looks for kept messages in a transaction after the one that opened it; whichever is later sees the other.
A receipt makes sure that one instance of each process takes a message, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.engine import passing, timers
from app.engine.models import Message
from app.kernel import clock, outbox
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.kernel.ids import next_key


def span(text: Any) -> timedelta:
    """A time to live: an ISO duration, none when empty.

    Raises:
        FeelError: it is not a duration.
    """
    if text is None or text == "":
        return timedelta(0)
    now = clock.now()
    return timers.add_duration(now, timers.parse_duration(text)) - now


def store_message(actor: Actor, message: Mapping[str, Any]) -> int:
    """Store a message and see to its delivery.

    Args:
        message: `name`, `key`, `variables`, `messageId`, `timeToLive` (ISO text or timedelta).

    Raises:
        Conflict: a kept message has the same name, key and id.
        FeelError: the time to live is not a duration.
    """
    ttl = message.get("timeToLive")
    now = clock.now()
    row = Message(
        key=next_key(),
        name=message["name"],
        correlation_key=message.get("key") or "",
        variables=dict(message.get("variables") or {}),
        message_id=message.get("messageId") or None,
        published_by=actor.login,
        published_at=now,
        expires_at=now + (ttl if isinstance(ttl, timedelta) else span(ttl)),
    )
    _refuse_double(row)
    db.session.add(row)
    outbox.enqueue("engine.correlate", {"message": row.key})
    passing.work_off_after_commit()
    return row.key


def _refuse_double(row: Message) -> None:
    """A message id is used once while its message is kept."""
    if row.message_id is None:
        return
    same = db.session.scalar(
        select(Message).where(
            Message.name == row.name,
            Message.correlation_key == row.correlation_key,
            Message.message_id == row.message_id,
        )
    )
    if same is None:
        return
    if same.expires_at > row.published_at:
        raise Conflict(_l("A message with this id has been published already."), key=same.key)
    db.session.delete(same)
    db.session.flush()


def is_double(error: IntegrityError) -> bool:
    """Whether two publishers used the same message id at the same moment."""
    return "uq_message_id" in str(error.orig)
