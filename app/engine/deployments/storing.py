"""Deciding on versions and storing a deployment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select

from app.documents import docx_templates, templates
from app.engine import timers
from app.engine.bpmn import ProcessModel, Start
from app.engine.deployments.files import File, Item
from app.engine.deployments.linking import Known, Link
from app.engine.models import DecisionDefinition, Deployment, DeploymentItem, ProcessDefinition, StartEvent
from app.engine.places import DEFAULT_ZONE
from app.engine.views import Deployed, DeployedItem
from app.feel import evaluate, is_expression
from app.forms import operations as forms
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.ids import next_key


def store(actor: Actor, links: Link) -> Deployed:
    """Store what is new. A file whose content and bound files are unchanged keeps its version; when all are, no
    deployment is made."""
    prints = {item: _fingerprint(links, item) for item in links.files}
    fresh = {item for item in links.files if not _unchanged(links.latest(item), prints[item])}
    now = clock.now()
    if not fresh:
        kept = tuple(_kept(links, item) for item in links.files)
        return Deployed(_deployment_of(kept), now, kept)
    deployment = Deployment(key=next_key(), deployed_at=now, deployed_by=actor.login)
    db.session.add(deployment)
    db.session.flush()
    items = []
    for item, file in links.files.items():
        stored = _store(links, item, file, prints[item], deployment.key) if item in fresh else _kept(links, item)
        items.append(stored)
    items += [_kept(links, item) for item in _outside(links)]
    for found in items:
        db.session.add(
            DeploymentItem(
                deployment_key=deployment.key,
                kind=found.kind,
                item=found.id,
                definition_key=found.key,
                resource_name=found.resource_name,
            )
        )
    db.session.flush()
    return Deployed(deployment.key, now, tuple(items))


def _unchanged(known: Known | None, fingerprint: str) -> bool:
    return known is not None and known.fingerprint == fingerprint


def _deployment_of(items: Iterable[DeployedItem]) -> int:
    """The deployment in which an unchanged file was stored."""
    for item in items:
        where = DeploymentItem.kind == item.kind, DeploymentItem.definition_key == item.key
        key = db.session.scalar(select(DeploymentItem.deployment_key).where(*where).limit(1))
        if key is not None:
            return key
    return 0


def _outside(links: Link) -> list[Item]:
    """Items that the deployed processes are bound to and that were deployed earlier."""
    found: dict[Item, None] = {}
    for file in links.files.values():
        for model in file.processes:
            found.update(dict.fromkeys(item for item in links.bound(model) if item not in links.files))
    return [item for item in found if links.latest(item) is not None]


def _fingerprint(links: Link, item: Item) -> str:
    """Of a process: its file and everything it is bound to, however far; of others: the file."""
    file = links.files[item]
    if item[0] != "process":
        return file.sha256
    reached: dict[Item, str] = {}
    todo = [item]
    while todo:
        current = todo.pop()
        if current in reached:
            continue
        own = links.files.get(current)
        known = links.latest(current) if own is None else None
        reached[current] = own.sha256 if own else (known.fingerprint if known else "")
        if own is not None and current[0] == "process":
            todo += links.bound(_model(own, current[1]))
    del reached[item]
    lines = [file.sha256, *(f"{kind} {name} {digest}" for (kind, name), digest in sorted(reached.items()))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _model(file: File, process_id: str) -> ProcessModel:
    return next(model for model in file.processes if model.process_id == process_id)


def _kept(links: Link, item: Item) -> DeployedItem:
    known = links.latest(item)
    assert known is not None  # only items that are stored already are kept
    file = links.files.get(item)
    return DeployedItem(
        item[0], item[1], known.key, known.version, file.name if file else known.resource_name, new=False
    )


def _store(links: Link, item: Item, file: File, fingerprint: str, deployment_key: int) -> DeployedItem:
    kind, name = item
    known = links.latest(item)
    version = known.version + 1 if known else 1
    if kind == "template":
        return _store_template(name, file, deployment_key)
    if kind == "form":
        form = forms.deploy_form(file.content, deployment_key, resource_name=file.name)
        return DeployedItem(kind, name, form.key, form.version, file.name, form.title, form.version_tag)
    if kind == "process":
        return _store_process(_model(file, name), file, version, fingerprint, deployment_key)
    assert file.decisions is not None  # the item comes from this file
    decision = file.decisions.decisions[name]
    row = DecisionDefinition(
        key=next_key(),
        decision_id=name,
        version=version,
        version_tag=decision.version_tag,
        name=decision.name,
        requirements_id=file.decisions.id,
        deployment_key=deployment_key,
        resource_name=file.name,
        xml=file.content.decode(),
        fingerprint=fingerprint,
    )
    db.session.add(row)
    return DeployedItem(kind, name, row.key, version, file.name, decision.name, decision.version_tag)


def _store_template(name: str, file: File, deployment_key: int) -> DeployedItem:
    if name.endswith(docx_templates.SUFFIX):
        bare = name.removesuffix(docx_templates.SUFFIX)
        template = docx_templates.deploy(bare, file.content, deployment_key=deployment_key)
    else:
        template = templates.deploy_template(name, file.content, deployment_key)
    return DeployedItem("template", name, template.key, template.version, file.name, name)


def _store_process(
    model: ProcessModel, file: File, version: int, fingerprint: str, deployment_key: int
) -> DeployedItem:
    row = ProcessDefinition(
        key=next_key(),
        process_id=model.process_id,
        version=version,
        version_tag=model.version_tag,
        name=model.name,
        documentation=model.documentation,
        deployment_key=deployment_key,
        resource_name=file.name,
        xml=file.content.decode(),
        fingerprint=fingerprint,
        properties=dict(model.properties),
        startable=any(start.kind == "none" for start in model.starts),
    )
    db.session.add(row)
    db.session.flush()
    db.session.execute(delete(StartEvent).where(StartEvent.process_id == model.process_id))
    now = clock.now()
    for start in model.starts:
        if start.kind != "none":
            db.session.add(_start_event(row, start, now))
    item = DeployedItem("process", model.process_id, row.key, version, file.name, model.name, model.version_tag)
    return replace(item)


def _start_event(row: ProcessDefinition, start: Start, now: datetime) -> StartEvent:
    """What waits outside of instances to start the newest version."""
    found = StartEvent(
        key=next_key(),
        definition_key=row.key,
        process_id=row.process_id,
        element_id=start.element,
        kind=start.kind,
        name=_text(start.name),
        due_at=None,
        timer=None,
    )
    if start.kind == "timer":
        kind, value = start.timer_type or "timeCycle", _text(start.value)
        due = timers.first_due(kind, value, now, DEFAULT_ZONE)
        found.due_at = due.at
        found.timer = {"type": kind, "value": value, "anchor": due.anchor.isoformat(), "left": due.left}
    return found


def _text(value: str | None) -> str | None:
    """A text of a model that may be FEEL without variables."""
    if value is None or not is_expression(value):
        return value
    result = evaluate(value, {})
    return None if result is None else str(result)
