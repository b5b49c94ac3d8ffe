"""Open tasks of an instance that moves: the key, the assignee and what was entered stay, what the model says follows.

Only what the two versions say differently is changed: a deadline that somebody extended, candidates that somebody
changed by hand stay as they are when the model still says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.engine import candidates, places
from app.engine.assignments import dates, task_row
from app.engine.definitions import Definition
from app.engine.live import Head
from app.engine.models import UserTask, task_candidate
from app.engine.models.tasks import OPEN
from app.engine.runtime import Instance
from app.feel import FeelError
from app.kernel import clock
from app.kernel.db import db

_MOMENTS = ("due_at", "due_sort", "follow_up_at", "mark_at")
_SAID = ("element_id", "name", "role", "candidate_groups", "candidate_users", "candidates", "form_id", "form_key")
_ALSO = ("external_form", "not_by", "priority", "due_at", "due_sort", "follow_up_at", "mark", "mark_at")
_COLUMNS = (*_SAID, *_ALSO, "inbox", "assignee", "overdue")
_LISTED = {"inbox", "due_sort", "role"}

Side = tuple[Definition, Instance]


@dataclass(frozen=True, slots=True)
class TaskChange:
    """One open task: the columns that change, as they are and as they will be (JSON)."""

    key: int
    before: dict[str, Any]
    after: dict[str, Any]


def changes_of(at: Head, old: Side, new: Side) -> list[TaskChange]:
    """What changes in the rows of the open tasks of an instance.

    Raises:
        FeelError: a date or form of the new version is not what it should be.
    """
    columns = [getattr(UserTask, name) for name in ("key", "token", "created_at", *_COLUMNS)]
    query = select(*columns).where(UserTask.instance_key == at.key, UserTask.state == OPEN).order_by(UserTask.key)
    found = []
    for row in map(dict, db.session.execute(query).mappings()):
        try:
            said = _said(at, old, row)
        except FeelError:
            said = {}  # what it said cannot be told any more: all of it is taken anew
        after = _after(row, said, _said(at, new, row))
        if after:
            found.append(TaskChange(row["key"], {name: _plain(row[name]) for name in after}, after))
    return found


def _said(at: Head, side: Side, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says of a task: the columns of its row."""
    definition, instance = side
    token = instance.waits[row["token"]]
    assert token.wait is not None
    now = clock.now()
    said = task_row(definition, at, token.id, token.wait, token.data, now)
    return {**said, **dates(token.wait, row["created_at"], places.zone_of(at.organisation), now)}


def _after(row: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row that the new version says differently."""
    after = {name: new[name] for name in (*_SAID, *_ALSO) if name not in old or old[name] != new[name]}
    if row["assignee"] is None and new["assignee"] != old.get("assignee"):
        after["assignee"] = new["assignee"]
        after["candidates"] = new["candidates"]
    holder = after.get("assignee", row["assignee"])
    if "candidates" in after:
        mine = [candidates.person(holder)] if holder else []
        after["candidates"] = list(dict.fromkeys([*new["candidates"], *mine]))
        after["inbox"] = mine or after["candidates"]
    if "due_at" in after:
        after["overdue"] = False
    return {name: value for name, value in after.items() if value != _plain(row[name])}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else list(value) if isinstance(value, tuple) else value


def write(key: int, after: Mapping[str, Any]) -> None:
    """Give columns of an open task other values (JSON), with its places in people's lists.

    One that an event of the new version has closed in the same action stays as it was closed.
    """
    listed = select(UserTask.inbox, UserTask.due_sort, UserTask.role)
    was = db.session.execute(listed.where(UserTask.key == key, UserTask.state == OPEN)).one_or_none()
    if was is None:
        return
    values = {name: _value(name, value) for name, value in after.items()}
    db.session.execute(
        update(UserTask).where(UserTask.key == key).values(**values), execution_options={"synchronize_session": False}
    )
    if _LISTED.isdisjoint(after):
        return
    mine = task_candidate.c
    db.session.execute(
        delete(task_candidate).where(mine.candidate.in_(was.inbox), mine.due_sort == was.due_sort, mine.task_key == key)
    )
    inbox, due_sort, role = (values.get(name, getattr(was, name)) for name in ("inbox", "due_sort", "role"))
    rows = [{"candidate": each, "due_sort": due_sort, "task_key": key, "role": role} for each in dict.fromkeys(inbox)]
    if rows:
        db.session.execute(insert(task_candidate), rows)


def _value(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _MOMENTS and value is not None else value
