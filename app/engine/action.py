"""One action on one instance: take it live, do the verb, run to the next wait states, write everything at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.api.metrics import count_action
from app.engine import inline, live, measure_results, passing, recent, schedule, stopped, writing
from app.engine.assignments import task_row
from app.engine.chain import Event, dump
from app.engine.definitions import Definition, definition
from app.engine.effects import Changes, collect
from app.engine.live import Head
from app.engine.messaging import store_message
from app.engine.models.instances import ACTIVE, COMPLETED, TERMINATED
from app.engine.owners import owner_now
from app.engine.runtime import Instance
from app.engine.runtime.incidents import kind_of
from app.engine.saving import Closing, Ending, event_columns, new_columns, rows_of
from app.feel import FeelError, evaluate, program
from app.kernel import clock, outbox
from app.kernel.actor import Actor
from app.kernel.errors import AppError, Conflict
from app.kernel.ids import next_key

Verb = Callable[[Instance], object]
ATTEMPTS = 4
"""How often an action is tried again after somebody else was faster."""


@dataclass(slots=True)
class Done:
    """What an action did: the rows of new tasks, whether the instance is over."""

    instance_key: int
    tasks: list[dict[str, Any]]
    over: str | None


def event(actor: Actor, verb: str, **facts: Any) -> Event:
    """An event of the history, by this actor, now."""
    return Event(verb, clock.now(), actor.login, actor.channel, address=actor.address, **facts)


def act(actor: Actor, key: int, happening: Event, verb: Verb, *, finished_call: int | None = None) -> Done | None:
    """Do a verb on an instance, again if somebody else was faster. None when the instance is over.

    Raises:
        NotFound: there is no such instance.
        LookupError: the token does not wait for this (any more).
        Conflict: others were faster too often.
    """
    for _ in range(ATTEMPTS):
        at = live.head(key)
        if at.status != ACTIVE:
            return None
        done = attempt(actor, at, happening, verb, finished_call=finished_call)
        if done is not None:
            return done
    raise Conflict(_l("Somebody else is working on this right now. Please try again."))


def attempt(
    actor: Actor,
    at: Head,
    happening: Event,
    verb: Verb,
    *,
    closing: Closing | None = None,
    finished_call: int | None = None,
) -> Done | None:
    """Do a verb once. None when somebody else was faster: read the row anew and decide again."""
    instance = live.take(at)
    if instance is None:
        return None
    found = definition(at.definition_key)
    schedule.calendar()  # FEEL's business-day functions follow it
    try:
        verb(instance)
    except (AppError, LookupError):
        if not instance.journal and not instance.effects:
            live.untouched(at, instance)  # refused before anything was changed: wrong input must not cost the copy
        raise
    instance.do_engine_steps()
    try:
        inline.run_chain(actor, at, found, instance, new=False)
    except inline.Moved:
        return None
    return save(actor, at, found, instance, happening, closing=closing, finished_call=finished_call)


def start(actor: Actor, at: Head, found: Definition, instance: Instance, happening: Event) -> Done | None:
    """Run a new instance and write it. None when an active one has the same start key."""
    schedule.calendar()
    instance.do_engine_steps()
    inline.run_chain(actor, at, found, instance, new=True)
    return save(actor, at, found, instance, happening, new=True)


def save(
    actor: Actor,
    at: Head,
    found: Definition,
    instance: Instance,
    happening: Event,
    *,
    closing: Closing | None = None,
    finished_call: int | None = None,
    new: bool = False,
    moved: bool = False,
) -> Done | None:
    """Write what the instance did.

    Args:
        new: it has no row yet. moved: it has come to another definition.
    """
    raised = passing.pass_up(at, instance)
    if instance.completed and not raised:
        _record_result(instance, found)
    journal, effects = instance.drain()
    changes = collect(effects, at.key, happening.at)
    changes.followups += raised
    written = _written(journal)
    at.title = _title(at, found, instance, written, new or moved)
    at.owner_group = owner_now(at.owner_group, instance.data, written)
    rows = _task_rows(at, found, instance, changes, happening.at)
    late_journal, late_effects = instance.drain()
    if late_effects:
        journal += late_journal
        changes.incidents += collect(late_effects, at.key, happening.at).incidents
    happening.entries = journal
    ending = _ending(at, instance, changes)
    followups = _followups(actor, at, instance, changes, rows, ending, finished_call)
    parameters, parts = rows_of(at, instance, changes, rows, happening, ending, followups, closing)
    if new or _written(journal):
        parameters["variables"] = dump(instance.data)
    if new:
        parameters.update(new_columns(at))
    write = writing.write_start if new else writing.write_moved if moved else writing.write_state
    if not write(parts, parameters):
        return None
    count_action(happening.verb)
    for message in changes.messages:
        store_message(actor, message)
    if ending is None:
        live.keep(at.key, parameters["event_key"], instance)
    elif ending.status == TERMINATED:
        stopped.tell(actor, at.process_id, at.key, ending.reason or "")
    _remember(at, parameters, rows, ending is not None, moved or bool(changes.moved))
    if followups:
        outbox.nudge_after_commit()
        if any(row["kind"] in passing.KINDS for row in followups):
            passing.work_off_after_commit()
    if changes.jobs:
        outbox.nudge_after_commit()
    return Done(at.key, rows, ending.status if ending else None)


def _remember(at: Head, parameters: dict[str, Any], rows: list[dict[str, Any]], over: bool, stale: bool) -> None:
    """Let the next action on this instance in this process begin without reading."""
    now = replace(
        at,
        version=at.version + 1,
        state_key=parameters["event_key"],
        hash=parameters["hash"],
        incidents=parameters["incidents"],
        locked=False,
    )
    for row in rows:
        row["created_at"] = parameters["now"]
    recent.wrote(now, rows, over=over, stale=stale)


def note(actor: Actor, at: Head, happening: Event) -> bool:
    """Record an event that leaves the state as it is (a claim, a new deadline). The row must be locked or fresh.

    Returns:
        False when somebody else was faster: nothing is written.
    """
    parameters = event_columns(at, happening)
    parameters.update(instance=at.key, version=at.version)
    if not writing.write_note(parameters):
        return False
    at.version += 1
    at.hash = parameters["hash"]
    recent.wrote(replace(at, locked=False), stale=True)
    return True


def _written(journal: list[Any]) -> frozenset[str]:
    """Names of the root variables that were written."""
    return frozenset(entry[3]["name"] for entry in journal if entry[0] == "variable" and entry[2] is None)


def _record_result(instance: Instance, found: Definition) -> None:
    """Keep the end state as variable `result`: the id of the end event reached last (modelling.md)."""
    for entry in reversed(instance.journal):
        if entry[0] == "completed" and entry[1] is not None:
            info = found.model.elements.get(entry[1])
            if info is not None and info.kind == "endEvent" and info.parent is None:
                instance.write(None, "result", entry[1])
                return


def _title(at: Head, found: Definition, instance: Instance, changed: frozenset[str], new: bool) -> str | None:
    """What people call the instance: the process property `title`, evaluated when a variable that it reads changed."""
    text = found.properties.get("title")
    if not text:
        return at.title
    try:
        reads = program(text)
        if reads is None:
            return text
        if not new and changed.isdisjoint(reads.names):
            return at.title
        value = evaluate(text, instance.data)
    except FeelError:
        return at.title
    return at.title if value is None else str(value)[:300]


def _task_rows(
    at: Head, found: Definition, instance: Instance, changes: Changes, now: datetime
) -> list[dict[str, Any]]:
    """The rows of the tasks that were opened; a task whose dates or form are wrong gets an incident instead."""
    rows = []
    for token, wait in changes.tasks:
        try:
            row = task_row(found, at, token, wait, instance.waits[token].data, now)
        except FeelError as error:
            instance.fail(token, str(error), kind_of(error))
            continue
        row["key"] = next_key()
        rows.append(row)
    return rows


def _ending(at: Head, instance: Instance, changes: Changes) -> Ending | None:
    """How the instance ended, if it did."""
    if changes.over == "completed":
        result = instance.data.get("result")
        return Ending(COMPLETED, result if isinstance(result, str) else None, None)
    if changes.over == "cancelled":
        return Ending(TERMINATED, "cancelled", changes.reason)
    return None


def _followups(
    actor: Actor,
    at: Head,
    instance: Instance,
    changes: Changes,
    rows: list[dict[str, Any]],
    ending: Ending | None,
    finished_call: int | None,
) -> list[dict[str, Any]]:
    """Outbox rows of the work for other instances, and of the notices about new tasks."""
    found = [
        (kind, payload)
        for kind, payload in changes.followups
        if not (kind == "engine.stop_called" and payload["token"] == finished_call)
    ]
    failed = any(kind == "engine.raise" and payload["kind"] == "error" for kind, payload in found)
    if ending is not None and at.parent_key is not None and not failed:
        found.append(("engine.return", {"child": at.key}))
    if ending is not None and at.start_key is not None:
        found.append(("engine.next_start", {"process": at.process_id, "key": at.start_key}))
    if ending is not None and at.parent_key is None and measure_results.row_of(instance.data):
        found.append(("engine.measure_result", {"instance": at.key}))
    listed = [row["key"] for row in rows if row["inbox"]]
    if listed:
        found.append(("engine.announce", {"tasks": listed, "by": actor.login}))
    return [{"key": next_key(), "kind": kind, "payload": payload} for kind, payload in found]
