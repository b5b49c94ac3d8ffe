"""One task with all that its page needs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.engine import live, policies, task_pages
from app.engine.models import TaskDraft, UserTask
from app.engine.models.tasks import OPEN
from app.engine.operations.tasks.completing import why_not
from app.engine.queries.tasks import view_of
from app.engine.recent import TaskRow
from app.engine.task_rows import demand_visible, task_row
from app.engine.views import TaskDetail
from app.kernel.actor import Actor
from app.kernel.db import db


def task(actor: Actor, key: int) -> TaskDetail:
    """One task with all that its page needs.

    Raises:
        NotFound: none, or outside the scope of the actor.
    """
    row = task_row(key)
    demand_visible(actor, row)
    info = task_pages.info_of(row.definition_key, row.element_id)
    signs = task_pages.signs(info, row.form_key)
    is_open = row.state == OPEN
    stands = policies.standing(actor, row, signs=signs) if is_open else None
    owner = is_open and policies.owns(actor, row.instance.owner_group)
    reads = is_open and _reads(actor, row, stands is not None)
    seen = _variables(row.instance, row.token) if reads else {}
    draft = db.session.get(TaskDraft, (key, actor.login)) if reads else None
    return TaskDetail(
        task=view_of(actor, key),
        outcomes=task_pages.outcomes_of(info),
        variables=seen,
        values=draft.values if draft else task_pages.named(seen.get("form")) or seen,
        draft_saved_at=draft.saved_at if draft else None,
        help=info.documentation,
        readonly_form=task_pages.flag(info, "readonly_form"),
        signoff=signs,
        bulk=task_pages.flag(info, "bulk"),
        may_complete=stands is not None and not actor.system,
        may_claim=stands is not None and row.assignee is None and not actor.system,
        may_assign=owner or (stands is not None and row.assignee == actor.login),
        may_extend=owner,
        why_not=None if stands is not None or not is_open else why_not(actor, row, signs),
        returns=_returns(row.instance.key, row.element_id),
        last_return=_last_return(row.instance.key),
        properties=info.properties,
        page=task_pages.page_of(info, seen),
        reads_form=reads or not is_open,
    )


def _reads(actor: Actor, task: TaskRow, stands: bool) -> bool:
    """Whether the actor reads what the task is about: who may do it, whose queue it stands in, who sees the values of
    the whole process. Others who see the process learn only that the task is there (roles §3)."""
    return stands or policies.is_candidate(actor, task) or policies.sees_values(actor, task.instance.owner_group)


def _variables(at: live.Head, token: int) -> dict[str, Any]:
    """What the task sees."""
    instance = live.take(at)
    if instance is None:
        return {}
    waiting = instance.waits.get(token)
    seen = dict(waiting.data) if waiting is not None else {}
    live.untouched(at, instance)
    return seen


def _returns(instance_key: int, element_id: str) -> int:
    """How often the work was returned from this step."""
    where = UserTask.instance_key == instance_key, UserTask.element_id == element_id
    query = select(func.count()).where(*where, UserTask.outcome == "return")
    return db.session.scalar(query) or 0


def _last_return(instance_key: int) -> dict[str, Any] | None:
    """The latest return in the instance: what the author has to change."""
    row = db.session.execute(
        select(UserTask.comment, UserTask.completed_by, UserTask.ended_at, UserTask.name, UserTask.role)
        .where(UserTask.instance_key == instance_key, UserTask.outcome == "return")
        .order_by(UserTask.ended_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return {"comment": row.comment, "by": row.completed_by, "at": row.ended_at, "step": row.name, "role": row.role}
