"""Open tasks that stand with one person alone, for whoever closes the account or moves the person."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.engine import queries as engine
from app.engine.views import TaskFilter, TaskView
from app.kernel.actor import PLATFORM, Actor
from app.kernel.errors import NotFound
from app.people import duties
from app.people.duties import Duty, Held


@duties.source
def open_tasks(actor: Actor, login: str) -> Held:
    """Tasks that the person has taken or was given. They name step and process only: no title, no values."""
    wanted = TaskFilter(scope="visible", assignee=login, state="open")
    found = engine.tasks_for(PLATFORM, wanted, limit=duties.SHOWN, count=True)
    return Held(
        label=_("Open tasks"),
        total=found.total or 0,
        duties=tuple(Duty(f"{task.name} — {task.process_name}", _handover(actor, task)) for task in found.items),
        advice=_("The owner of the process gives a task to another person; a substitute may do it meanwhile."),
    )


def _handover(actor: Actor, task: TaskView) -> str | None:
    """The page on which the reader gives the task to another person, when it is theirs to give."""
    try:
        detail = engine.task(actor, task.key)
    except NotFound:
        return None
    return url_for("inbox.help_task", key=task.key) if detail.may_extend else None
