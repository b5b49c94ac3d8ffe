"""What the platform does about a task's deadline: reminder, overdue mark, escalation (processes §0 item 2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.engine import candidates, cases, places, schedule
from app.engine.action import event, note
from app.engine.announcing import task_facts
from app.engine.definitions import definition
from app.engine.models import UserTask
from app.engine.recent import TaskRow
from app.engine.task_rows import task_row
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.notifications.operations import notify
from app.people import queries as people


def mark(task_key: int, kind: str, now: datetime) -> None:
    """Make a mark that is due. The instance's row is locked by the caller."""
    task = task_row(task_key)
    if task.due_at is None:
        return
    zone = places.zone_of(task.instance.organisation)
    changes: dict[str, object] = {}
    missed = kind == "reminder" and task.due_at <= now  # the system stood still: the overdue mark follows at once
    if kind == "reminder" and not missed:
        _remind(task, zone)
    elif kind == "overdue":
        changes["overdue"] = True
        _tell_overdue(task, zone)
    elif kind == "escalation" and task.instance.process_id != cases.PROCESS:
        cases.ask_owner(cases.OVERDUE, task.key)
    following = schedule.next_mark(task.due_at, now, zone, done=kind)
    changes["mark"], changes["mark_at"] = following or (None, None)
    db.session.execute(update(UserTask).where(UserTask.key == task.key).values(**changes))
    if not missed:
        details = {"mark": kind, "due": task.due_at.isoformat()}
        note(
            PLATFORM,
            task.instance,
            event(PLATFORM, "deadline", element_id=task.element_id, task_key=task.key, details=details),
        )


def ask(actor: Actor, task_key: int) -> int:
    """Somebody asks the performers of a task to do it; each hears of it once a day. The policy is the caller's.

    Returns:
        How many people got the notice.
    """
    task, who = task_row(task_key), people.person_name(actor.login)
    due = _date(task.due_at, places.zone_of(task.instance.organisation)) if task.due_at else None
    by = _l("%(who)s asks you to do it.", who=who)
    return notify(
        performers(task),
        _l("Please do it: %(task)s", task=task.name),
        _l("Deadline: %(date)s. %(who)s asks you to do it.", date=due, who=who) if due else by,
        link=f"/tasks/{task.key}",
        dedupe_key=f"asked:{task.key}:{clock.today().isoformat()}",
        kind="deadline",
        process=task.instance.process_id,
        element=task.element_id,
    )


def performers(task: TaskRow) -> list[str]:
    """Who should hear about a task: its holder, else everybody whose queue it stands in (logins and groups)."""
    return [text.removeprefix(candidates.PERSON) for text in task.inbox]


def _remind(task: TaskRow, zone: str) -> None:
    assert task.due_at is not None  # checked by `mark`
    notify(
        performers(task),
        _l("The deadline is near: %(task)s", task=task.name),
        _l("Please do it by %(date)s.", date=_date(task.due_at, zone)),
        link=f"/tasks/{task.key}",
        dedupe_key=f"reminder:{task.key}:{task.due_at.isoformat()}",
        kind="deadline",
        event="task.reminder",
        facts=_facts(task, zone),
        process=task.instance.process_id,
        element=task.element_id,
    )


def _tell_overdue(task: TaskRow, zone: str) -> None:
    assert task.due_at is not None  # checked by `mark`
    notify(
        [*performers(task), *_chiefs(task)],
        _l("Overdue: %(task)s", task=task.name),
        _l(
            "It was to be done by %(date)s. Performer: %(performer)s.",
            date=_date(task.due_at, zone),
            performer=cases.performer(task),
        ),
        link=f"/tasks/{task.key}",
        dedupe_key=f"overdue:{task.key}:{task.due_at.isoformat()}",
        kind="deadline",
        event="task.overdue",
        facts=_facts(task, zone) | {"исполнитель": str(cases.performer(task))},
        process=task.instance.process_id,
        element=task.element_id,
    )


def _facts(task: TaskRow, zone: str) -> dict[str, str]:
    """What templates of letters may say of the task."""
    assert task.due_at is not None  # checked by `mark`
    process = definition(task.definition_key).name
    return task_facts(task.name, task.instance.title or process, process, _date(task.due_at, zone))


def _chiefs(task: TaskRow) -> Iterable[str]:
    """The head of the performer's organisation."""
    places_of = {group.partition("@")[2] for group in task.candidates[:1] if "@" in group}
    if not places_of and task.instance.organisation:
        places_of = {task.instance.organisation}
    for code in places_of:
        if places.place(code) is not None:
            chief = people.head_of(code)
            if chief is not None:
                yield chief


def _date(due: datetime, zone: str) -> str:
    return f"{schedule.local_day(due, zone):%d.%m.%Y}"
