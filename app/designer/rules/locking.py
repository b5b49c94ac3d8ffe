"""How long somebody's hand stays on a file. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

LIFE = timedelta(seconds=60)
"""A lock that was not renewed for so long holds nobody off any more."""
TOGETHER = timedelta(minutes=10)
"""Autosaves of one person within this time are one row of the history."""


def holds(holder: str | None, renewed_at: datetime | None, now: datetime) -> bool:
    """Whether a lock still counts."""
    return holder is not None and renewed_at is not None and now - renewed_at < LIFE
