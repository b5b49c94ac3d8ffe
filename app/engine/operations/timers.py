"""Time: due timers, deadlines, moving them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError

from app.engine import deadlines, live, places, policies, schedule, timers
from app.engine.action import act, attempt, event
from app.engine.definitions import definition
from app.engine.live import COLUMNS, head_of
from app.engine.models import StartEvent
from app.engine.operations.instances import visible_head
from app.engine.places import DEFAULT_ZONE
from app.engine.runtime import Instance
from app.engine.starting import begin
from app.engine.statements import run
from app.engine.task_rows import demand_open, demand_visible, task_row
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, Unavailable
from app.kernel.log import logger

log = logger(__name__)
_TIMER = f"""
SELECT t.key, t.token, t.element_id, t.due_at, {COLUMNS} FROM timer t JOIN process_instance p ON p.key = t.instance_key
WHERE t.due_at <= %(now)s AND t.key <> ALL(%(sick)s) ORDER BY t.due_at LIMIT 1 FOR UPDATE OF p SKIP LOCKED"""
_DATED = """SELECT token, due_at, created_at FROM user_task
WHERE instance_key = %(key)s AND state = 'open' AND due_at IS NOT NULL"""
_SPENT = "DELETE FROM timer WHERE key = %(key)s"
_MARK = """
SELECT t.key, t.mark FROM user_task t JOIN process_instance p ON p.key = t.instance_key
WHERE t.mark_at <= %(now)s AND t.state = 'open' AND t.key <> ALL(%(sick)s)
ORDER BY t.mark_at LIMIT 1 FOR UPDATE OF p SKIP LOCKED"""


def extend_deadline(actor: Actor, task_key: int, due: datetime, reason: str, *, internal: bool = False) -> None:
    """Move a task's deadline, with a reason (process owner).

    Raises:
        Forbidden: the actor does not own the process.
        Invalid: the reason is missing, or the moment is past.
        Conflict: the task is over.
    """
    task = task_row(task_key)
    if not internal:
        demand_visible(actor, task)
    demand_open(task)
    policies.demand(
        internal or policies.owns(actor, task.instance.owner_group), _l("Only the process owner may move a deadline.")
    )
    errors: dict[str, list[object]] = {}
    if not reason.strip():
        errors["reason"] = [_l("Please give the reason.")]
    if due <= clock.now():
        errors["due"] = [_l("The new deadline must lie in the future.")]
    if errors:
        raise Invalid(_l("The deadline was not moved."), errors)
    details = {"before": task.due_at and task.due_at.isoformat(), "after": due.isoformat(), "reason": reason.strip()}
    happening = event(actor, "extend", element_id=task.element_id, task_key=task.key, details=details)
    try:
        done = act(actor, task.instance.key, happening, lambda i: i.reschedule(task.token, due, "dueDate"))
    except LookupError as error:
        raise Conflict(_l("The task “%(task)s” is not needed any more.", task=task.name)) from error
    if done is None:
        raise Conflict(_l("The process is over already."))


def reschedule(actor: Actor, key: int, *, internal: bool = False) -> int:
    """Evaluate the open timers and due dates of an instance anew; both dates are recorded («перенесено»).

    They follow changed variables by themselves; this is for what changed outside of the instance (the calendar).

    Returns:
        How many moved.
    """
    at = live.head(key) if internal else visible_head(actor, key)
    policies.demand(internal or policies.may_operate(actor) or policies.owns(actor, at.owner_group))
    happening = event(actor, "reschedule")
    rows = run(_DATED, {"key": key})
    zone = places.zone_of(at.organisation)
    act(actor, key, happening, lambda instance: _follow(instance, rows, zone))
    return sum(entry[0] == "rescheduled" for entry in happening.entries)


def _follow(instance: Instance, rows: list[Any], zone: str) -> None:
    """Have every date evaluated anew: those read from variables by the runtime, spans of working days here."""
    for token in instance.followers.values():
        instance.changed.update(token.task_spec.follows)
    for row in rows:
        waiting = instance.waits.get(row.token)
        if waiting is None or waiting.wait is None or row.token in instance.followers:
            continue
        due = schedule.due_at(waiting.wait.get("dueDate"), row.created_at, zone)
        if due is not None and due != row.due_at:
            instance.effects.append(("update", row.token, waiting.wait))
            facts = {"field": "dueDate", "before": row.due_at.isoformat(), "after": due.isoformat()}
            instance.note("rescheduled", waiting, facts)


def fire_due(limit: int = 100) -> int:
    """Fire timers, start timers and deadline marks that are due, each in its own transaction.

    Several processes may do this at once: whoever holds an instance's row fires its timers. A timer that was missed
    while the system stood still fires once. One that fails by a defect is left alone for a while: the others must not
    wait for it.

    Returns:
        How many were fired; `limit` means that more may be due.
    """
    fired = 0
    for step in (_fire_start, _fire_timer, _fire_mark):
        while fired < limit and _try(step):
            fired += 1
    return fired


_sick: dict[int, float] = {}
db.remembered(_sick.clear)
_REST = 60.0
"""Seconds for which a row whose firing failed is left alone by this process."""


class _Failed(Exception):
    """The row of this key could not be fired."""

    def __init__(self, key: int) -> None:
        super().__init__(str(key))
        self.key = key


def _try(step: Callable[[list[int]], bool]) -> bool:
    """Fire one row. Returns whether there was one."""
    now = time.monotonic()
    for key in [key for key, until in _sick.items() if until < now]:
        del _sick[key]
    try:
        return step(list(_sick))
    except _Failed as failure:
        cause = failure.__cause__
        if isinstance(cause, OperationalError | InterfaceError | Unavailable):
            raise cause from None
        log.error("firing failed", key=failure.key, exc_info=cause)
        _sick[failure.key] = now + _REST
        return True


@contextmanager
def _blaming(key: int) -> Iterator[None]:
    """Say which row failed."""
    try:
        yield
    except Exception as error:
        raise _Failed(key) from error


def _fire_timer(sick: list[int]) -> bool:
    with db.unit_of_work():
        rows = run(_TIMER, {"now": clock.now(), "sick": sick})
        if not rows:
            return False
        row = rows[0]
        happening = event(PLATFORM, "timer", element_id=row.element_id, details={"due": row.due_at.isoformat()})
        with _blaming(row.key):
            try:
                attempt(PLATFORM, head_of(row), happening, lambda instance: instance.trigger(row.token))
            except LookupError:
                log.warning("a timer without a token was dropped", key=row.key)
            run(_SPENT, {"key": row.key})  # one whose event failed waits for its incident, not for the clock
        return True


def _fire_start(sick: list[int]) -> bool:
    with db.unit_of_work() as session:
        start = session.scalar(
            select(StartEvent)
            .where(StartEvent.due_at <= clock.now(), StartEvent.key.not_in(sick))
            .order_by(StartEvent.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if start is None or start.due_at is None or start.timer is None:
            return False
        with _blaming(start.key):
            due = start.due_at
            start.due_at, start.timer = _following(start.timer, due, clock.now())
            details = {"due": due.isoformat()}
            found = definition(start.definition_key)
            begin(PLATFORM, found, {}, verb="start_by_timer", start_at=start.element_id, details=details)
        return True


def _following(timer: dict[str, Any], due: datetime, now: datetime) -> tuple[datetime | None, dict[str, Any]]:
    """The next moment of a start timer after one that came due."""
    left = timer["left"]
    if timer["type"] != "timeCycle" or left == 0:
        return None, timer
    anchor = datetime.fromisoformat(timer["anchor"])
    at = timers.next_due(timer["value"], anchor, due, now, DEFAULT_ZONE)
    return at, {**timer, "left": None if left is None else left - 1}


def _fire_mark(sick: list[int]) -> bool:
    with db.unit_of_work():
        now = clock.now()
        rows = run(_MARK, {"now": now, "sick": sick})
        if not rows:
            return False
        with _blaming(rows[0].key):
            deadlines.mark(rows[0].key, rows[0].mark, now)
        return True
