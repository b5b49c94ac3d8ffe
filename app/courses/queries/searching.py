"""Search by a piece of text."""

from __future__ import annotations


def like(text: str) -> str:
    """A pattern that finds `text` anywhere; `%` and `_` in it are plain characters."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
