"""Running and finished instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.types import String

from app.engine import candidates, live, policies
from app.engine.definitions import definition
from app.engine.models import EventSubscription, Incident, Job, ProcessInstance, Timer, UserTask
from app.engine.models.instances import ACTIVE
from app.engine.queries.paging import beyond, decode_cursor, encode_cursor, moment
from app.engine.views import CAP, InstanceFilter, InstanceView, Page, Waiting
from app.files import access as files_access
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

_SORTS: Mapping[str, ColumnElement[Any]] = {
    "started": ProcessInstance.started_at,  # type: ignore[dict-item]
    "ended": func.coalesce(ProcessInstance.ended_at, ProcessInstance.started_at),
    "process": ProcessInstance.process_id,  # type: ignore[dict-item]
    "title": func.coalesce(ProcessInstance.title, ProcessInstance.business_key, ""),
}
_NAMES = tuple(
    "key definition_key process_id title business_key organisation status incidents parent_key root_key "  # noqa: SIM905
    "started_by started_at ended_at result reason owner_group variables".split()
)


def _columns() -> Select[Any]:
    return select(*(getattr(ProcessInstance, name) for name in _NAMES))


def _view(row: Any) -> InstanceView:
    found = definition(row.definition_key)
    facts = {name: getattr(row, name) for name in _NAMES}
    return InstanceView(**facts, process_name=found.name, definition_version=found.version)


def instances(
    actor: Actor,
    filters: InstanceFilter | None = None,
    *,
    sort: str = "-started",
    cursor: str | None = None,
    limit: int = 50,
    offset: int = 0,
    count: bool = False,
) -> Page[InstanceView]:
    """Instances that the actor may see.

    Args:
        sort: `started`, `ended`, `process`, `title`, with `-` descending.

    Raises:
        Invalid: the cursor is none of ours.
    """
    wanted = filters or InstanceFilter()
    name, down = sort.lstrip("-"), sort.startswith("-")
    column = _SORTS.get(name, _SORTS["started"])
    query = _columns().add_columns(column.label("sorted_by")).where(policies.visible(actor))
    for condition in _conditions(actor, wanted):
        query = query.where(condition)
    total = None
    if count:
        total = db.session.scalar(select(func.count()).select_from(query.limit(CAP).subquery())) or 0
    if cursor:
        value, last = decode_cursor(cursor, 2)
        value = moment(value) if name in ("started", "ended") else value
        query = query.where(beyond(column, ProcessInstance.key, value, last, down))  # type: ignore[arg-type]
    order = (column.desc(), ProcessInstance.key.desc()) if down else (column, ProcessInstance.key)
    rows = db.session.execute(query.order_by(*order).limit(limit + 1).offset(offset)).all()
    more = encode_cursor([rows[limit - 1].sorted_by, rows[limit - 1].key]) if len(rows) > limit else None
    return Page(tuple(_view(row) for row in rows[:limit]), more, total)


def _conditions(actor: Actor, wanted: InstanceFilter) -> list[ColumnElement[bool]]:
    """What narrows the list."""
    equal = {
        ProcessInstance.process_id: wanted.process_id,
        ProcessInstance.definition_key: wanted.definition_key,
        ProcessInstance.status: wanted.status,
        ProcessInstance.result: wanted.result,
        ProcessInstance.business_key: wanted.business_key,
        ProcessInstance.started_by: actor.login if wanted.mine else wanted.started_by,
        ProcessInstance.parent_key: wanted.parent_key,
        ProcessInstance.root_key: wanted.root_key,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    spans = (
        (ProcessInstance.started_at, wanted.started_from, wanted.started_to),
        (ProcessInstance.ended_at, wanted.ended_from, wanted.ended_to),
    )
    for column, first, last in spans:
        found += [column >= first] if first else []
        found += [column <= last] if last else []
    if wanted.organisation:
        found.append(ProcessInstance.organisations.op("@>")(array([wanted.organisation], type_=String)))
    if wanted.has_incident is not None:
        found.append(ProcessInstance.incidents > 0 if wanted.has_incident else ProcessInstance.incidents == 0)
    if wanted.participant:
        did = UserTask.completed_by == wanted.participant
        holds = UserTask.assignee == wanted.participant
        same = UserTask.instance_key == ProcessInstance.key
        found.append(select(UserTask.key).where(same, did | holds).exists())
    if wanted.variables:
        found.append(ProcessInstance.variables.contains(dict(wanted.variables)))
    if wanted.keys:
        found.append(ProcessInstance.key.in_(wanted.keys))
    if wanted.text:
        texts = (ProcessInstance.title, ProcessInstance.business_key, ProcessInstance.process_id)
        found.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in texts)))
    return found


def instance(actor: Actor, key: int) -> InstanceView:
    """One instance.

    Raises:
        NotFound: none, or outside the scope of the actor.
    """
    row = db.session.execute(_columns().where(ProcessInstance.key == key, policies.visible(actor))).first()
    if row is None:
        raise NotFound(_l("There is no such process instance."))
    return _view(row)


def is_over(key: int | None) -> bool:
    """For features: whether a process that worked on their row has ended, also by cancelling. None is no process."""
    status = db.session.scalar(select(ProcessInstance.status).where(ProcessInstance.key == key))
    return status is not None and status != ACTIVE


def scopes(actor: Actor, key: int) -> list[dict[str, Any]]:
    """All variables by scope: `{"token", "element", "loop", "variables"}`; the root scope has token None.

    Raises:
        NotFound: none, or outside the scope of the actor.
    """
    found = instance(actor, key)
    at = live.head(key)
    running = live.take(at) if at.status == ACTIVE else None
    if running is None:
        return [{"token": None, "element": None, "loop": None, "variables": dict(found.variables)}]
    rows: list[dict[str, Any]] = running.scopes()
    live.untouched(at, running)
    return rows


def waiting_on(actor: Actor, key: int) -> list[Waiting]:
    """What the instance and the instances it calls wait for now: whom to ask.

    Raises:
        NotFound: none, or outside the scope of the actor.
    """
    instance(actor, key)
    found: list[Waiting] = []
    level, seen = [key], {key}
    while level:
        for current in level:
            found += _waits(current)
        called = select(ProcessInstance.key).where(
            ProcessInstance.parent_key.in_(level), ProcessInstance.status == ACTIVE
        )
        level = [child for child in db.session.scalars(called) if child not in seen]
        seen.update(level)
    return sorted(found, key=lambda waiting: (waiting.kind != "user_task", waiting.since is None, waiting.since))


def task_waiting(row: UserTask) -> Waiting:
    """An open task as something that is waited for."""
    whom = (candidates.person(row.assignee),) if row.assignee else tuple(row.candidates)
    return Waiting("user_task", row.element_id, row.name, whom, row.created_at, row.due_at, row.key)


def _waits(key: int) -> Iterator[Waiting]:
    """The open rows of one instance."""
    names = definition(live.head(key).definition_key).model.elements

    def rows(table: Any, *conditions: Any) -> Iterator[Any]:
        yield from db.session.scalars(select(table).where(table.instance_key == key, *conditions))

    def name(row: Any) -> str:
        info = names.get(row.element_id)
        return (info.name if info else None) or row.element_id

    for row in rows(UserTask, UserTask.state == "open"):
        yield task_waiting(row)
    for row in rows(Timer):
        yield Waiting("timer", row.element_id, name(row), (), None, row.due_at, row.key)
    for row in rows(EventSubscription):
        yield Waiting(row.kind, row.element_id, name(row), (row.name,), None, None, row.key)
    for row in rows(Job, Job.state == "open"):
        yield Waiting("job", row.element_id, name(row), (row.type,), row.created_at, None, row.key)
    for row in rows(Incident, Incident.resolved_at.is_(None)):
        yield Waiting("incident", row.element_id, name(row), (), row.created_at, None, row.key)


def _shows_files(actor: Actor, key: str) -> bool:
    """Whoever may see an instance may download the files that were handed in with its tasks."""
    try:
        return bool(instance(actor, int(key)))
    except NotFound:
        return False


files_access.register("instance", _shows_files)
