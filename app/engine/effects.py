"""From what an instance did (effects) to what is written: the rows of one action."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.engine import services
from app.engine.runtime.instance import Effect
from app.kernel.ids import next_key

Wait = dict[str, Any]
Row = dict[str, Any]


@dataclass(slots=True)
class Changes:
    """What one action changes besides the instance's own row.

    Attributes:
        closed: kinds of waits -> tokens whose rows go.
        tasks, timers, subscriptions, jobs, incidents: new rows.
        moved: tokens of user tasks that stay, with their new wait.
        followups: (outbox kind, payload) of work for other instances.
        resolved: tokens whose incidents are over.
        messages: published by the instance.
        over: None, `completed` or `cancelled`; `reason` of the latter.
    """

    closed: dict[str, list[int]] = field(default_factory=dict)
    tasks: list[tuple[int, Wait]] = field(default_factory=list)
    timers: list[Row] = field(default_factory=list)
    subscriptions: list[Row] = field(default_factory=list)
    jobs: list[Row] = field(default_factory=list)
    incidents: list[Row] = field(default_factory=list)
    moved: list[tuple[int, Wait]] = field(default_factory=list)
    followups: list[tuple[str, Row]] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    resolved: list[int] = field(default_factory=list)
    over: str | None = None
    reason: str | None = None


def collect(effects: list[Effect], instance_key: int, now: datetime) -> Changes:
    """The net changes of an action: a wait that was opened and closed in it leaves no row."""
    changes = Changes()
    opened: dict[int, Wait] = {}
    moved: dict[int, Wait] = {}
    failed: dict[int, Row] = {}
    for effect in effects:
        kind = effect[0]
        if kind == "open":
            opened[effect[1]] = effect[2]
        elif kind == "close":
            moved.pop(effect[1], None)
            if opened.pop(effect[1], None) is None:
                changes.closed.setdefault(effect[2]["kind"], []).append(effect[1])
        elif kind == "update":
            (opened if effect[1] in opened else moved)[effect[1]] = effect[2]
        elif kind == "incident":
            failed[effect[1]] = {"token": effect[1], "element_id": effect[2], "message": effect[3], "kind": effect[4]}
        elif kind == "incident_resolved":
            if failed.pop(effect[1], None) is None:
                changes.resolved.append(effect[1])
        else:
            _outward(changes, effect, instance_key)
    changes.incidents.extend({**row, "key": next_key()} for row in failed.values())
    for token, wait in opened.items():
        _open(changes, token, wait, instance_key, now)
    for token, wait in moved.items():
        _move(changes, token, wait, instance_key, now)
    for token in changes.closed.get("call", ()):
        changes.followups.append(("engine.stop_called", {"parent": instance_key, "token": token}))
    return changes


def _outward(changes: Changes, effect: Effect, instance_key: int) -> None:
    """Effects that concern the instance as a whole, or others."""
    kind = effect[0]
    if kind == "done":
        changes.over = "completed"
    elif kind == "cancelled":
        changes.over, changes.reason = "cancelled", effect[1]
    elif kind == "message":
        changes.messages.append(effect[1])
    elif kind == "signal":
        payload = {"name": effect[1], "variables": effect[2], "from": instance_key}
        changes.followups.append(("engine.signal", payload))


def _open(changes: Changes, token: int, wait: Wait, instance_key: int, now: datetime) -> None:
    """The row of a new wait. Conditions are watched by the instance itself and have none."""
    kind = wait["kind"]
    if kind == "user_task":
        changes.tasks.append((token, wait))
    elif kind == "timer":
        changes.timers.append(_timer(token, wait))
    elif kind in ("message", "signal"):
        changes.subscriptions.append(_subscription(token, wait))
        if kind == "message":
            changes.followups.append(("engine.take_buffered", {"instance": instance_key, "token": token}))
    elif kind == "job":
        ours = services.known(wait["type"])
        if ours is None or not ours.inline:  # an inline service that still waits has an incident, nobody else does it
            changes.jobs.append(_job(token, wait, now))
    elif kind == "call":
        changes.followups.append(("engine.call", {"parent": instance_key, "token": token}))


def _move(changes: Changes, token: int, wait: Wait, instance_key: int, now: datetime) -> None:
    """A wait that stays with other data: the row of a timer or subscription is replaced, a task's is changed."""
    if wait["kind"] == "timer":
        changes.closed.setdefault("timer", []).append(token)
        changes.timers.append(_timer(token, wait))
    elif wait["kind"] in ("message", "signal"):
        changes.closed.setdefault(wait["kind"], []).append(token)
        _open(changes, token, wait, instance_key, now)
    elif wait["kind"] == "user_task":
        changes.moved.append((token, wait))


def _timer(token: int, wait: Wait) -> Row:
    return {"key": next_key(), "token": token, "element_id": wait["element"], "due_at": wait["due"]}


def _subscription(token: int, wait: Wait) -> Row:
    return {
        "key": next_key(),
        "kind": wait["kind"],
        "name": wait["name"],
        "correlation_key": wait.get("key") if wait["kind"] == "signal" else wait.get("key") or "",
        "token": token,
        "element_id": wait["element"],
    }


def _job(token: int, wait: Wait, now: datetime) -> Row:
    ours = services.known(wait["type"])
    usual = ours.retries if ours is not None and ours.retries is not None else 3
    return {
        "key": next_key(),
        "token": token,
        "element_id": wait["element"],
        "type": wait["type"],
        "internal": ours is not None and not ours.inline,
        "retries": _whole(wait.get("retries"), usual),
        "headers": wait.get("headers") or {},
        "run_at": now.isoformat(),
    }


def _whole(value: Any, default: int) -> int:
    """A number of retries as a model gives it: a number, or its text."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() else default
