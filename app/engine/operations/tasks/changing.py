"""Drafts and attributes of tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.engine import candidates, policies, task_pages
from app.engine.action import act, event, note
from app.engine.models import TaskDraft, UserTask
from app.engine.operations.tasks.completing import why_not
from app.engine.task_rows import demand_open, demand_visible, relist, task_row
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden

CLEARABLE = ("due", "follow_up")


def save_draft(actor: Actor, task_key: int, values: Mapping[str, Any]) -> datetime:
    """Keep what has been entered so far. Returns when it was saved.

    Raises:
        Conflict: the task is over.
        Forbidden: the actor could not complete it.
    """
    task = task_row(task_key)
    demand_visible(actor, task)
    demand_open(task)
    signs = task_pages.signs(task_pages.info_of(task.definition_key, task.element_id), task.form_key)
    if policies.standing(actor, task, signs=False) is None:
        raise Forbidden(why_not(actor, task, signs))
    now = clock.now()
    row = insert(TaskDraft).values(task_key=task_key, login=actor.login, values=dict(values), saved_at=now)
    changed = {"values": row.excluded["values"], "saved_at": now}
    db.session.execute(row.on_conflict_do_update(index_elements=["task_key", "login"], set_=changed))
    return now


def update_task(
    actor: Actor,
    task_key: int,
    *,
    due: datetime | None = None,
    follow_up: datetime | None = None,
    priority: int | None = None,
    candidate_groups: Sequence[str] | None = None,
    candidate_users: Sequence[str] | None = None,
    clear: Sequence[str] = (),
) -> None:
    """Change a task's attributes (process owner).

    Args:
        clear: names of those to empty (`due`, `follow_up`).

    Raises:
        Forbidden: the actor does not own the process.
        Conflict: the task is over.
    """
    task = task_row(task_key, lock=True)
    demand_visible(actor, task)
    demand_open(task)
    policies.demand(policies.owns(actor, task.instance.owner_group), _l("Only the process owner may change the task."))
    dates = {"dueDate": due, "followUpDate": follow_up}
    wanted: dict[str, datetime | None] = {name: at for name, at in dates.items() if at is not None}
    wanted |= {name: None for word, name in zip(CLEARABLE, dates, strict=True) if word in clear}
    if wanted:
        _move(actor, task.instance.key, task.token, task_key, wanted)
        task = task_row(task_key, lock=True)
    changes = _attributes(priority, candidate_groups, candidate_users)
    if changes:
        db.session.execute(update(UserTask).where(UserTask.key == task_key).values(**changes))
        if candidate_groups is not None or candidate_users is not None:
            groups, users = candidate_groups or (), candidate_users or ()
            everybody = candidates.expand(groups, tuple(task.instance.organisations))
            everybody += [candidates.person(login) for login in users]
            if task.assignee:
                everybody.append(candidates.person(task.assignee))
            inbox = task.inbox if task.assignee else everybody
            relist(task, task.assignee, inbox, None, candidates=everybody)
        happening = event(actor, "update_task", element_id=task.element_id, task_key=task_key, details=changes)
        note(actor, task.instance, happening)


def _attributes(priority: int | None, groups: Sequence[str] | None, users: Sequence[str] | None) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if priority is not None:
        changes["priority"] = max(0, min(100, priority))
    if groups is not None:
        changes["candidate_groups"] = list(groups)
    if users is not None:
        changes["candidate_users"] = list(users)
    return changes


def _move(actor: Actor, key: int, token: int, task_key: int, wanted: Mapping[str, datetime | None]) -> None:
    """Other dates: recorded with both by the runtime («перенесено»)."""

    def move(instance: Any) -> None:
        for name, at in wanted.items():
            instance.reschedule(token, at, name)

    done = act(actor, key, event(actor, "reschedule", task_key=task_key), move)
    if done is None:
        raise Conflict(_l("The process is over already."))
