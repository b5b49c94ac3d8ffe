"""Live instances kept in memory between two actions, so that an ordinary action decodes nothing.

A live instance belongs to the unit of work that took it and comes back to the cache only after its commit; a roll-back
simply loses it. So one thread at a time drives one copy, and a copy is used only while the row still names the event
that wrote its state.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.engine import decisions_made, places
from app.engine.definitions import Definition, definition
from app.engine.runtime import Instance, decode
from app.engine.statements import run_plain
from app.kernel.db import db
from app.kernel.errors import NotFound

CAPACITY = 2000
"""Instances kept per process."""
MAX_TOKENS = 3000
"""Instances with more live tokens are not kept."""


@dataclass(slots=True)
class Head:
    """The row of an instance without its state."""

    key: int
    definition_key: int
    process_id: str
    version: int
    state_key: int
    hash: bytes
    status: str
    incidents: int
    title: str | None
    business_key: str | None
    start_key: str | None
    organisation: str | None
    organisations: list[str]
    owner_group: str | None
    parent_key: int | None
    parent_token: int | None
    root_key: int
    depth: int
    started_by: str
    locked: bool = False
    """Whether this unit of work holds the row: then it is certainly as it stands here."""


FIELDS = tuple(name for name in Head.__dataclass_fields__ if name != "locked")
COLUMNS = ", ".join(f"p.{name} AS p_{name}" for name in FIELDS)
"""For statements that read a head beside something else: `head_of` takes it from their rows."""
_HEAD = f"SELECT {COLUMNS} FROM process_instance p WHERE p.key = %(key)s".encode()
_HEAD_LOCKED = _HEAD + b" FOR UPDATE"
_STATE = b"SELECT state FROM process_instance WHERE key = %(key)s AND state_key = %(state_key)s"


def head_of(row: Any) -> Head:
    """The head in a named row that was selected with `COLUMNS`."""
    return Head(*[getattr(row, "p_" + name) for name in FIELDS])


def head(key: int, *, lock: bool = False) -> Head:
    """The row of an instance.

    Raises:
        NotFound: there is none.
    """
    rows = run_plain(_HEAD_LOCKED if lock else _HEAD, {"key": key})
    if not rows:
        raise NotFound(_l("There is no such process instance."))
    found = Head(*rows[0])
    found.locked = lock
    return found


class _Cache:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: OrderedDict[int, tuple[int, Instance]] = OrderedDict()
        self.engine: object = None

    def take(self, key: int) -> tuple[int, Instance] | None:
        with self.lock:
            if self.engine is not db._engine:
                self.kept.clear()
                self.engine = db._engine
            return self.kept.pop(key, None)

    def give(self, key: int, state_key: int, instance: Instance) -> None:
        if len(instance.tasks) > MAX_TOKENS:
            return
        with self.lock:
            self.kept[key] = (state_key, instance)
            while len(self.kept) > CAPACITY:
                self.kept.popitem(last=False)

    def clear(self) -> None:
        with self.lock:
            self.kept.clear()


_cache = _Cache()


def take(at: Head) -> Instance | None:
    """The live instance of a row, for this unit of work alone; None when the row has moved on in the meantime."""
    own: dict[int, tuple[int, Instance]] = db.session.info.setdefault("live", {})
    found = own.pop(at.key, None) or _cache.take(at.key)
    if found is not None and found[0] == at.state_key:
        return found[1]
    return _restore(at)


def _restore(at: Head) -> Instance | None:
    rows = run_plain(_STATE, {"key": at.key, "state_key": at.state_key})
    if not rows or rows[0][0] is None:
        return None
    found = definition(at.definition_key)
    return decode(
        rows[0][0],
        found.model.spec,
        found.model.subspecs,
        decide=decisions_made.decider(found),
        zone=places.zone_of(at.organisation),
    )


def fresh(at: Definition, organisation: str | None, variables: dict[str, Any], start_at: str | None) -> Instance:
    """A new instance that has not run yet.

    Raises:
        ValueError: a variable is not JSON.
    """
    return Instance(
        at.model.spec,
        at.model.subspecs,
        variables,
        start_at=start_at,
        decide=decisions_made.decider(at),
        zone=places.zone_of(organisation),
    )


def keep(key: int, state_key: int, instance: Instance) -> None:
    """Keep a live instance whose state has just been written, for the rest of this unit of work and after it."""
    session = db.session
    own = session.info.setdefault("live", {})
    own[key] = (state_key, instance)
    session.info.setdefault("live_written", set()).add(key)
    if not session.info.get("live_returns"):
        session.info["live_returns"] = True
        db.after_commit(lambda: _return(own))


def untouched(at: Head, instance: Instance) -> None:
    """Give back an instance that was only read."""
    if at.key in db.session.info.get("live_written", ()):
        db.session.info["live"][at.key] = (at.state_key, instance)
    else:
        _cache.give(at.key, at.state_key, instance)


def _return(own: dict[int, tuple[int, Instance]]) -> None:
    for key, (state_key, instance) in own.items():
        _cache.give(key, state_key, instance)


def forget_all() -> None:
    """Empty the cache (tests; low memory)."""
    _cache.clear()


db.remembered(forget_all)
