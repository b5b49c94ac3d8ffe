"""What a scenario expects at a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from app.engine import queries
from app.engine.models import ProcessInstance
from app.engine.scenarios.stage import ScenarioFailed, Stage
from app.engine.views import TaskFilter
from app.feel import compile, evaluate
from app.kernel.db import db


def check(stage: Stage, expected: Mapping[str, Any]) -> set[str]:
    """Compare.

    Returns:
        The elements at which an incident was expected and found.

    Raises:
        ScenarioFailed: it says what differs.
    """
    for name, value in expected.items():
        _CHECKS[name](stage, value)
    return {expected["incident"]} if "incident" in expected else set()


def _differs(kind: str, text: str, found: Any, expected: Any, **facts: Any) -> ScenarioFailed:
    return ScenarioFailed(text, kind, found=found, expected=expected, **facts)


def _open(stage: Stage, elements: list[str]) -> None:
    """Exactly these tasks are open in all instances of the scenario."""
    found = Counter(task.element_id for task in stage.open_tasks())
    if found != Counter(elements):
        raise _differs("open", f"open are {dict(found)}, expected {elements}", [*found.elements()], elements)


def _ended(stage: Stage, state: str | None) -> None:
    """The instance ended in this state; null: it still runs."""
    with db.unit_of_work() as session:
        instance = session.get_one(ProcessInstance, stage.root)
        found = (instance.status, instance.result)
    wanted = ("active", None) if state is None else ("completed", state)
    if found != wanted:
        raise _differs("ended", f"the instance is {found}, expected {wanted}", found[1], state)


def _processes(stage: Stage, states: Mapping[str, Any]) -> None:
    """End states of other instances: a state or the list of all, in any order; null for one that runs."""
    for process, wanted in states.items():
        found = Counter(stage.results(process))
        expected = Counter(wanted if isinstance(wanted, list) else [wanted])
        if found != expected:
            text = f"{process}: {dict(found)}, expected {dict(expected)}"
            raise _differs("processes", text, [*found.elements()], [*expected.elements()], process=process)


def _incident(stage: Stage, element: str) -> None:
    """There is an incident at this element."""
    found = [incident.element_id for incident in stage.incidents()]
    if element not in found:
        raise _differs("incident", f"incidents at {found}, expected one at {element}", found, element)


def _holds(stage: Stage, conditions: str | list[str]) -> None:
    """Every FEEL condition is true over the variables of the root instance and the facts of the scene."""
    variables = stage.variables()
    for condition in [conditions] if isinstance(conditions, str) else conditions:
        value = evaluate(condition, variables)
        names = compile(condition.lstrip().removeprefix("=")).names
        known = {name: variables[name] for name in names if name in variables}
        if value is not True:
            raise _differs("holds", f"{condition} is {value!r} with {known!r}", known, condition, value=value)


def _tasks(stage: Stage, inboxes: Mapping[str, list[str]]) -> None:
    """Exactly these tasks are in a person's inbox."""
    for login, elements in inboxes.items():
        found = sorted(_inbox(stage, login))
        if found != sorted(elements):
            text = f"{login} has {found}, expected {sorted(elements)}"
            raise _differs("tasks", text, found, sorted(elements), login=login)


def _nobody(stage: Stage, logins: list[str]) -> None:
    """These people have no task."""
    _tasks(stage, {login: [] for login in logins})


def _inbox(stage: Stage, login: str) -> list[str]:
    actor = stage.actor(login)
    with db.unit_of_work():
        page = queries.tasks_for(actor, TaskFilter(), limit=200)
    return [task.element_id for task in page.items if stage.owns(task.instance_key)]


_CHECKS: Mapping[str, Callable[[Stage, Any], None]] = {
    "open": _open,
    "ended": _ended,
    "processes": _processes,
    "incident": _incident,
    "holds": _holds,
    "tasks": _tasks,
    "nobody": _nobody,
}
