"""Work that follows a commit: a row first, the broker only wakes workers. Losing the broker loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .db import Base, db
from .ids import next_key
from .log import logger

log = logger(__name__)
Handler = Callable[[dict[str, Any]], None]
Nudge = Callable[[str], None]
MAX_ATTEMPTS = 10
ACTIONS, MAIL, PAPERS, FIGURES = "actions", "mail", "papers", "figures"
"""Lanes: work of one lane never waits for work of another. Letters wait for mail servers, papers are slow
to write, figures take the night, actions wait for nobody."""
_handlers: dict[str, Handler] = {}
_lanes: dict[str, str] = {}
_nudges: list[Nudge] = []


class OutboxEntry(Base):
    """One piece of work still to do. Done entries are deleted; failed ones stay with their error."""

    __tablename__ = "outbox"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    failed: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_outbox_due", "run_at", "key", postgresql_where=text("NOT failed")),)


def handler(kind: str, *, lane: str = ACTIONS) -> Callable[[Handler], Handler]:
    """Register the function that does work of this kind. It runs in its own unit of work and may run twice."""

    def register(function: Handler) -> Handler:
        _handlers[kind], _lanes[kind] = function, lane
        return function

    return register


def on_enqueue(nudge: Nudge) -> None:
    """Register what wakes the workers of a lane after a commit that enqueued something for them."""
    _nudges.append(nudge)


def enqueue(kind: str, payload: dict[str, Any], *, run_at: datetime | None = None) -> int:
    """Add work to the current unit of work.

    Args:
        kind: name of a registered handler.
        payload: JSON data.
        run_at: not before this moment; at once when None.

    Returns:
        The entry's key.
    """
    now = clock.now()
    entry = OutboxEntry(key=next_key(), kind=kind, payload=payload, run_at=run_at or now, created_at=now)
    db.session.add(entry)
    nudge_after_commit(_lanes.get(kind, ACTIONS))
    return entry.key


def nudge_after_commit(lane: str = ACTIONS) -> None:
    """Wake the workers of a lane after this unit of work: for who writes entries by a statement of their own."""
    nudged: set[str] = db.session.info.setdefault("nudged", set())
    if lane not in nudged:
        nudged.add(lane)
        for nudge in _nudges:
            db.after_commit(partial(nudge, lane))


def work_off(limit: int = 100, *, kinds: tuple[str, ...] | None = None, lane: str | None = None) -> int:
    """Do due work, each entry in its own transaction, until none is left or `limit` is reached.

    Several workers may run this at once: an entry is locked by the one that does it. A crash rolls it back.

    Args:
        kinds: only work of these kinds.
        lane: only work of this lane.

    Returns:
        How many entries were taken (done or failed).
    """
    if lane is not None:
        kinds = tuple(kind for kind, its in _lanes.items() if its == lane)
    for done in range(limit):
        if not _work_one(kinds):
            return done
    return limit


_TAKE = text("""
    SELECT key FROM outbox
    WHERE NOT failed AND run_at <= :now AND (CAST(:kinds AS text[]) IS NULL OR kind = ANY(:kinds))
    ORDER BY run_at, key LIMIT 1 FOR UPDATE SKIP LOCKED
""")


def _work_one(kinds: tuple[str, ...] | None) -> bool:
    key: int | None = None
    try:
        with db.unit_of_work() as session:
            key = session.execute(_TAKE, {"now": clock.now(), "kinds": list(kinds) if kinds else None}).scalar()
            if key is None:
                return False
            entry = session.get_one(OutboxEntry, key)
            _handlers[entry.kind](entry.payload)
            session.delete(entry)
        return True
    except Exception as error:
        if key is None:
            raise
        _postpone(key, error)
        return True


def _postpone(key: int, error: Exception) -> None:
    """Try again later, with growing pauses; after `MAX_ATTEMPTS` the entry stays for the operator."""
    with db.unit_of_work() as session:
        entry = session.get(OutboxEntry, key, with_for_update=True)
        if entry is None:
            return
        entry.attempts += 1
        entry.error = f"{type(error).__name__}: {error}"[:2000]
        entry.failed = entry.attempts >= MAX_ATTEMPTS
        entry.run_at = clock.now() + timedelta(seconds=min(2**entry.attempts, 3600))
        log.warning("outbox entry failed", kind=entry.kind, key=key, attempts=entry.attempts, exc_info=error)
