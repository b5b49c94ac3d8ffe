"""What the engine deletes when it is old."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, tuple_

from app.engine.models import TaskDraft, UserTask
from app.engine.models.tasks import OPEN
from app.kernel import retention
from app.kernel.db import db


@retention.sweep("drafts", kept="drafts")
def drafts_of_closed_tasks(before: datetime, limit: int) -> int:
    """Drafts that were saved long ago for tasks which are over. (Drafts of open tasks stay, however old.)"""
    waiting = select(UserTask.key).where(UserTask.key == TaskDraft.task_key, UserTask.state == OPEN)
    old = select(TaskDraft.task_key, TaskDraft.login).where(TaskDraft.saved_at < before, ~waiting.exists()).limit(limit)
    rows = [(row.task_key, row.login) for row in db.session.execute(old)]
    if rows:
        db.session.execute(delete(TaskDraft).where(tuple_(TaskDraft.task_key, TaskDraft.login).in_(rows)))
    return len(rows)
