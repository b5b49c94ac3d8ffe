"""What the platform asks of a process owner: after the third return, and when a task stays overdue (processes §0);
and to see to work whose process is not deployed (yet).

Such a task is an instance of the built-in process `platform_case`, so that it has form, history and policy like any
other; its decision is carried out on the task that it is about.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.engine import messaging, passing, places, schedule
from app.engine.definitions import Definition, definition, latest_key
from app.engine.models import ProcessInstance, UserTask
from app.engine.models.tasks import OPEN
from app.engine.recent import TaskRow
from app.engine.starting import begin
from app.engine.task_rows import task_row
from app.engine.views import Resource
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import AppError, NotFound
from app.kernel.log import logger
from app.people import queries as people

log = logger(__name__)
PROCESS = "platform_case"
RETURNS, OVERDUE, BY_HAND = "returns", "overdue", "start"
TOO_MANY_RETURNS = 3
TASK_OVER = "platform.task_over"
_deployed_in: dict[str, object] = {}
"""The database for which this process has made sure that the built-in process is deployed."""
_FOLDER = Path(__file__).parent / "builtin"


def builtin_resources() -> list[Resource]:
    """The files of the built-in process."""
    return [Resource(path.name, path.read_bytes()) for path in sorted(_FOLDER.iterdir()) if path.suffix != ".md"]


def deploy_builtin() -> None:
    """Deploy the built-in process when it is missing or has changed."""
    from app.engine.operations.deploying import deploy

    deploy(PLATFORM, builtin_resources(), internal=True)


def close_case(task_key: int) -> None:
    """An overdue task was done after all: a case about it is not needed any more."""
    messaging.store_message(PLATFORM, {"name": TASK_OVER, "key": str(task_key)})


def count_return(task: TaskRow) -> None:
    """Count a return that was just written; the third of a step goes to the process owner (processes §0 item 5)."""
    where = UserTask.instance_key == task.instance.key, UserTask.element_id == task.element_id
    count = db.session.scalar(select(func.count()).where(*where, UserTask.outcome == "return"))
    if count == TOO_MANY_RETURNS:
        ask_owner(RETURNS, task.key)


def ask_owner(kind: str, task_key: int) -> None:
    """Open a case for the process owner of a task, after this unit of work."""
    outbox.enqueue("engine.case", {"kind": kind, "task": task_key})
    passing.work_off_after_commit()


def open_case(payload: dict[str, Any]) -> None:
    """Start the built-in process for a task, once per task and kind; or for work that is to be done by hand."""
    if payload["kind"] == BY_HAND:
        _open_by_hand(payload)
        return
    task = task_row(payload["task"])
    if task.instance.owner_group is None or (payload["kind"] == OVERDUE and task.state != OPEN):
        return
    begin(
        PLATFORM,
        _builtin(),
        _variables(payload["kind"], task),
        start_key=f"{payload['kind']}:{task.key}",
        business_key=task.instance.business_key,
        organisation=task.instance.organisation,
    )


def _open_by_hand(payload: dict[str, Any]) -> None:
    """A task for the owner of a process that is not deployed. Without a key, every call is work of its own."""
    asking = db.session.get_one(ProcessInstance, payload["from"])
    variables = {
        "kind": BY_HAND,
        "owner_group": payload["owner"],
        "task_name": payload["title"],
        "about": payload["about"],
        "process_name": definition(asking.definition_key).name,
        "process_id": payload["process"],
        "instance_key": str(asking.key),
    }
    key = f"{BY_HAND}:{payload['process']}:{payload['key']}" if payload["key"] else None
    begin(PLATFORM, _builtin(), variables, start_key=key, organisation=asking.organisation)


def _builtin() -> Definition:
    """The built-in process, deployed when it is missing or has changed."""
    key = latest_key(PROCESS)
    if key is None or _deployed_in.get("engine") is not db.engine:
        deploy_builtin()
        _deployed_in["engine"] = db.engine
        key = latest_key(PROCESS)
    assert key is not None  # it has just been deployed
    return definition(key)


def _variables(kind: str, task: TaskRow) -> dict[str, Any]:
    zone = places.zone_of(task.instance.organisation)
    return {
        "kind": kind,
        "owner_group": task.instance.owner_group,
        "task_key": str(task.key),
        "instance_key": str(task.instance.key),
        "task_name": task.name,
        "process_name": definition(task.definition_key).name,
        "about": task.instance.title or task.instance.business_key or "",
        "performer": performer(task),
        "due": schedule.local_day(task.due_at, zone).isoformat() if task.due_at else None,
    }


def performer(task: TaskRow) -> str:
    """Who has the task, in words: a name, else the role."""
    if task.assignee:
        return people.person_names([task.assignee]).get(task.assignee, task.assignee)
    return str(people.role_name(task.role)) if task.role else ""


def carry_out(payload: dict[str, Any]) -> None:
    """Do what the owner decided with the task of a case."""
    from app.engine.operations.instances import cancel_instance
    from app.engine.operations.tasks import assign_task
    from app.engine.operations.timers import extend_deadline

    actor = _owner(payload["actor"])
    task_key, reason = int(payload["task_key"]), payload.get("reason") or ""
    try:
        with db.savepoint():
            if payload["decision"] == "extend":
                task = task_row(task_key)
                zone = places.zone_of(task.instance.organisation)
                due = schedule.due_at(payload["new_due"], clock.now(), zone)
                assert due is not None  # the form demands it
                extend_deadline(actor, task_key, due, reason, internal=True)
            elif payload["decision"] == "reassign":
                assign_task(actor, task_key, payload["new_performer"], internal=True)
            elif payload["decision"] == "cancel":
                cancel_instance(actor, int(payload["instance_key"]), reason, internal=True)
    except AppError as error:  # the task was done in the meantime: nothing is left to decide
        log.info("a case was decided too late", task=task_key, decision=payload["decision"], reason=str(error))


def _owner(login: str) -> Actor:
    try:
        return people.actor_for(login)
    except NotFound:
        return PLATFORM


def close_needless() -> int:
    """Close cases whose question has answered itself: the task is over or has a new deadline, the instance has ended.

    Returns:
        How many.
    """
    key = cast(ProcessInstance.variables["task_key"].as_string(), BigInteger)
    about = aliased(ProcessInstance)
    answered = case(
        (ProcessInstance.variables["kind"].as_string() == OVERDUE, or_(UserTask.state != OPEN, ~UserTask.overdue)),
        else_=about.status != "active",
    )
    query = (
        select(key)
        .join(UserTask, UserTask.key == key)
        .join(about, about.key == UserTask.instance_key)
        .where(ProcessInstance.process_id == PROCESS, ProcessInstance.status == "active", answered)
    )
    keys = db.session.scalars(query).all()
    for task_key in keys:
        close_case(task_key)
    return len(keys)
