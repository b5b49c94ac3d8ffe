"""What happened, and whether it is what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Text, cast, select

from app.engine import live
from app.engine.chain import FIRST, event_hash
from app.engine.models import HistoryEvent, Incident, ProcessInstance
from app.engine.models.instances import ACTIVE
from app.engine.queries.instances import instance
from app.engine.views import EventView, Travelled
from app.kernel.actor import Actor
from app.kernel.db import db


def history(actor: Actor, instance_key: int) -> list[EventView]:
    """All events of an instance in their order.

    Raises:
        NotFound: none, or outside the scope of the actor.
    """
    instance(actor, instance_key)
    return [_view(row) for row in _events(instance_key)]


def _events(instance_key: int) -> Iterator[HistoryEvent]:
    query = select(HistoryEvent).where(HistoryEvent.instance_key == instance_key).order_by(HistoryEvent.seq)
    yield from db.session.scalars(query)


def _view(row: HistoryEvent) -> EventView:
    return EventView(
        key=row.key,
        instance_key=row.instance_key,
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        on_behalf_of=row.on_behalf_of,
        channel=row.channel,
        verb=row.verb,
        element_id=row.element_id,
        task_key=row.task_key,
        form_key=row.form_key,
        details=row.details,
        entries=row.entries,
        hash=row.hash.hex(),
    )


def travelled(actor: Actor, instance_key: int) -> Travelled:
    """The path on the drawing: flows taken, elements done, cancelled and open.

    Raises:
        NotFound: none, or outside the scope of the actor.
    """
    instance(actor, instance_key)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in ("flow", "entered", "completed", "cancelled")}
    for event in _events(instance_key):
        for kind, element, _token, details in event.entries:
            if kind in counts and element is not None:
                counts[kind][element] += 1
            elif kind == "migrated":  # what is live goes on as another element
                for move in details["moves"]:
                    counts["entered"][move["from"]] -= 1
                    counts["entered"][move["to"]] += 1
    done = counts["completed"] + counts["cancelled"]
    running = db.session.scalar(select(ProcessInstance.status).where(ProcessInstance.key == instance_key)) == ACTIVE
    failed = select(Incident.element_id).where(Incident.instance_key == instance_key, Incident.resolved_at.is_(None))
    standing = {name: number - done[name] for name, number in counts["entered"].items() if running}
    live_ones = {name: number for name, number in standing.items() if number > 0}
    return Travelled(
        flows=dict(counts["flow"]),
        completed=dict(counts["completed"]),
        cancelled=dict(counts["cancelled"]),
        open=tuple(live_ones),
        failed=tuple(db.session.scalars(failed)) if running else (),
        live=live_ones,
    )


def verify_chain(instance_key: int) -> str | None:
    """Check the hash chain of an instance. None when whole, else where and how it is broken."""
    columns = (HistoryEvent, cast(HistoryEvent.details, Text).label("d"), cast(HistoryEvent.entries, Text).label("e"))
    query = select(*columns).where(HistoryEvent.instance_key == instance_key).order_by(HistoryEvent.seq)
    before, seq = FIRST, 0
    for row, details, entries in db.session.execute(query):
        seq += 1
        if row.seq != seq:
            return f"event {seq} is missing"
        if row.prev_hash != before:
            return f"event {seq} does not follow the one before it"
        if _hash(row, before, details, entries) != row.hash:
            return f"event {seq} was changed"
        before = row.hash
    at = live.head(instance_key)
    if at.version != seq:
        return f"the instance counts {at.version} events, {seq} are there"
    return None if at.hash == before else "the last event is not the one that the instance knows"


def _hash(row: HistoryEvent, before: bytes, details: str, entries: str) -> bytes:
    who = (row.actor, row.on_behalf_of, row.channel, row.address)
    what = (row.verb, row.element_id, row.task_key, row.form_key)
    return event_hash(before, row.instance_key, row.seq, row.key, row.at, who, what, details, entries)


def broken_chains(first: int = 0) -> Iterator[tuple[int, str]]:
    """Every instance whose chain is broken, with the reason; for `marshrut audit verify`.

    Args:
        first: begin at this instance key.
    """
    keys: Any = db.session.scalars(
        select(ProcessInstance.key).where(ProcessInstance.key >= first).order_by(ProcessInstance.key)
    )
    for key in keys.all():
        reason = verify_chain(key)
        if reason is not None:
            yield key, reason
