"""How things stand after a run, as JSON: open tasks with who does them, timers, messages, incidents, the path."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from app.designer.sandbox import schema
from app.engine import policies, queries, services
from app.engine.definitions import Definition, definition
from app.engine.models import EventSubscription, Incident, Job, ProcessInstance, Timer, UserTask
from app.engine.scenarios import Performance, Report, ScenarioFailed, Stage
from app.kernel import clock
from app.kernel.actor import PLATFORM, Assignment
from app.kernel.db import db
from app.people import queries as people

_LONGEST = 4000
"""Characters of a variable that are shown."""


def described(performance: Performance) -> dict[str, Any]:
    """The state of all instances of a run."""
    stage = performance.stage
    keys = stage.instances()
    with db.unit_of_work() as session:
        rows = list(session.scalars(select(ProcessInstance).where(ProcessInstance.key.in_(keys))))
        definitions = {row.key: definition(row.definition_key) for row in rows}
        described = [_instance(row, definitions[row.key], row.key == stage.root) for row in rows]
        waits = list(_waits(keys, definitions))
    return {
        "clock": clock.now().isoformat(),
        "instances": described,
        "tasks": [_task(stage, task) for task in stage.open_tasks()],
        "waits": waits,
        "variables": {name: _short(value) for name, value in stage.variables().items()},
        "covered": _covered(performance.report()),
    }


def failure(error: ScenarioFailed) -> dict[str, Any]:
    """Why and where a run failed: kind, facts and the text of what lies behind it."""
    cause = error.__cause__
    reason = str(cause) if cause is not None and not isinstance(cause, ScenarioFailed) else ""
    errors = {path: [str(each) for each in messages] for path, messages in getattr(cause, "errors", {}).items()}
    facts = json.loads(json.dumps(error.facts, default=str, ensure_ascii=False))
    return {"step": error.step, "kind": error.kind, "facts": facts, "reason": reason, "errors": errors}


def _instance(row: ProcessInstance, found: Definition, root: bool) -> dict[str, Any]:
    path = queries.travelled(PLATFORM, row.key)
    return {
        "process": row.process_id,
        "name": found.name,
        "root": root,
        "status": row.status,
        "result": row.result,
        "open": list(path.open),
        "failed": list(path.failed),
        "flows": dict(path.flows),
        "completed": dict(path.completed),
    }


def _task(stage: Stage, task: UserTask) -> dict[str, Any]:
    login = _performer(stage, task)
    held = stage.actor(login).assignments if _known(login) else ()
    with db.unit_of_work():
        found = definition(task.definition_key)
        role, name = _role(task, found, held)
        person = people.person_name(login) if login else ""
    return {
        "element": task.element_id,
        "name": task.name,
        "process": task.process_id,
        "process_name": found.name,
        "role": role,
        "role_name": name,
        "as": login,
        "person": person,
        "due": task.due_at.isoformat() if task.due_at else None,
    }


def _role(task: UserTask, found: Definition, held: Iterable[Assignment]) -> tuple[str, str]:
    """Id and name of who does a task: its role, else its lane (a position is no role), else its performer's role."""
    info = found.model.elements.get(task.element_id)
    if not task.role and info is not None and info.lane:
        return "", info.lane
    role = task.role or next((each.role for each in held), "")
    return role, people.role_name(role) if role else ""


def _known(login: str) -> bool:
    return any(login == each for each, *_rest in schema.region()["people"])


def _performer(stage: Stage, task: UserTask) -> str:
    """Who of the sandbox does a task: its assignee, else the first who may; nobody when the model asks for a person
    that the sandbox does not have."""
    if task.assignee:
        return task.assignee
    for login, *_rest in schema.region()["people"]:
        actor = stage.actor(login)
        with db.unit_of_work():
            if policies.standing(actor, task, signs=False) is not None:
                return str(login)
    return ""


def _waits(keys: list[int], definitions: Mapping[int, Definition]) -> Iterator[dict[str, Any]]:
    """Timers by their moment, then messages and signals, work of others, incidents."""

    def rows(table: Any, *conditions: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
        query = select(table).where(table.instance_key.in_(keys), *conditions).order_by(table.key)
        for row in db.session.scalars(query):
            info = definitions[row.instance_key].model.elements.get(row.element_id)
            yield row, {"element": row.element_id, "name": (info.name if info else None) or row.element_id}

    timers = sorted(rows(Timer), key=lambda pair: (pair[0].due_at, pair[0].key))
    yield from ({"kind": "timer", **facts, "due": row.due_at.isoformat()} for row, facts in timers)
    for row, facts in rows(EventSubscription):
        yield {"kind": row.kind, **facts, "message": row.name, "key": row.correlation_key}
    for row, facts in rows(Job, Job.state == "open"):
        known = services.known(row.type) is not None
        yield {"kind": "job", **facts, "type": row.type, "internal": row.internal or known}
    for row, facts in rows(Incident, Incident.resolved_at.is_(None)):
        yield {"kind": "incident", **facts, "message": row.message}


def _covered(report: Report) -> dict[str, Any]:
    processes = {*report.flows, *report.elements, *report.ends}
    return {
        process: {
            "flows": sorted(report.flows.get(process, ())),
            "elements": sorted(report.elements.get(process, ())),
            "ends": sorted(report.ends.get(process, ())),
        }
        for process in sorted(processes)
    }


def _short(value: Any) -> Any:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= _LONGEST else text[:_LONGEST] + "…"
