"""From a finished action to the parameters of its statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.engine import places, writing
from app.engine.assignments import dates
from app.engine.chain import Event, dump, event_hash
from app.engine.effects import Changes
from app.engine.live import Head
from app.engine.models.instances import ACTIVE
from app.engine.runtime import Instance, encode
from app.engine.statements import run
from app.kernel.ids import next_key


@dataclass(slots=True)
class Closing:
    """The user task that an action completes, as its row stands."""

    key: int
    token: int
    inbox: list[str]
    due_sort: datetime
    outcome: str | None
    comment: str | None


@dataclass(slots=True)
class Ending:
    """How an instance ended."""

    status: str
    result: str | None
    reason: str | None


def event_columns(at: Head, happening: Event) -> dict[str, Any]:
    """The history event's columns, with its hash."""
    details, entries, key = dump(happening.details), dump(happening.entries), next_key()
    who = (happening.actor, happening.on_behalf_of, happening.channel, happening.address)
    what = (happening.verb, happening.element_id, happening.task_key, happening.form_key)
    digest = event_hash(at.hash, at.key, at.version + 1, key, happening.at, who, what, details, entries)
    return {
        "event_key": key,
        "now": happening.at,
        "actor": happening.actor,
        "behalf": happening.on_behalf_of,
        "channel": happening.channel,
        "address": happening.address,
        "verb": happening.verb,
        "element": happening.element_id,
        "task": happening.task_key,
        "form": happening.form_key,
        "details": details,
        "entries": entries,
        "prev_hash": at.hash,
        "hash": digest,
    }


def rows_of(
    at: Head,
    instance: Instance,
    changes: Changes,
    tasks: list[dict[str, Any]],
    happening: Event,
    ending: Ending | None,
    followups: list[dict[str, Any]],
    closing: Closing | None,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The statement's parameters and the parts that it needs."""
    parameters = event_columns(at, happening)
    parameters.update(_instance_columns(at, instance, changes, happening, ending))
    needed: dict[str, Any] = _closed(changes, closing)
    lists = {
        "tasks": tasks,
        "timers": changes.timers,
        "subscriptions": changes.subscriptions,
        "jobs": changes.jobs,
        "failures": changes.incidents,
        "moved": _moved(at, changes, happening.at),
        "followups": followups,
    }
    needed.update({name: dump(rows) for name, rows in lists.items() if rows})
    parameters.update(needed)
    parts = [name for name in writing.ORDER if name in needed]
    if closing is not None:
        parts.insert(0, "done")
        parameters.update(
            inbox=closing.inbox, due_sort=closing.due_sort, outcome=closing.outcome, comment=closing.comment
        )
    return parameters, tuple(parts)


def _instance_columns(
    at: Head, instance: Instance, changes: Changes, happening: Event, ending: Ending | None
) -> dict[str, Any]:
    """The row of the instance itself."""
    incidents = max(0, at.incidents + len(changes.incidents) - len(set(changes.resolved)))
    return {
        "instance": at.key,
        "version": at.version,
        "definition": at.definition_key,
        "process_id": at.process_id,
        "organisation": at.organisation,
        "title": at.title,
        "owner_group": at.owner_group,
        "state": None if ending else encode(instance),
        "status": ending.status if ending else ACTIVE,
        "result": ending and ending.result,
        "reason": ending and ending.reason,
        "ended_at": happening.at if ending else None,
        "incidents": 0 if ending else incidents,
        "variables": None,
    }


def _closed(changes: Changes, closing: Closing | None) -> dict[str, list[int]]:
    """Tokens whose rows go, by part of the statement."""
    closed = changes.closed
    tokens = {
        "gone": [token for token in closed.get("user_task", ()) if closing is None or token != closing.token],
        "untimed": closed.get("timer", []),
        "unsubscribed": closed.get("message", []) + closed.get("signal", []),
        "unemployed": closed.get("job", []),
        "resolved": changes.resolved,
    }
    return {name: found for name, found in tokens.items() if found}


_BEGAN = """SELECT token, created_at FROM user_task
    WHERE instance_key = %(key)s AND token = ANY(%(tokens)s) AND state = 'open'"""


def _moved(at: Head, changes: Changes, now: datetime) -> list[dict[str, Any]]:
    """The new dates of tasks that stay open. Spans count from the task's beginning."""
    if not changes.moved:
        return []
    began = {row.token: row.created_at for row in run(_BEGAN, {"key": at.key, "tokens": [t for t, _ in changes.moved]})}
    zone, rows = places.zone_of(at.organisation), []
    for token, wait in changes.moved:
        row = dates(wait, began.get(token, now), zone, now)
        row["new_sort"] = row.pop("due_sort")
        rows.append({"token": token, **row})
    return rows


def new_columns(at: Head) -> dict[str, Any]:
    """Columns that only a new instance's statement has."""
    names = ("business_key", "start_key", "organisations", "owner_group", "parent_key", "parent_token", "root_key")
    return {name: getattr(at, name) for name in (*names, "depth", "started_by")}
