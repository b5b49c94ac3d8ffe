"""Rows of user tasks together with their instances: how the verbs find and lock them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import places, policies
from app.engine.live import COLUMNS, Head
from app.engine.models import ProcessInstance
from app.engine.models.tasks import CANCELLED, COMPLETED, OPEN
from app.engine.recent import TaskRow
from app.engine.statements import run, run_plain
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.people import queries as people

_FIELDS = tuple(
    "key token element_id name role assignee candidates inbox not_by form_id form_key due_at due_sort state "  # noqa: SIM905
    "created_at ended_at completed_by definition_key overdue".split()
)
_TASK = (
    f"SELECT {', '.join('t.' + name for name in _FIELDS)}, {COLUMNS} FROM user_task t "
    "JOIN process_instance p ON p.key = t.instance_key WHERE t.key = %(key)s"
).encode()
_LOCK = (
    b"SELECT p.key FROM process_instance p JOIN user_task t ON t.instance_key = p.key WHERE t.key = %(key)s "
    b"FOR UPDATE OF p"
)


def task_row(key: int, *, lock: bool = False) -> TaskRow:
    """The row of a task; `lock` keeps others from acting on its instance until this unit of work ends.

    Raises:
        NotFound: there is none.
    """
    if lock:
        # A statement of its own: one that waits for a lock still shows the task as it stood before the wait.
        run_plain(_LOCK, {"key": key})
    rows = run_plain(_TASK, {"key": key})
    if not rows:
        raise NotFound(_l("There is no such task."))
    own = len(_FIELDS)
    head = Head(*rows[0][own:])
    head.locked = lock
    return TaskRow(*rows[0][:own], head)  # type: ignore[call-arg]


def demand_visible(actor: Actor, task: TaskRow) -> None:
    """Refuse what is outside of the actor's scope as if it did not exist.

    Raises:
        NotFound: the actor sees neither the task nor its instance.
    """
    if actor.system or policies.is_candidate(actor, task) or actor.login == task.completed_by:
        return
    if policies.owns(actor, task.instance.owner_group):
        return
    seen = select(ProcessInstance.key).where(ProcessInstance.key == task.instance.key, policies.visible(actor))
    if db.session.scalar(seen) is None:
        raise NotFound(_l("There is no such task."))


def demand_open(task: TaskRow) -> None:
    """Refuse to act on a task that is over, and say who did it.

    Raises:
        Conflict: it was completed or cancelled already.
    """
    if task.state == OPEN:
        return
    if task.state == COMPLETED and task.completed_by:
        raise Conflict(
            _l(
                "The task “%(task)s” was already done by %(person)s on %(time)s.",
                task=task.name,
                time=_local(task),
                person=people.person_names([task.completed_by]).get(task.completed_by, task.completed_by),
            ),
            completed_by=task.completed_by,
            completed_at=task.ended_at and task.ended_at.isoformat(),
        )
    if task.state == CANCELLED:
        raise Conflict(_l("The task “%(task)s” is not needed any more.", task=task.name))
    raise Conflict(_l("The task “%(task)s” was already done.", task=task.name))


def _local(task: TaskRow) -> str:
    assert task.ended_at is not None  # a completed task has ended
    zone = places.zone_of(task.instance.organisation)
    return f"{task.ended_at.astimezone(ZoneInfo(zone)):%d.%m.%Y %H:%M}"


_RELIST = """
WITH row AS (
    UPDATE user_task SET assignee = %(assignee)s, inbox = %(inbox)s, due_at = %(due_at)s, due_sort = %(due_sort)s,
        candidates = %(candidates)s, claimed_at = %(claimed_at)s
    WHERE key = %(key)s RETURNING key, role),
gone AS (
    DELETE FROM task_candidate WHERE candidate = ANY(%(old)s) AND due_sort = %(old_sort)s AND task_key = %(key)s
        AND NOT (candidate = ANY(%(inbox)s) AND due_sort = %(due_sort)s))
INSERT INTO task_candidate (candidate, due_sort, task_key, role)
SELECT unnest(%(inbox)s::text[]), %(due_sort)s, key, role FROM row
ON CONFLICT DO NOTHING
"""


def relist(task: TaskRow, assignee: str | None, inbox: Iterable[str], at: datetime | None, **changes: Any) -> None:
    """Put a locked task into other lists: another assignee, other candidates, another deadline."""
    parameters = {
        "key": task.key,
        "assignee": assignee,
        "inbox": list(dict.fromkeys(inbox)),
        "old": task.inbox,
        "old_sort": task.due_sort,
        "due_at": changes.get("due_at", task.due_at),
        "due_sort": changes.get("due_sort", task.due_sort),
        "candidates": list(dict.fromkeys(changes.get("candidates", task.candidates))),
        "claimed_at": at,
    }
    run(_RELIST, parameters)
