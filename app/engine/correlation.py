"""Delivering messages and signals to who waits for them, and starting what they start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from app.engine import passing
from app.engine.action import act, event
from app.engine.definitions import definition
from app.engine.models import EventSubscription, Message, MessageReceipt, ProcessInstance, StartEvent
from app.engine.starting import begin
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.ids import next_key

Payload = dict[str, Any]


class _NotWaiting(Exception):
    """The instance does not wait for it any more; what was done for the delivery is undone."""


def correlate(payload: Payload) -> None:
    """Deliver a message that was stored: to the oldest subscription of each process, else to its start event."""
    message = db.session.get(Message, payload["message"])
    if message is None:
        return
    for process_id in _waiting_processes(message.name, message.correlation_key):
        outbox.enqueue("engine.deliver", {"message": message.key, "process": process_id})
    for process_id in _started_processes("message", message.name):
        outbox.enqueue("engine.message_start", {"message": message.key, "process": process_id})
    passing.work_off_after_commit()


def deliver(payload: Payload) -> None:
    """Give a message to the instance of a process that has waited longest."""
    message = db.session.get(Message, payload["message"])
    if message is None:
        return
    for subscription in _subscriptions(message.name, message.correlation_key, payload["process"]):
        if _hand_over(PLATFORM, message, subscription):
            return


def take_buffered(payload: Payload) -> None:
    """Look for kept messages for a subscription that was just opened; the oldest first, one at a time."""
    subscription = db.session.scalar(
        select(EventSubscription).where(
            EventSubscription.instance_key == payload["instance"],
            EventSubscription.token == payload["token"],
            EventSubscription.kind == "message",
        )
    )
    if subscription is None:
        return
    message = _kept(subscription.name, subscription.correlation_key or "", subscription.process_id, clock.now())
    if message is not None and _hand_over(PLATFORM, message, subscription):
        outbox.enqueue("engine.take_buffered", payload)  # an event that does not interrupt takes the next one too
        passing.work_off_after_commit()


def message_start(payload: Payload) -> None:
    """Start the process of a message start event, unless an instance of it took the message, or an active one has the
    same key: then the message waits for its end, as long as it is kept."""
    message = db.session.get(Message, payload["message"])
    start = None if message is None else _start_event("message", message.name, payload["process"])
    if message is not None and start is not None:
        _start_by(PLATFORM, message, start)


def next_start(payload: Payload) -> None:
    """An instance with a start key is over: kept messages with that key may start the next one."""
    now, process_id, key = clock.now(), payload["process"], payload["key"]
    names = select(StartEvent.name).where(StartEvent.process_id == process_id, StartEvent.kind == "message")
    for name in db.session.scalars(names).all():
        message = _kept(name or "", key, process_id, now)
        if message is not None:
            outbox.enqueue("engine.message_start", {"message": message.key, "process": process_id})
            passing.work_off_after_commit()
            return


def signal(payload: Payload) -> None:
    """Send a signal to everybody who waits for it at this moment."""
    rows = db.session.execute(
        select(EventSubscription.instance_key, EventSubscription.token).where(
            EventSubscription.kind == "signal", EventSubscription.name == payload["name"]
        )
    )
    for instance_key, token in rows.all():
        what = {"instance": instance_key, "token": token, "variables": payload["variables"]}
        outbox.enqueue("engine.trigger", what)
    for process_id in _started_processes("signal", payload["name"]):
        outbox.enqueue("engine.start", {**payload, "process": process_id})
    passing.work_off_after_commit()


def trigger(payload: Payload) -> None:
    """Give a signal to one instance; if it does not wait any more, it has missed it."""
    token, variables = payload["token"], payload["variables"]
    try:
        act(PLATFORM, payload["instance"], event(PLATFORM, "signal"), lambda i: i.trigger(token, variables))
    except LookupError:
        return


def start_by_signal(payload: Payload) -> None:
    """Start the process of a signal start event."""
    start = _start_event("signal", payload["name"], payload["process"])
    if start is not None:
        begin(PLATFORM, definition(start.definition_key), payload["variables"], start_at=start.element_id)


def correlate_now(actor: Actor, name: str, key: str, variables: Mapping[str, Any]) -> int | None:
    """Deliver a message in this unit of work. Returns the key of the instance that took it first."""
    now = clock.now()
    message = Message(name=name, correlation_key=key, variables=dict(variables), published_by=actor.login)
    message.key, message.published_at, message.expires_at = next_key(), now, now
    db.session.add(message)
    db.session.flush()
    for process_id in _waiting_processes(name, key):
        for subscription in _subscriptions(name, key, process_id):
            if _hand_over(actor, message, subscription):
                return subscription.instance_key
    for process_id in _started_processes("message", name):
        start = _start_event("message", name, process_id)
        taken = None if start is None else _start_by(actor, message, start)
        if taken is not None:
            return taken
    db.session.delete(message)
    return None


def forget_expired(now: datetime) -> int:
    """Delete messages that are kept no longer and were delivered; returns how many."""
    waiting = exists().where(
        and_(
            outbox.OutboxEntry.kind.in_(("engine.correlate", "engine.deliver", "engine.message_start")),
            outbox.OutboxEntry.payload["message"].as_integer() == Message.key,
        )
    )
    found = db.session.execute(delete(Message).where(Message.expires_at < now, ~waiting))
    return int(found.rowcount)  # type: ignore[attr-defined]


def _waiting_processes(name: str, key: str) -> list[str]:
    same = EventSubscription.name == name, EventSubscription.correlation_key == key
    query = select(EventSubscription.process_id).where(*same, EventSubscription.kind == "message").distinct()
    return sorted(db.session.scalars(query))


def _subscriptions(name: str, key: str, process_id: str) -> list[EventSubscription]:
    return list(
        db.session.scalars(
            select(EventSubscription)
            .where(
                EventSubscription.name == name,
                EventSubscription.correlation_key == key,
                EventSubscription.kind == "message",
                EventSubscription.process_id == process_id,
            )
            .order_by(EventSubscription.key)
        )
    )


def _started_processes(kind: str, name: str) -> list[str]:
    query = select(StartEvent.process_id).where(StartEvent.kind == kind, StartEvent.name == name).distinct()
    return sorted(db.session.scalars(query))


def _start_event(kind: str, name: str, process_id: str) -> StartEvent | None:
    """What starts the newest version of a process: deploying may have replaced it since the message came."""
    where = StartEvent.kind == kind, StartEvent.name == name, StartEvent.process_id == process_id
    return db.session.scalars(select(StartEvent).where(*where).order_by(StartEvent.key).limit(1)).first()


def _kept(name: str, key: str, process_id: str, now: datetime) -> Message | None:
    """The oldest kept message that no instance of the process has taken."""
    taken = exists().where(MessageReceipt.message_key == Message.key, MessageReceipt.process_id == process_id)
    return db.session.scalar(
        select(Message)
        .where(Message.name == name, Message.correlation_key == key, Message.expires_at > now, ~taken)
        .order_by(Message.published_at, Message.key)
        .limit(1)
    )


def _receipt(message: Message, process_id: str, instance_key: int) -> bool:
    """Note that a process takes a message. False when it has taken it already."""
    row = insert(MessageReceipt).values(message_key=message.key, process_id=process_id, instance_key=instance_key)
    return db.session.execute(row.on_conflict_do_nothing().returning(MessageReceipt.message_key)).scalar() is not None


def _hand_over(actor: Actor, message: Message, subscription: EventSubscription) -> bool:
    """Trigger the waiting event. False when the process has the message already, or nobody waits there any more."""
    token, variables, key = subscription.token, message.variables, subscription.instance_key
    details = {"message": message.name, "key": message.correlation_key, "message_key": str(message.key)}
    happening = event(actor, "message", element_id=subscription.element_id, details=details)
    try:
        with db.savepoint():
            if not _receipt(message, subscription.process_id, key):
                return False
            if act(actor, key, happening, lambda instance: instance.trigger(token, variables)) is None:
                raise _NotWaiting
    except (LookupError, _NotWaiting):
        return False
    return True


def _start_by(actor: Actor, message: Message, start: StartEvent) -> int | None:
    """Start a process by a message. None when the process has it already or its key is taken."""
    key = message.correlation_key or None
    if key is not None and _active(start.process_id, key):
        return None
    if not _receipt(message, start.process_id, 0):
        return None
    return begin(
        actor,
        definition(start.definition_key),
        message.variables,
        verb="start_by_message",
        start_at=start.element_id,
        start_key=key,
        details={"message": message.name, "key": message.correlation_key, "message_key": str(message.key)},
    )


def _active(process_id: str, key: str) -> bool:
    same = ProcessInstance.process_id == process_id, ProcessInstance.start_key == key
    return db.session.scalar(select(ProcessInstance.key).where(*same, ProcessInstance.status == "active")) is not None
