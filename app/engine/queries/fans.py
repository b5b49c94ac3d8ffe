"""How far the organisations of a multi-instance are: who is done, who is waited for and with what (BPM-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.engine import live, places, policies
from app.engine.definitions import definition
from app.engine.models import ProcessInstance, UserTask
from app.engine.models.instances import ACTIVE
from app.engine.models.tasks import OPEN
from app.engine.queries.instances import instance, task_waiting
from app.engine.runtime.fans import Fan
from app.engine.views import BranchView, FanView, InstanceView, Waiting
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

NEEDED = "indispensable"
"""Property of a multi-instance element that the process cannot do without: a decision that must be made."""
_PLACES = ("school_id", "organisation", "municipality_id")
_PERSONS = ("person", "login", "listener_id", "teacher_id", "expert")


def fans(actor: Actor, key: int) -> Sequence[FanView]:
    """The multi-instance elements over organisations that an instance waits at, none for who does not read its values.

    Raises:
        NotFound: no such instance in the actor's scope.
    """
    found = instance(actor, key)
    if found.status != ACTIVE or not policies.sees_values(actor, found.owner_group):
        return ()
    elements = definition(found.definition_key).model.elements.values()
    if not any(each.multi_instance for each in elements):
        return ()
    at = live.head(key)
    running = live.take(at)
    if running is None:
        return ()
    open_ones = running.fans()
    live.untouched(at, running)
    owner = policies.owns(actor, found.owner_group)
    tasks = _tasks(key, [token for fan in open_ones for each in fan.open for token in each.waits])
    views = (_view(found, fan, tasks, owner) for fan in open_ones)
    return [view for view in views if view is not None]


def fan(actor: Actor, key: int, element_id: str) -> FanView:
    """One of them.

    Raises:
        NotFound: the instance does not wait there, or it is not the actor's to see.
    """
    found = next((each for each in fans(actor, key) if each.element_id == element_id), None)
    if found is None:
        raise NotFound()
    return found


def _view(found: InstanceView, fan: Fan, tasks: Mapping[int, Sequence[Waiting]], owner: bool) -> FanView | None:
    codes = {each.token: _organisation(each.item) for each in fan.open}
    if not fan.element or not any(codes.values()):
        return None
    info = definition(found.definition_key).model.elements[fan.element]
    rows = (
        BranchView(each.token, codes[each.token], tuple(task for token in each.waits for task in tasks[token]))
        for each in fan.open
    )
    return FanView(
        element_id=fan.element,
        name=info.name or fan.element,
        total=fan.total,
        done=fan.done,
        open=tuple(rows),
        owner=owner,
        may_leave_out=owner and info.properties.get(NEEDED) != "true",
    )


def _organisation(item: Any) -> str | None:
    """The organisation that an item of the collection stands for; a person of an organisation is none."""
    if isinstance(item, str):
        return item if places.place(item) else None
    if not isinstance(item, Mapping) or any(item.get(name) for name in _PERSONS):
        return None
    codes = (item.get(name) for name in _PLACES)
    return next((code for code in codes if isinstance(code, str) and places.place(code)), None)


def _tasks(key: int, tokens: Sequence[int]) -> Mapping[int, list[Waiting]]:
    """The open tasks of people by the token that waits for them, also those of the processes that it has called."""
    own = select(UserTask, UserTask.token).where(UserTask.instance_key == key, UserTask.token.in_(tokens))
    called = (
        select(UserTask, ProcessInstance.parent_token)
        .join(ProcessInstance, ProcessInstance.key == UserTask.instance_key)
        .where(ProcessInstance.parent_key == key, ProcessInstance.parent_token.in_(tokens))
    )
    found: dict[int, list[Waiting]] = defaultdict(list)
    for query in (own, called):
        for task, token in db.session.execute(query.where(UserTask.state == OPEN).order_by(UserTask.key)):
            found[token or 0].append(task_waiting(task))
    return found
