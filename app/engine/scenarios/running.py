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


class Performance:
    """One run of a scenario; where it failed, its stage still shows how things stand.

    Args:
        actor_of: login -> the person.
        scenes: what the scenario may ask to be prepared; a scene returns variables for its FEEL.
        password: what everybody signs with.
        cold: forget the live instances after every step, so that each is read from the database again.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        actor_of: Callable[[str], Actor],
        scenes: Mapping[str, Scene] | None = None,
        password: str = "",
        cold: bool = False,
    ) -> None:
        self.scenario, self.stage = scenario, Stage(actor_of)
        self._acting = Acting(self.stage, scenes or {}, password, cold)

    def play(self, *, finished: bool = True) -> None:
        """Play it to its end.

        Args:
            finished: whether an incident that nobody expected by the end fails it.

        Raises:
            ScenarioFailed: something was not as expected, or could not be done.
        """
        acting, scenario = self._acting, self.scenario
        self._guarded(0, "scene", partial(acting.prepare, scenario))
        self._guarded(0, "start", partial(acting.start, scenario))
        for step in scenario.steps:
            self._guarded(step.number, str(step), partial(_take, acting, step))
        if finished:
            self._guarded(len(scenario.steps), "end", partial(_demand_no_surprise, acting))
        acting.wake()

    def report(self) -> Report:
        """What was travelled so far."""
        return _report(self.stage)

    def _guarded(self, number: int, where: str, act: Callable[[], None]) -> None:
        """Whatever goes wrong fails the scenario with the step and the state of things."""
        try:
            act()
        except Exception as error:
            fields = f" {dict(error.errors)}" if isinstance(error, Invalid) else ""
            told = f"{type(error).__name__}: {error}{fields}\n{self.stage.described()}"
            kind, facts = (error.kind, error.facts) if isinstance(error, ScenarioFailed) else ("", {})
            failed = ScenarioFailed(f"{self.scenario.name}, {where}: {told}", kind, **facts)
            failed.step = number
            raise failed from error


def run(
    scenario: Scenario,
    *,
    actor_of: Callable[[str], Actor],
    scenes: Mapping[str, Scene] | None = None,
    password: str = "",
    cold: bool = False,
) -> Report:
    """Run a scenario to its end; the arguments are those of `Performance`.

    Raises:
        ScenarioFailed: something was not as expected, or could not be done.
    """
    performance = Performance(scenario, actor_of=actor_of, scenes=scenes, password=password, cold=cold)
    performance.play()
    return performance.report()


def _take(acting: Acting, step: Step) -> None:
    if step.kind not in _MENDING:
        _demand_no_surprise(acting)
    acting.take(step)
    acting.settle()
    _demand_all_passed_on()


def _demand_no_surprise(acting: Acting) -> None:
    """No incident that the scenario does not expect."""
    found = [each.element_id for each in acting.stage.incidents() if each.element_id not in acting.expected]
    if found:
        raise ScenarioFailed(f"incidents that nobody expected: {found}", "surprise", elements=found)


def _demand_all_passed_on() -> None:
    """No work for other instances failed."""
    with db.unit_of_work() as session:
        stuck = session.scalars(select(outbox.OutboxEntry).where(outbox.OutboxEntry.error.is_not(None))).all()
    if stuck:
        told = [(entry.kind, entry.error) for entry in stuck]
        raise ScenarioFailed(f"not passed on: {told}", "not_passed_on", entries=told)


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
