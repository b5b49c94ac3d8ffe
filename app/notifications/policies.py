"""Who may read and word what."""

from __future__ import annotations

from app.kernel.actor import Actor


def may_read_mail(actor: Actor) -> bool:
    """Letters of everybody: administrators, who look after delivery."""
    return actor.has_role("admin")


def may_word_letters(actor: Actor) -> bool:
    """Templates of letters: designers, to whom the models belong, and administrators."""
    return actor.has_role("designer", "admin")
