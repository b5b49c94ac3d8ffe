"""The built-in service types (ARCHITECTURE, «Service types»)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.documents import operations as documents
from app.engine import cases, messaging, passing
from app.engine.definitions import definition, latest_key
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel import outbox
from app.notifications.operations import notify


@service_type("publish-message", inline=True)
def publish_message(call: ServiceCall) -> Mapping[str, Any]:
    """Publish a message: `name`, `key`, `variables`, `ttl` (ISO duration), `message_id`. -> `message_key`"""
    key = call.variables.get("key")
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise ModelFault(f"the correlation key is neither text nor number: {key!r}")
    message = {
        "name": call.text("name"),
        "key": str(key),
        "variables": _context(call, "variables"),
        "messageId": call.variables.get("message_id"),
        "timeToLive": call.variables.get("ttl"),
    }
    return {"message_key": str(messaging.store_message(call.actor, message))}


@service_type("start-process", inline=True)
def start_process(call: ServiceCall) -> None:
    """Start an independent instance after this action: `processId`, `key`, `variables`. With a key, an active instance
    with the same key is left as it is.

    A process that is not deployed (modelling.md: it may still be absent) becomes a task of its owner, when the model
    says who that is: `owner` (a candidate group), `title` and `about` in words. With `message`, the process starts at
    its message start event of this name, if it has one (one name may start several processes by different keys).
    """
    process, key = call.text("processId"), call.variables.get("key")
    if latest_key(process) is None:
        _by_hand(call, process)
        return
    payload = {
        "process": process,
        "key": None if key is None else str(key),
        "variables": _context(call, "variables"),
        "from": call.instance.key,
        "organisation": call.variables.get("organisation"),
        "message": call.variables.get("message"),
    }
    outbox.enqueue("engine.start_process", payload)
    passing.work_off_after_commit()


def _by_hand(call: ServiceCall, process: str) -> None:
    """Ask the owner of a process that is not deployed to see to the work by hand."""
    owner = call.variables.get("owner")
    if not isinstance(owner, str) or not owner:
        raise ModelFault(f"the process {process!r} is not deployed, and no «owner» is named who would do its work")
    facts = {"owner": owner, "title": call.text("title"), "about": str(call.variables.get("about") or "")}
    key = call.variables.get("key")
    origin = {"from": call.instance.key, "element": call.element_id, "key": None if key is None else str(key)}
    outbox.enqueue("engine.case", {"kind": cases.BY_HAND, "process": process, **facts, **origin})
    passing.work_off_after_commit()


@service_type("notify", inline=True)
def tell(call: ServiceCall) -> None:
    """Tell people: `to` (logins and `role@organisation`), `subject`, `text`, `link`."""
    to = call.variables.get("to")
    receivers = [to] if isinstance(to, str) else to
    if not isinstance(receivers, list) or not all(isinstance(each, str) for each in receivers):
        raise ModelFault(f"«to» must be a list of logins and groups, not {to!r}")
    link = call.variables.get("link")
    text = call.variables.get("text") or ""
    cause = f"{call.instance.key}:{call.element_id}:{call.now.isoformat()}"
    subject, process = call.text("subject"), call.instance.process_id
    notify(
        receivers,
        subject,
        str(text),
        link=link if isinstance(link, str) else None,
        dedupe_key=cause,
        event="process.message",
        facts={"тема": subject, "текст": str(text), "процесс": definition(call.instance.definition_key).name},
        process=process,
        element=call.element_id,
    )


@service_type("register-document", inline=True)
def register_document(call: ServiceCall) -> Mapping[str, Any]:
    """Number and freeze a document: `kind`, `register`, `organisation`, `title`, `template`, `data`.
    -> `number`, `date`, `hash`, `document_id`"""
    seen = call.variables
    done = documents.register_document(
        call.actor,
        kind=call.text("kind"),
        title=call.text("title"),
        data=_context(call, "data"),
        register=seen.get("register") or None,
        organisation=seen.get("organisation") or call.instance.organisation,
        template=seen.get("template") or None,
        owner=seen.get("owner") or None,
        instance_key=call.instance.key,
        deployment_key=call.instance.deployment_key,
    )
    return {
        "number": done.number,
        "date": done.date.isoformat(),
        "hash": done.hash,
        "document_id": done.document_id,
    }


@service_type("record", inline=True)
def record(call: ServiceCall) -> Mapping[str, Any]:
    """Add a register row or its next version: `kind`, `id`, `title`, `data`, `organisation`, `owner`.
    -> `record_id`, `version`"""
    given = call.variables.get("id")
    try:
        known = None if given is None or given == "" else int(given)
    except (TypeError, ValueError):
        raise ModelFault(f"«id» must be the id of a record, not {given!r}") from None
    row = documents.save_record(
        call.actor,
        call.text("kind"),
        call.text("title"),
        _context(call, "data"),
        id=known,
        organisation=call.variables.get("organisation") or call.instance.organisation,
        owner=call.variables.get("owner") or None,
        instance_key=call.instance.key,
    )
    return {"record_id": str(row.id), "version": row.version}


@service_type("platform.decide", inline=True)
def decide(call: ServiceCall) -> None:
    """Carry out what a process owner decided in a case (`platform_case`), after this action."""
    names = ("decision", "task_key", "instance_key", "reason", "new_due", "new_performer")
    payload = {name: call.variables.get(name) for name in names}
    outbox.enqueue("engine.case_decided", {**payload, "actor": call.variables.get("decided_by") or ""})
    passing.work_off_after_commit()


def _context(call: ServiceCall, name: str) -> dict[str, Any]:
    """A variable that must be a context; nothing when it is missing."""
    value = call.variables.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ModelFault(f"«{name}» must be a context, not {value!r}")
    return value
