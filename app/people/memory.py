"""What a process remembers of people for a few seconds, so that the hot path needs no statement.

Any change of people empties the memory of its own process at the commit; other processes learn of it when their
entries grow old (`ACTOR_SECONDS`, `ORGANISATION_SECONDS`). A unit of work that changes people does not use the memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from app.kernel import clock
from app.kernel.db import db

ACTOR_SECONDS = 3.0
ORGANISATION_SECONDS = 30.0
_MARK = "people_changed"
V = TypeVar("V")


class Memory(Generic[V]):
    """A bounded map whose entries grow old."""

    def __init__(self, seconds: float, size: int) -> None:
        self._seconds = timedelta(seconds=seconds)
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, tuple[datetime, V]] = OrderedDict()
        self._generation = 0

    def get(self, key: object, load: Callable[[], V]) -> V:
        """The remembered value, or the loaded one. What `load` raises is not remembered."""
        if db.session.info.get(_MARK):
            return load()
        now = clock.now()
        with self._lock:
            found = self._kept.get(key)
            generation = self._generation
        if found is not None and abs(now - found[0]) <= self._seconds:
            return found[1]
        value = load()
        with self._lock:
            if generation == self._generation:
                self._kept[key] = (now, value)
                self._kept.move_to_end(key)
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything; what is being loaded right now will not be kept either."""
        with self._lock:
            self._kept.clear()
            self._generation += 1


_memories: list[Memory[object]] = []


def memory(seconds: float, size: int) -> Memory[object]:
    """A memory that `people_changed` empties."""
    made: Memory[object] = Memory(seconds, size)
    _memories.append(made)
    return made


def forget() -> None:
    """Empty the memory of this process."""
    for each in _memories:
        each.clear()


db.remembered(forget)


def people_changed() -> None:
    """Say that this unit of work changes organisations, persons, accounts, roles or substitutions."""
    if not db.session.info.get(_MARK):
        db.session.info[_MARK] = True
        db.after_commit(forget)
