"""Who may read what."""

from __future__ import annotations

from app.kernel.actor import Actor


def may_read_mail(actor: Actor) -> bool:
    """Letters of everybody: administrators, who look after delivery."""
    return actor.has_role("admin")
