"""What happened, and whether it is what was written."""

from __future__ import annotations

from app.engine.views import (
    EventView,
    Travelled,
)
from app.kernel.actor import Actor


def history(actor: Actor, instance_key: int) -> list[EventView]:
    """All events of an instance in their order. NotFound outside the scope of the actor."""
    raise NotImplementedError


def travelled(actor: Actor, instance_key: int) -> Travelled:
    """The path on the drawing: flows taken, elements done, cancelled and open."""
    raise NotImplementedError


def verify_chain(instance_key: int) -> str | None:
    """Check the hash chain of an instance. None when whole, else where and how it is broken."""
    raise NotImplementedError
