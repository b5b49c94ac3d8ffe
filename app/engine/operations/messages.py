"""Messages and signals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.engine import correlation, messaging, passing, policies
from app.kernel import outbox
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound


def publish_message(
    actor: Actor,
    name: str,
    key: str,
    variables: Mapping[str, Any] | None = None,
    *,
    ttl: timedelta | None = None,
    message_id: str | None = None,
    internal: bool = False,
) -> int:
    """Publish a message: one instance of each process that waits for (name, key) takes it, right after the commit.

    Args:
        ttl: how long it is kept for those who wait later; not at all when None.
        message_id: the same id for (name, key) is published once while the message is kept.

    Returns:
        The message's key.

    Raises:
        Conflict: the message id was used already.
        Forbidden: the actor does not operate the engine.
    """
    policies.demand(internal or policies.may_operate(actor))
    message = {"name": name, "key": key, "variables": variables, "messageId": message_id, "timeToLive": ttl}
    try:
        stored = messaging.store_message(actor, message)
        db.session.flush()
    except IntegrityError as error:
        if not messaging.is_double(error):
            raise
        raise Conflict(_l("A message with this id has been published already.")) from error
    return stored


def correlate_message(
    actor: Actor, name: str, key: str, variables: Mapping[str, Any] | None = None, *, internal: bool = False
) -> int:
    """Deliver a message at once and return the key of the instance that took it.

    Raises:
        NotFound: nobody waits for it and it starts nothing.
        Forbidden: the actor does not operate the engine.
    """
    policies.demand(internal or policies.may_operate(actor))
    taken = correlation.correlate_now(actor, name, key, variables or {})
    if taken is None:
        raise NotFound(_l("Nobody waits for the message “%(name)s” with this key.", name=name))
    return taken


def broadcast_signal(
    actor: Actor, name: str, variables: Mapping[str, Any] | None = None, *, internal: bool = False
) -> int:
    """Send a signal to every instance that waits for it now, and to signal start events. Returns its key."""
    policies.demand(internal or policies.may_operate(actor))
    key = outbox.enqueue("engine.signal", {"name": name, "variables": dict(variables or {})})
    passing.work_off_after_commit()
    return key
