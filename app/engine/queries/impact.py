"""What stands on a process: instances by version, open work by element, whose lists are touched.

All of it are aggregates: a process with a hundred thousand instances is answered by a few statements. Nobody is named,
so that designers may read it (roles.md §3, «Models, forms, decisions, deployments»).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, literal, select

from app.engine import policies
from app.engine.models import ProcessDefinition, ProcessInstance, UserTask
from app.engine.models.instances import ACTIVE
from app.engine.models.tasks import OPEN
from app.engine.models.waits import EventSubscription, Job, Timer
from app.engine.views import Inbox, OpenWork
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound


def demand_models(actor: Actor) -> None:
    """Models are there for those who read them only.

    Raises:
        NotFound: the actor does not.
    """
    if not policies.may_read_models(actor):
        raise NotFound(_l("There is no such process."))


def counts_by_version(actor: Actor, process_id: str) -> dict[int, tuple[int, int]]:
    """Instances of a process by the key of their definition: running ones, ended ones.

    Raises:
        NotFound: the actor does not read models.
    """
    demand_models(actor)
    running = func.count().filter(ProcessInstance.status == ACTIVE)
    keys = select(ProcessDefinition.key).where(ProcessDefinition.process_id == process_id)
    query = (
        select(ProcessInstance.definition_key, running, func.count())
        .where(ProcessInstance.definition_key.in_(keys))
        .group_by(ProcessInstance.definition_key)
    )
    return {key: (active, every - active) for key, active, every in db.session.execute(query)}


def open_work(actor: Actor, process_id: str) -> Sequence[OpenWork]:
    """What running instances of a process wait for, by version and element.

    Raises:
        NotFound: the actor does not read models.
    """
    demand_models(actor)
    found = [OpenWork(*row) for query in (_tasks(process_id), *_waits(process_id)) for row in db.session.execute(query)]
    return sorted(found, key=lambda work: (-work.version, work.element_id, work.kind))


def inboxes(actor: Actor, process_id: str) -> Sequence[Inbox]:
    """Whose lists hold open tasks of a process, the fullest first.

    Raises:
        NotFound: the actor does not read models.
    """
    demand_models(actor)
    query = (
        select(UserTask.role, func.count(), func.count(func.distinct(UserTask.organisation)), _overdue())
        .where(UserTask.process_id == process_id, UserTask.state == OPEN)
        .group_by(UserTask.role)
        .order_by(func.count().desc(), UserTask.role)
    )
    return [Inbox(*row) for row in db.session.execute(query)]


def _overdue() -> Any:
    return func.count().filter(UserTask.due_at < clock.now())


def _tasks(process_id: str) -> Select[Any]:
    return (
        select(
            ProcessDefinition.version,
            UserTask.element_id,
            literal("task"),
            func.count(),
            _overdue(),
            func.min(UserTask.due_at).filter(UserTask.due_at >= clock.now()),
        )
        .join(ProcessDefinition, ProcessDefinition.key == UserTask.definition_key)
        .where(UserTask.process_id == process_id, UserTask.state == OPEN)
        .group_by(ProcessDefinition.version, UserTask.element_id)
    )


def _waits(process_id: str) -> list[Select[Any]]:
    jobs = _waiting(process_id, Job, "job", literal(None))
    return [
        _waiting(process_id, Timer, "timer", func.min(Timer.due_at)),
        _waiting(process_id, EventSubscription, "message", literal(None)),
        jobs.where(Job.state.in_(("open", "failed"))),
    ]


def _waiting(process_id: str, table: Any, kind: str, due: Any) -> Select[Any]:
    return (
        select(ProcessDefinition.version, table.element_id, literal(kind), func.count(), literal(0), due)
        .join(ProcessInstance, ProcessInstance.key == table.instance_key)
        .join(ProcessDefinition, ProcessDefinition.key == ProcessInstance.definition_key)
        .where(ProcessInstance.process_id == process_id, ProcessInstance.status == ACTIVE)
        .group_by(ProcessDefinition.version, table.element_id)
    )
