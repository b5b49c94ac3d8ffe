"""Running a scenario from its scene to its last expectation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select

from app.engine import queries
from app.engine.models import ProcessInstance
from app.engine.scenarios.acting import Acting, Scene
from app.engine.scenarios.reading import Scenario, Step
from app.engine.scenarios.stage import ScenarioFailed, Stage
from app.kernel import outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Invalid

_MENDING = ("expect", "retry", "set")
"""Steps that may follow an incident which the scenario did not expect so far."""


@dataclass(slots=True)
class Report:
    """What a run has shown.

    Attributes:
        root: key of the instance that the scenario was about.
        flows, elements: ids that were travelled or completed, by process id.
        ends: end states reached, by process id.
    """

    root: int | None = None
    flows: dict[str, set[str]] = field(default_factory=dict)
    elements: dict[str, set[str]] = field(default_factory=dict)
    ends: dict[str, set[str]] = field(default_factory=dict)


def run(
    scenario: Scenario,
    *,
    actor_of: Callable[[str], Actor],
    scenes: Mapping[str, Scene] | None = None,
    password: str = "",
    cold: bool = False,
) -> Report:
    """Run a scenario to its end.

    Args:
        actor_of: login -> the person.
        scenes: what the scenario may ask to be prepared; a scene returns variables for its FEEL.
        password: what everybody signs with.
        cold: forget the live instances after every step, so that each is read from the database again.

    Raises:
        ScenarioFailed: something was not as expected, or could not be done.
    """
    stage = Stage(actor_of)
    acting = Acting(stage, scenes or {}, password, cold)
    _guarded(scenario, stage, "scene", partial(acting.prepare, scenario))
    _guarded(scenario, stage, "start", partial(acting.start, scenario))
    for step in scenario.steps:
        _guarded(scenario, stage, str(step), partial(_take, acting, step))
    _guarded(scenario, stage, "end", partial(_demand_no_surprise, acting))
    acting.wake()
    return _report(stage)


def _take(acting: Acting, step: Step) -> None:
    if step.kind not in _MENDING:
        _demand_no_surprise(acting)
    acting.take(step)
    acting.settle()
    _demand_all_passed_on()


def _guarded(scenario: Scenario, stage: Stage, where: str, act: Callable[[], None]) -> None:
    """Whatever goes wrong fails the scenario with the step and the state of things."""
    try:
        act()
    except Exception as error:
        fields = f" {dict(error.errors)}" if isinstance(error, Invalid) else ""
        message = f"{scenario.name}, {where}: {type(error).__name__}: {error}{fields}\n{stage.described()}"
        raise ScenarioFailed(message) from error


def _demand_no_surprise(acting: Acting) -> None:
    """No incident that the scenario does not expect."""
    found = [each.element_id for each in acting.stage.incidents() if each.element_id not in acting.expected]
    if found:
        raise ScenarioFailed(f"incidents that nobody expected: {found}")


def _demand_all_passed_on() -> None:
    """No work for other instances failed."""
    with db.unit_of_work() as session:
        stuck = session.scalars(select(outbox.OutboxEntry).where(outbox.OutboxEntry.error.is_not(None))).all()
    if stuck:
        raise ScenarioFailed(f"not passed on: {[(entry.kind, entry.error) for entry in stuck]}")


def _report(stage: Stage) -> Report:
    report = Report(stage.root)
    for key in stage.instances():
        with db.unit_of_work() as session:
            instance = session.get_one(ProcessInstance, key)
            process, result = instance.process_id, instance.result
            path = queries.travelled(PLATFORM, key)
        report.flows.setdefault(process, set()).update(path.flows)
        report.elements.setdefault(process, set()).update(path.completed)
        if result:
            report.ends.setdefault(process, set()).add(result)
    return report
