"""Call activities: the called process is an instance of its own; what passes between the two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.engine import live
from app.engine.action import act, event
from app.engine.definitions import Definition, bound_key, definition, latest_key
from app.engine.live import Head
from app.engine.models import ProcessInstance, StartEvent
from app.engine.models.instances import ACTIVE
from app.engine.runtime import Instance
from app.engine.runtime.incidents import CALL
from app.engine.starting import begin, has_place
from app.engine.statements import run
from app.feel import FeelError
from app.kernel.actor import PLATFORM
from app.kernel.db import db

Payload = dict[str, Any]
DEEPEST = 50
"""How deep calls may be nested."""
_HOLD = "SELECT key FROM process_instance WHERE key = %(key)s FOR SHARE"


def call(payload: Payload) -> None:
    """Start the called process of a waiting call activity. The parent is held, so that it cannot move on meanwhile."""
    parent_key, token = payload["parent"], payload["token"]
    run(_HOLD, {"key": parent_key})
    parent = live.head(parent_key)
    wait = _wait(parent, token)
    if wait is None:
        return
    found = _called(parent, wait)
    if isinstance(found, str):
        _fail(parent_key, token, found)
        return
    given = {"initiator": parent.started_by, **wait["variables"]} if parent.started_by else wait["variables"]
    try:
        begin(PLATFORM, found, given, verb="call", parent=parent, parent_token=token)
    except FeelError as error:
        _fail(parent_key, token, str(error))


def _wait(parent: Head, token: int) -> dict[str, Any] | None:
    """What the call activity waits for; None when it does not wait any more."""
    if parent.status != ACTIVE:
        return None
    instance = live.take(parent)
    if instance is None:
        return None
    waiting = instance.waits.get(token)
    live.untouched(parent, instance)
    return None if waiting is None else waiting.wait


def _called(parent: Head, wait: dict[str, Any]) -> Definition | str:
    """The definition that the call means, or what is wrong with it."""
    if parent.depth >= DEEPEST:
        return f"calls are nested more than {DEEPEST} deep"
    deployment = definition(parent.definition_key).deployment_key
    key = bound_key("process", wait["process"], wait["bindingType"], wait.get("versionTag"), deployment)
    if key is None:
        return f"the process {wait['process']!r} is not deployed"
    found = definition(key)
    if not any(start.kind == "none" for start in found.model.starts):
        return f"the process {wait['process']!r} has no plain start event"
    return found


def _fail(key: int, token: int, message: str) -> None:
    act(PLATFORM, key, event(PLATFORM, "call"), lambda instance: instance.fail(token, message, CALL))


def hand_back(payload: Payload) -> None:
    """A called instance has ended: its variables go back and the caller goes on."""
    child = db.session.get(ProcessInstance, payload["child"])
    if child is None or child.parent_key is None or child.parent_token is None:
        return
    token, variables = child.parent_token, dict(child.variables)
    details = {"child": child.key, "process": child.process_id, "result": child.result}
    happening = event(PLATFORM, "return", details=details)
    try:
        act(
            PLATFORM,
            child.parent_key,
            happening,
            lambda instance: instance.finish(token, variables),
            finished_call=token,
        )
    except LookupError:
        return  # the caller has moved on


def raise_above(payload: Payload) -> None:
    """An error or escalation that a called instance did not catch."""
    token, code, variables = payload["token"], payload["code"], payload["variables"]
    error = payload["kind"] == "error"

    def throw(instance: Instance) -> None:
        if error:
            instance.throw_error(token, code, variables, payload["message"])
        else:
            instance.escalate(token, code, variables)

    happening = event(PLATFORM, payload["kind"], details={"code": code})
    try:
        act(PLATFORM, payload["parent"], happening, throw, finished_call=token if error else None)
    except LookupError:
        return


def stop_called(payload: Payload) -> None:
    """The caller has moved on: what it called is cancelled."""
    called = select(ProcessInstance.key).where(
        ProcessInstance.parent_key == payload["parent"],
        ProcessInstance.parent_token == payload["token"],
        ProcessInstance.status == ACTIVE,
    )
    reason = "the calling process went on without it"
    for key in db.session.scalars(called).all():
        act(PLATFORM, key, event(PLATFORM, "cancel", details={"reason": reason}), lambda i: stop(i, reason))


def start_independent(payload: Payload) -> None:
    """Start what a `start-process` task asked for: an instance that nobody waits for."""
    key = latest_key(payload["process"])
    if key is None:
        return  # it was there when the task ran, and definitions are never deleted
    source = live.head(payload["from"])
    actor = replace(PLATFORM, login=source.started_by)
    given = payload["variables"]
    begin(
        actor,
        definition(key),
        given,
        start_key=payload["key"],
        start_at=_message_start(payload["process"], payload.get("message")),
        organisation=payload["organisation"] or (None if has_place(given) else source.organisation),
        details={"from": source.key},
    )


def _message_start(process_id: str, name: str | None) -> str | None:
    """The message start event of this name in the newest version of a process; None: its plain start event."""
    where = StartEvent.process_id == process_id, StartEvent.kind == "message", StartEvent.name == name
    return db.session.scalar(select(StartEvent.element_id).where(*where).limit(1)) if name else None


def stop(instance: Instance, reason: str) -> None:
    """Cancel a live instance; its result is `cancelled`."""
    instance.set_variables(None, {"result": "cancelled"})
    instance.cancel(reason)
