"""What a scenario expects at a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.engine import queries
from app.engine.models import ProcessInstance
from app.engine.views import TaskFilter
from app.feel import compile, evaluate
from app.kernel.db import db

if TYPE_CHECKING:
    from app.engine.scenarios.running import Run


def check(run: Run, expected: Mapping[str, Any]) -> None:
    """Compare; AssertionError says what differs."""
    run.settle()
    for name, value in expected.items():
        _CHECKS[name](run, value)


def _open(run: Run, elements: list[str]) -> None:
    """Exactly these tasks are open in all instances of the scenario."""
    found = Counter(task.element_id for task in run.open_tasks())
    assert found == Counter(elements), f"open are {dict(found)}, expected {elements}"


def _ended(run: Run, state: str | None) -> None:
    """The instance ended in this state; null: it still runs."""
    with db.unit_of_work() as session:
        instance = session.get_one(ProcessInstance, run.root)
        found = (instance.status, instance.result)
    wanted = ("active", None) if state is None else ("completed", state)
    assert found == wanted, f"the instance is {found}, expected {wanted}"


def _processes(run: Run, states: Mapping[str, Any]) -> None:
    """End states of other instances: a state or the list of all, in any order; null for one that runs."""
    with db.unit_of_work() as session:
        for process, wanted in states.items():
            query = select(ProcessInstance.result).where(
                ProcessInstance.process_id == process, ProcessInstance.key > run.first
            )
            found = Counter(session.scalars(query))
            expected = Counter(wanted if isinstance(wanted, list) else [wanted])
            assert found == expected, f"{process}: {dict(found)}, expected {dict(expected)}"


def _incident(run: Run, element: str) -> None:
    """There is an incident at this element."""
    found = [incident.element_id for incident in run.incidents()]
    assert element in found, f"incidents at {found}, expected one at {element}"
    run.expected_incidents.add(element)


def _holds(run: Run, conditions: str | list[str]) -> None:
    """Every FEEL condition is true over the variables of the root instance and the facts of the scene."""
    variables = run.variables()
    for condition in [conditions] if isinstance(conditions, str) else conditions:
        value = evaluate(condition, variables)
        known = {name: variables[name] for name in compile(condition.lstrip().removeprefix("=")).names if name in variables}
        assert value is True, f"{condition} is {value!r} with {known!r}"


def _tasks(run: Run, inboxes: Mapping[str, list[str]]) -> None:
    """Exactly these tasks are in a person's inbox."""
    for login, elements in inboxes.items():
        found = sorted(_inbox(run, login))
        assert found == sorted(elements), f"{login} has {found}, expected {sorted(elements)}"


def _nobody(run: Run, logins: list[str]) -> None:
    """These people have no task."""
    _tasks(run, {login: [] for login in logins})


def _inbox(run: Run, login: str) -> list[str]:
    actor = run.actor(login)
    with db.unit_of_work():
        page = queries.tasks_for(actor, TaskFilter(), limit=200)
    return [task.element_id for task in page.items if task.instance_key > run.first]


_CHECKS = {
    "open": _open,
    "ended": _ended,
    "processes": _processes,
    "incident": _incident,
    "holds": _holds,
    "tasks": _tasks,
    "nobody": _nobody,
}
