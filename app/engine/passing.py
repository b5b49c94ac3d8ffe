"""What an action leaves to others: errors for callers, and working off the outbox right after the commit."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from app.engine import live
from app.engine.definitions import definition
from app.engine.live import Head
from app.engine.models.instances import ACTIVE
from app.engine.runtime import Instance, decode
from app.engine.statements import run
from app.kernel import outbox
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.log import logger

log = logger(__name__)
KINDS = (
    "engine.call",
    "engine.return",
    "engine.raise",
    "engine.stop_called",
    "engine.correlate",
    "engine.deliver",
    "engine.take_buffered",
    "engine.message_start",
    "engine.next_start",
    "engine.signal",
    "engine.trigger",
    "engine.start",
    "engine.start_process",
    "engine.case",
    "engine.case_decided",
    "engine.measure_result",
)
"""Outbox entries that carry an action on to other instances."""
AT_ONCE = Settings().inline_outbox
"""How many of them are worked off before the answer goes out; the worker does the rest."""
PATIENCE = 0.5
"""Seconds that a person waits for it at most."""
_working: ContextVar[bool] = ContextVar("working", default=False)


def work_off(limit: int = AT_ONCE, seconds: float | None = None) -> int:
    """Do what actions have left for other instances, each in its own transaction, also what that leaves in turn.

    Args:
        seconds: begin nothing more after this time.

    Returns:
        How many entries were taken.
    """
    if _working.get():
        return 0  # the loop that is running takes it: a thousand children must not recurse
    token, end = _working.set(True), None if seconds is None else time.monotonic() + seconds
    done = 0
    try:
        while done < limit and (end is None or time.monotonic() < end) and outbox.work_off(1, kinds=KINDS):
            done += 1
    finally:
        _working.reset(token)
    return done


def work_off_after_commit() -> None:
    """See to it that a person finds the next task at once."""
    if not db.session.info.get("engine_works_off") and not _working.get():
        db.session.info["engine_works_off"] = True
        db.after_commit(_try_work_off)


def _try_work_off() -> None:
    try:
        work_off(seconds=PATIENCE)
    except Exception:  # the action itself is committed; the worker will do the rest
        log.exception("working off after an action failed")


def pass_up(at: Head, instance: Instance) -> list[tuple[str, dict[str, Any]]]:
    """Outbox entries for errors and escalations that nobody here caught.

    An error goes up only if some caller catches it: then this instance ends. Else it stays an incident at the element
    that threw it, where it can be mended.
    """
    if at.parent_key is None or at.parent_token is None:
        return []
    found: list[tuple[str, dict[str, Any]]] = []
    for effect in list(instance.effects):
        if effect[0] != "uncaught":
            continue
        _, kind, code, variables, message = effect
        above = {"parent": at.parent_key, "token": at.parent_token}
        payload = {**above, "kind": kind, "code": code, "variables": variables, "message": message}
        if kind == "escalation":
            found.append(("engine.raise", payload))
        elif _caught_above(at.parent_key, at.parent_token, code):
            found.append(("engine.raise", payload))
            instance.cancel(f"error {code}")
            break
    return found


def _caught_above(key: int, token: int, code: str | None) -> bool:
    """Whether the calling instance, or one above it, catches an error."""
    parent: int | None = key
    at_token: int | None = token
    while parent is not None and at_token is not None:
        at = live.head(parent)
        if at.status != ACTIVE:
            return False
        try:
            if _stored(at).catches_error(at_token, code):
                return True
        except LookupError:
            return False
        parent, at_token = at.parent_key, at.parent_token
    return False


def _stored(at: Head) -> Instance:
    """A copy of an instance as it is stored, only to be asked."""
    found = definition(at.definition_key)
    state = run("SELECT state FROM process_instance WHERE key = %(key)s", {"key": at.key})[0].state
    return decode(state, found.model.spec, found.model.subspecs)
