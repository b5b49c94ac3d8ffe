"""What higher features do when an edition of a school's programme comes into force: `programmes` tracks its measures.

    @school_programmes.following.on_approved
    def take(actor: Actor, approved: Approved) -> list[str]:
        ...
        return [row["row_key"] for row in approved.measures]

For the keys that followers return the process sends `roadmap.approved`, once per measure; a measure that nobody keeps
is followed by the stage reports alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel.actor import Actor

from .models import SchoolProgramme


@dataclass(frozen=True, slots=True)
class Approved:
    """A programme that came into force.

    Attributes:
        measures: `{row_key, number, title, due, responsible, result, document}`.
        content: fields of the form `school_programme` of the edition in force.
    """

    programme: SchoolProgramme
    measures: Sequence[Mapping[str, Any]]
    content: Mapping[str, Any]


Follower = Callable[[Actor, Approved], Sequence[str]]
Stopped = Callable[[Actor, SchoolProgramme], None]
_followers: list[Follower] = []
_told_of_stops: list[Stopped] = []


def on_approved(follower: Follower) -> Follower:
    """Register a follower; it runs in the same unit of work and returns the keys of the measures that it keeps."""
    _followers.append(follower)
    return follower


def on_stopped(follower: Stopped) -> Stopped:
    """Register who is told, in the same unit of work, that a programme was stopped before its time."""
    _told_of_stops.append(follower)
    return follower


def tell_stopped(actor: Actor, programme: SchoolProgramme) -> None:
    """Tell them."""
    for follower in _told_of_stops:
        follower(actor, programme)


def tell(actor: Actor, approved: Approved) -> list[Mapping[str, Any]]:
    """Tell all followers; the measures that somebody keeps from now on."""
    kept = {key for follower in _followers for key in follower(actor, approved)}
    return [row for row in approved.measures if row["row_key"] in kept]
