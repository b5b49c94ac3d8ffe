"""What goes by the stages of a calendar in running processes: variables, deadlines, timers, questionnaires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import any_, or_, select

from app.engine import operations as engine
from app.engine import places, schedule
from app.engine import queries as processes
from app.engine.models import ProcessInstance, Timer, UserTask
from app.engine.models.instances import ACTIVE
from app.engine.models.tasks import OPEN
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.monitoring.operations import rounds

from ..models import SupportProgramme
from ..models.programmes import REGION

OCCURRENCE, TASK, TIMER = "occurrence", "task", "timer"
Shifts = Mapping[date, date]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moving:
    """A date that moves with a stage.

    Attributes:
        kind: `occurrence` (of a measure), `task` (its deadline), `timer` (a process goes on then).
        link: path of what it belongs to.
    """

    kind: str
    title: str
    before: date
    after: date
    link: str

    def stored(self) -> dict[str, Any]:
        """As the calendar's version keeps it."""
        days = {"before": self.before.isoformat(), "after": self.after.isoformat()}
        return {"kind": self.kind, "title": self.title, "link": self.link, **days}


@dataclass(frozen=True, slots=True)
class Changed:
    """Variables of an instance that hold a moved day, by the token of their scope (None: the root)."""

    instance: ProcessInstance
    scopes: Mapping[int | None, Mapping[str, Any]]


def changed(programme: SupportProgramme, code: str, shifts: Shifts) -> list[Changed]:
    """Running instances of a process below the programme's place whose variables hold a moved day. What the clock began
    belongs to no organisation: it goes by the region's calendar."""
    below = any_(ProcessInstance.organisations) == programme.organisation
    if programme.kind == REGION:
        below = or_(below, ProcessInstance.organisation.is_(None))
    query = select(ProcessInstance).where(ProcessInstance.process_id == code, ProcessInstance.status == ACTIVE, below)
    found = []
    for instance in db.session.scalars(query.order_by(ProcessInstance.key)):
        scopes = {row["token"]: _moved(row["variables"], shifts) for row in processes.scopes(PLATFORM, instance.key)}
        if any(scopes.values()):
            found.append(Changed(instance, {token: values for token, values in scopes.items() if values}))
    return found


def _moved(variables: Mapping[str, Any], shifts: Shifts) -> dict[str, Any]:
    texts = {old.isoformat(): new.isoformat() for old, new in shifts.items()}
    return {
        name: texts[value[:10]] + value[10:]
        for name, value in variables.items()
        if isinstance(value, str) and value[:10] in texts
    }


def move(each: Changed, shifts: Shifts) -> None:
    """Change the variables; deadlines and timers that read them follow, and so do the windows of questionnaires."""
    for token, values in each.scopes.items():
        engine.set_variables(PLATFORM, each.instance.key, values, element=token, local=token is not None, internal=True)
    rounds.move_windows(each.instance.key, shifts)


def deadlines(instance: ProcessInstance, shifts: Shifts) -> list[Moving]:
    """Deadlines of open tasks and timers of an instance that stand on a moved day, or wait until it is over."""
    zone = places.zone_of(instance.organisation)
    title = instance.title or instance.process_id
    found = []
    tasks = select(UserTask).where(UserTask.instance_key == instance.key, UserTask.state == OPEN)
    for task in db.session.scalars(tasks):
        day = None if task.due_at is None else schedule.local_day(task.due_at, zone)
        if day is not None and day in shifts:
            found.append(Moving(TASK, f"{task.name}: {title}", day, shifts[day], f"/tasks/{task.key}"))
    for timer in db.session.scalars(select(Timer).where(Timer.instance_key == instance.key)):
        fires = schedule.local_day(timer.due_at, zone)
        day = next((each for each in (fires, fires - _DAY) if each in shifts), None)
        if day is not None:
            found.append(Moving(TIMER, title, day, shifts[day], f"/instances/{instance.key}"))
    return found
