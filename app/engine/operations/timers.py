"""Time: due timers, deadlines, moving them."""

from __future__ import annotations

from datetime import datetime

from app.kernel.actor import Actor


def extend_deadline(actor: Actor, task_key: int, due: datetime, reason: str, *, internal: bool = False) -> None:
    """Move a task's deadline, with a reason (process owner)."""
    raise NotImplementedError


def reschedule(actor: Actor, key: int, *, internal: bool = False) -> int:
    """Evaluate the open timers and due dates of an instance anew; both dates are recorded. Returns how many moved."""
    raise NotImplementedError


def fire_due(limit: int = 100) -> int:
    """Fire timers, start timers and deadline marks that are due, each in its own transaction. Returns how many."""
    raise NotImplementedError
