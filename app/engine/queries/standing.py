"""The running instances of a version, by where they wait: keys, nothing that names people or values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, union

from app.engine import policies
from app.engine.models import EventSubscription, Incident, Job, ProcessInstance, Timer, UserTask
from app.engine.models.instances import ACTIVE
from app.engine.models.tasks import OPEN
from app.kernel.actor import Actor


def running(
    actor: Actor, definition_key: int, *, element: str | None = None, before: datetime | None = None
) -> Select[int]:
    """Keys of the running instances of a version, as a statement; oldest first.

    Args:
        element: only those that wait there. before: only those that were started before this moment.

    Raises:
        Forbidden: the actor does not read models.
    """
    policies.demand(policies.may_read_models(actor))
    keys = select(ProcessInstance.key).where(
        ProcessInstance.definition_key == definition_key, ProcessInstance.status == ACTIVE
    )
    if element:
        waiting = _waits(definition_key).subquery()
        keys = keys.where(
            ProcessInstance.key.in_(select(waiting.c.instance_key).where(waiting.c.element_id == element))
        )
    if before is not None:
        keys = keys.where(ProcessInstance.started_at < before)
    return keys.order_by(ProcessInstance.key)


def _waits(definition_key: int) -> Any:
    """(instance, element) of everything that running instances of a version wait for."""
    of_version = (ProcessInstance.definition_key == definition_key, ProcessInstance.status == ACTIVE)
    sources: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (UserTask, (UserTask.state == OPEN,)),
        (Job, (Job.state.in_(("open", "failed")),)),
        (Timer, ()),
        (EventSubscription, ()),
        (Incident, (Incident.resolved_at.is_(None),)),
    )
    return union(
        *(
            select(table.instance_key, table.element_id)
            .join(ProcessInstance, ProcessInstance.key == table.instance_key)
            .where(*of_version, *rules)
            for table, rules in sources
        )
    )
