"""Rows that this process has just written, so that the next action on them need not read them.

What is remembered may be out of date: another process acted meanwhile. So it only serves to try: the write is guarded
by the version, and a refusal is judged again by what the database says.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.engine.live import Head
from app.engine.models.tasks import OPEN
from app.kernel.db import db

CAPACITY = 5000
"""Tasks and instances remembered per process."""


@dataclass(slots=True)
class TaskRow:
    """A task as the verbs need it, and the head of its instance."""

    key: int
    token: int
    element_id: str
    name: str
    role: str | None
    assignee: str | None
    candidates: list[str]
    inbox: list[str]
    not_by: list[str]
    form_id: str | None
    form_key: int | None
    due_at: datetime | None
    due_sort: datetime
    state: str
    created_at: datetime
    ended_at: datetime | None
    completed_by: str | None
    definition_key: int
    overdue: bool
    instance: Head


@dataclass(slots=True)
class _Memory:
    engine: object = None
    heads: OrderedDict[int, tuple[Head, int]] = field(default_factory=OrderedDict)
    """Instance -> its row, and the version before which remembered tasks of it are out of date."""
    tasks: OrderedDict[int, TaskRow] = field(default_factory=OrderedDict)


_memory = _Memory()
_lock = threading.Lock()


def task(key: int) -> TaskRow | None:
    """A task as this process wrote it last; the caller may change the copy."""
    if db.session.info.get("engine_wrote"):
        return None  # this unit of work has changed things that the memory does not know yet
    with _lock:
        if _memory.engine is not db._engine:
            return None
        row = _memory.tasks.get(key)
        head, since = _memory.heads.get(row.instance.key, (None, 0)) if row is not None else (None, 0)
        if row is None or head is None or row.instance.version < since:
            return None
        found = copy(row)
        found.instance = copy(head)
        return found


def wrote(head: Head, rows: Iterable[Mapping[str, Any]] = (), *, over: bool = False, stale: bool = False) -> None:
    """Remember, once it is committed, what an action has written.

    Args:
        head: the instance's row as it stands now.
        rows: its new tasks.
        over: the instance has ended.
        stale: other tasks of the instance have changed too.
    """
    db.session.info["engine_wrote"] = True
    kept = [_task(row, head) for row in rows]
    db.after_commit(lambda: _keep(head, kept, over, stale))


def _task(row: Mapping[str, Any], head: Head) -> TaskRow:
    due, due_sort = row["due_at"], row["due_sort"]
    return TaskRow(
        key=row["key"],
        token=row["token"],
        element_id=row["element_id"],
        name=row["name"],
        role=row["role"],
        assignee=row["assignee"],
        candidates=row["candidates"],
        inbox=row["inbox"],
        not_by=row["not_by"],
        form_id=row["form_id"],
        form_key=row["form_key"],
        due_at=due and datetime.fromisoformat(due),
        due_sort=datetime.fromisoformat(due_sort),
        state=OPEN,
        created_at=row["created_at"],
        ended_at=None,
        completed_by=None,
        definition_key=head.definition_key,
        overdue=False,
        instance=head,
    )


def _keep(head: Head, rows: list[TaskRow], over: bool, stale: bool) -> None:
    with _lock:
        if _memory.engine is not db._engine:
            _memory.engine = db._engine
            _memory.heads.clear()
            _memory.tasks.clear()
        _, since = _memory.heads.pop(head.key, (head, head.version))
        if over:
            return
        _memory.heads[head.key] = (head, head.version if stale else since)
        for row in rows:
            _memory.tasks[row.key] = row
        while len(_memory.heads) > CAPACITY:
            _memory.heads.popitem(last=False)
        while len(_memory.tasks) > CAPACITY:
            _memory.tasks.popitem(last=False)


def forget_all() -> None:
    """Empty the memory (tests)."""
    with _lock:
        _memory.heads.clear()
        _memory.tasks.clear()


db.remembered(forget_all)
