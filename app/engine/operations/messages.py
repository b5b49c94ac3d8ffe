"""Messages and signals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.kernel.actor import Actor


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
    """
    raise NotImplementedError


def correlate_message(
    actor: Actor, name: str, key: str, variables: Mapping[str, Any] | None = None, *, internal: bool = False
) -> int:
    """Deliver a message at once and return the key of the instance that took it. NotFound when nobody waits."""
    raise NotImplementedError


def broadcast_signal(
    actor: Actor, name: str, variables: Mapping[str, Any] | None = None, *, internal: bool = False
) -> int:
    """Send a signal to every instance that waits for it now, and to signal start events. Returns its key."""
    raise NotImplementedError
