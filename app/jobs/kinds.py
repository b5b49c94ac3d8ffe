"""The kinds of long work: each with the generator that does it, a name for people and a limit.

    @kinds.handler("people.import", label=_l("Import of people"))
    def import_people(run: Run) -> Iterator[None]:
        rows = read(run.open_file())
        run.total = len(rows)
        for number, row in enumerate(rows[run.done:], start=run.done):
            try:
                take(run.actor, row)
            except Invalid as error:
                run.note(f"row {number}", error)
            run.done = number + 1
            yield                      # this row and the progress are committed together
        run.message = ngettext("%(num)s person imported.", …)

Up to each `yield` is one unit of work: the database's changes and the run's `done`, `checkpoint`, notes and results
are committed together or not at all. After a crash the generator starts anew, with the `done` and `checkpoint` of the
last committed step: it must go on from there. Rows of the database that it holds do not live beyond a `yield`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.kernel.actor import Actor

if TYPE_CHECKING:
    from .run import Run

Steps = Callable[["Run"], Iterator[None]]
Actors = Callable[[str], Actor]
Names = Callable[[Iterable[str]], dict[str, str]]
Listener = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of long work.

    Attributes:
        label: lazy text, as `Import of people`.
        steps: the generator function.
        at_once: how many of this kind may run at the same time in the whole installation.
    """

    name: str
    label: object
    steps: Steps
    at_once: int


_kinds: dict[str, Kind] = {}
_actors: list[Actors] = []
_names: list[Names] = []
_listeners: list[Listener] = []


def handler(name: str, *, label: object, at_once: int = 1) -> Callable[[Steps], Steps]:
    """Register the generator that does work of this kind (in a feature's `jobs.py`)."""

    def register(steps: Steps) -> Steps:
        _kinds[name] = Kind(name, label, steps, at_once)
        return steps

    return register


def known() -> dict[str, Kind]:
    """All kinds by name."""
    return _kinds


def actor_source(actors: Actors) -> Actors:
    """Register what finds the actor behind a login as of now (people). It raises `NotFound` for closed accounts."""
    _actors[:] = [actors]
    return actors


def name_source(names: Names) -> Names:
    """Register what finds the names of people by login (people)."""
    _names[:] = [names]
    return names


def names_of(logins: Iterable[str]) -> dict[str, str]:
    """Names of people by login."""
    return _names[0](logins)


def actor_of(login: str) -> Actor:
    """The person for whom a job works, with the roles of today."""
    return replace(_actors[0](login), channel="worker")


def on_end(listener: Listener) -> Listener:
    """Register who is told the key of each job that has come to its end, inside the unit of work that ends it."""
    _listeners.append(listener)
    return listener


def ended(key: int) -> None:
    """Tell the listeners."""
    for listener in _listeners:
        listener(key)
