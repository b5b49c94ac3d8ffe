"""Deployed definitions, read once per process and shared by all instances."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine.bpmn import ProcessModel, read_definitions
from app.engine.models import DecisionDefinition, DeploymentItem, ProcessDefinition
from app.kernel.db import db
from app.kernel.errors import NotFound

_LIMIT = 1000
"""Definitions kept per process."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a process, ready to run."""

    key: int
    process_id: str
    version: int
    version_tag: str | None
    name: str
    deployment_key: int
    resource_name: str
    model: ProcessModel

    @property
    def properties(self) -> dict[str, str]:
        """Properties of the process element."""
        return self.model.properties

    def roles(self, name: str) -> tuple[str, ...]:
        """A property that lists role ids."""
        return tuple(part.strip() for part in self.properties.get(name, "").split(",") if part.strip())


class Kept:
    """A bounded memory of definitions by key: they never change."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.of: OrderedDict[int, Any] = OrderedDict()
        db.remembered(self.of.clear)

    def get(self, key: int, read: Callable[[int], Any]) -> Any:
        """The kept object, or what `read` makes of the key."""
        found = self.of.get(key)
        if found is None:
            found = read(key)
            with self.lock:
                self.of[key] = found
                if len(self.of) > _LIMIT:
                    self.of.popitem(last=False)
        return found


_processes = Kept()
_items: dict[tuple[int, str, str], int] = {}
db.remembered(_items.clear)


def forget_the_rest() -> None:
    """Empty every memory of the database but that of processes: their keys are never used again, even when they were
    deployed in a transaction that was rolled back (the sandbox)."""
    kept = dict(_processes.of)
    db.forget()
    _processes.of.update(kept)


def definition(key: int) -> Definition:
    """The process definition of a key.

    Raises:
        NotFound: there is none.
    """
    found: Definition = _processes.get(key, _read)
    return found


def _read(key: int) -> Definition:
    row = db.session.get(ProcessDefinition, key)
    if row is None:
        raise NotFound(_l("There is no such process."))
    models = {model.process_id: model for model in read_definitions(row.xml.encode())}
    return Definition(
        key=row.key,
        process_id=row.process_id,
        version=row.version,
        version_tag=row.version_tag,
        name=row.name or row.process_id,
        deployment_key=row.deployment_key,
        resource_name=row.resource_name,
        model=models[row.process_id],
    )


def latest_key(process_id: str, version: int | None = None) -> int | None:
    """Key of the latest (or the given) version of a process; None when there is none."""
    query = select(ProcessDefinition.key).where(ProcessDefinition.process_id == process_id)
    if version is not None:
        query = query.where(ProcessDefinition.version == version)
    return db.session.scalar(query.order_by(ProcessDefinition.version.desc()).limit(1))


def item_key(kind: str, item: str, deployment_key: int) -> int | None:
    """What belongs to a deployment under that id: where binding `deployment` looks. Kept: deployments never change."""
    place = (deployment_key, kind, item)
    found = _items.get(place)
    if found is None:
        found = db.session.scalar(
            select(DeploymentItem.definition_key).where(
                DeploymentItem.deployment_key == deployment_key,
                DeploymentItem.kind == kind,
                DeploymentItem.item == item,
            )
        )
        if found is not None:
            if len(_items) > 10 * _LIMIT:
                _items.clear()
            _items[place] = found
    return found


def bound_key(kind: str, item: str, binding: str, tag: str | None, deployment_key: int) -> int | None:
    """The definition that a reference means.

    Args:
        kind: `process` or `decision`.
        binding: `latest`, `deployment` or `versionTag`.
        deployment_key: of the definition that refers.
    """
    if binding == "deployment":
        return item_key(kind, item, deployment_key)
    table: Any = ProcessDefinition if kind == "process" else DecisionDefinition
    named = ProcessDefinition.process_id if kind == "process" else DecisionDefinition.decision_id
    query = select(table.key).where(named == item)
    if binding == "versionTag":
        query = query.where(table.version_tag == tag)
    key: int | None = db.session.scalar(query.order_by(table.version.desc()).limit(1))
    return key
