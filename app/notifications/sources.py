"""What higher features tell about themselves: processes whose letters may be worded, and entries of calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Process:
    """A process with its tasks: (element id, name)."""

    id: str
    name: str
    tasks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar.

    Attributes:
        uid: names the thing for ever, as `task-17`.
        start, end: days (the end is the last day) or moments.
        link: local path.
    """

    uid: str
    title: str
    start: date | datetime
    end: date | datetime | None = None
    about: str = ""
    link: str | None = None


Processes = Callable[[], Iterable[Process]]
Calendar = Callable[[Actor], Iterable[Entry]]
_processes: list[Processes] = []
_calendars: dict[str, Calendar] = {}


def processes_from(source: Processes) -> Processes:
    """Register what lists the deployed processes (engine)."""
    _processes[:] = [source]
    return source


def calendar(name: str) -> Callable[[Calendar], Calendar]:
    """Register what knows dates of a person's work."""

    def register(source: Calendar) -> Calendar:
        _calendars[name] = source
        return source

    return register


def processes() -> list[Process]:
    """All deployed processes, by name."""
    return sorted((process for source in _processes for process in source()), key=lambda process: process.name)


def scope_name(scope: str) -> str | None:
    """What people call a process or a task of it; None when it is not deployed."""
    process_id, _sign, element = scope.partition(":")
    found = next((process for process in processes() if process.id == process_id), None)
    if found is None:
        return None
    if not element:
        return found.name
    task = dict(found.tasks).get(element)
    return f"{found.name} · {task}" if task is not None else None


def entries(actor: Actor) -> Iterator[Entry]:
    """Everything of a person's calendar."""
    for source in _calendars.values():
        yield from source(actor)
