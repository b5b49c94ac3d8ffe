"""What hangs on one person, named before an account is closed or a person moves. People stand below the other features:
whoever gives persons something in person (a task, a course) registers here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.actor import Actor

SHOWN = 20
"""So many of a kind are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing: its words, and where the reader may hand it over (None: somebody else does)."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Everything of a kind.

    Attributes:
        label: what it is, as “Open tasks”.
        total: how many there are.
        duties: at most `SHOWN` of them.
        advice: who hands over what the reader may not.
    """

    label: str
    total: int
    duties: tuple[Duty, ...]
    advice: str


Source = Callable[[Actor, str], Held]
_sources: list[Source] = []


def source(found: Source) -> Source:
    """Register a kind: (reader, login) -> what that person holds, in words that hold nobody's data."""
    _sources.append(found)
    return found


def duties_of(actor: Actor, login: str) -> list[Held]:
    """What hangs on a person, as far as there is any."""
    return [held for held in (ask(actor, login) for ask in _sources) if held.total]
