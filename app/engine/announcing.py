"""Telling people that a task waits for them: after the action, by the worker, never in the way of who acted."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import candidates, places, schedule
from app.engine.definitions import definition
from app.engine.models import UserTask
from app.engine.models.tasks import OPEN
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.notifications.operations import notify
from app.people import queries as people

CROWD = 30
"""More people than this are not told one by one: the task stands in their queue."""


def announce(payload: dict[str, Any]) -> None:
    """Tell those who may do new tasks, except whoever has just made them."""
    rows = db.session.scalars(select(UserTask).where(UserTask.key.in_(payload["tasks"]), UserTask.state == OPEN))
    for task in rows:
        receivers = _receivers(task.inbox) - {payload["by"], *task.not_by}
        if not 0 < len(receivers) <= CROWD:
            continue
        process = definition(task.definition_key).name
        about = task.title or process
        back = _returned(task)
        subject = _l("Returned to you: %(task)s", task=task.name) if back else _l("New task: %(task)s", task=task.name)
        notify(
            sorted(receivers),
            subject,
            back or _when(task, about),
            link=f"/tasks/{task.key}",
            dedupe_key=f"task:{task.key}",
            kind="task",
            event="task.new" if back is None else "task.returned",
            facts=task_facts(task.name, about, process, _day(task)) | ({"замечание": back} if back else {}),
            process=task.process_id,
            element=task.element_id,
        )


def task_facts(name: str, about: str, process: str, day: str) -> dict[str, str]:
    """What templates of letters may say of a task (`rules.events` of notifications)."""
    return {"задача": name, "предмет": about, "процесс": process, "срок": day}


def _receivers(inbox: list[str]) -> set[str]:
    """Logins behind the candidate strings of a task."""
    found: set[str] = set()
    for text in inbox:
        if text.startswith(candidates.PERSON):
            found.add(text.removeprefix(candidates.PERSON))
            continue
        role, _, organisation = text.partition("@")
        try:
            found.update(people.holders(role, organisation or None))
        except NotFound:
            continue  # a group of something that is no organisation
    return found


def _when(task: UserTask, about: str) -> object:
    day = _day(task)
    return _l("%(about)s. Please do it by %(date)s.", about=about, date=day) if day else about


def _day(task: UserTask) -> str:
    """The last day of a task as people write it; empty without a deadline."""
    if task.due_at is None:
        return ""
    return f"{schedule.local_day(task.due_at, places.zone_of(task.organisation)):%d.%m.%Y}"


def _returned(task: UserTask) -> str | None:
    """The comment with which the work came back, when this task is the answer to a return."""
    last = db.session.scalars(
        select(UserTask)
        .where(UserTask.instance_key == task.instance_key, UserTask.ended_at <= task.created_at)
        .order_by(UserTask.ended_at.desc(), UserTask.key.desc())
        .limit(1)
    ).first()
    return last.comment if last is not None and last.outcome == "return" else None
