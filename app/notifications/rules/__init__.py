"""Kinds of notices, and the words around a letter. Pure."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS: dict[str, object] = {
    "task": _l("New tasks and returned work"),
    "deadline": _l("Deadlines: a reminder before, a notice when it has passed"),
    "result": _l("Decisions and results that concern me"),
    "info": _l("Other messages"),
}
"""For each of them a person chooses whether it is shown as new in the program, and when it comes by mail."""


def own_key(dedupe_key: str, login: str) -> str:
    """One cause reaches one person once."""
    return f"{dedupe_key}:{login}"


def absolute(link: str | None, public_url: str) -> str | None:
    """The address of a link as it works in a letter."""
    return f"{public_url}{link}" if link and link.startswith("/") else link


def one_line(value: str) -> str:
    """The text without line ends and control characters: nobody may add headers through a subject."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())
