"""What the engine tells notices: processes whose letters may be worded, deadlines of a person's calendar."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from app.engine import places, schedule
from app.engine.definitions import definition
from app.engine.models import ProcessDefinition
from app.engine.queries.tasks import tasks_for
from app.kernel.actor import Actor
from app.kernel.db import db
from app.notifications import sources

MOST = 200
"""Deadlines in a calendar."""
_TASK = "userTask"


@sources.processes_from
def processes() -> Iterator[sources.Process]:
    """The newest version of every process with its tasks of people."""
    newest = select(func.max(ProcessDefinition.key)).group_by(ProcessDefinition.process_id)
    for key in db.session.scalars(newest):
        found = definition(key)
        tasks = ((each.id, each.name or each.id) for each in found.model.elements.values() if each.kind == _TASK)
        yield sources.Process(found.process_id, found.name, tuple(sorted(tasks, key=lambda task: task[1])))


@sources.calendar("tasks")
def deadlines(actor: Actor) -> Iterator[sources.Entry]:
    """The deadlines of the tasks in the actor's list."""
    for task in tasks_for(actor, limit=MOST).items:
        if task.due_at is not None:
            day = schedule.local_day(task.due_at, places.zone_of(task.organisation))
            about = task.title or task.process_name
            yield sources.Entry(f"task-{task.key}", task.name, day, about=about, link=f"/tasks/{task.key}")
