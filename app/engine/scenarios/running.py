"""Running a scenario: acts through the operations that people's pages use, looks through the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.engine import live, operations, passing, policies, queries, timers
from app.engine.models import Incident, ProcessInstance, StartEvent, Timer, UserTask
from app.engine.scenarios.expecting import check
from app.engine.scenarios.reading import Scenario, Step
from app.feel import evaluate
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Invalid

Scene = Callable[..., Mapping[str, Any]]
MOST = 2000
"""Pieces of work that one step may leave to others."""
_TTL = timers.parse_duration("P1Y")


class ScenarioFailed(AssertionError):
    """A scenario did not go as told; the message names the step."""


@dataclass(slots=True)
class Report:
    """What a run has shown.

    Attributes:
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
    after_step: Callable[[Run], None] | None = None,
) -> Report:
    """Run a scenario to its end.

    Args:
        actor_of: login -> the person.
        scenes: what the scenario may ask to be prepared; a scene returns variables for its FEEL.
        password: what everybody signs with.
        cold: forget the live instances after every step, so that each is read from the database again.
        after_step: called after every step (a page that shows the progress; further checks of a test).

    Raises:
        ScenarioFailed: something was not as expected, or could not be done.
    """
    return Run(scenario, actor_of, scenes or {}, password, cold, after_step).run()


class Run:
    """One run of a scenario.

    Attributes:
        facts: variables of the scene.
        root: key of the instance that the scenario is about.
    """

    def __init__(
        self,
        scenario: Scenario,
        actor_of: Callable[[str], Actor],
        scenes: Mapping[str, Scene],
        password: str,
        cold: bool,
        after_step: Callable[[Run], None] | None,
    ) -> None:
        self.scenario, self.actor_of, self.scenes, self.password = scenario, actor_of, scenes, password
        self.cold, self.after_step = cold, after_step
        self.facts: dict[str, Any] = {}
        self.root: int | None = None
        self.first = 0
        self.expected_incidents: set[str] = set()
        self.surprises: list[Incident] = []

    def run(self) -> Report:
        """Start, take every step, report."""
        scene = self.scenario.scene
        if scene:
            self.facts = dict(self.scenes[scene["name"]](**(scene.get("with") or {})))
        if self.scenario.clock is not None:
            clock.move(self.scenario.clock)
        self._guarded("start", self._start)
        for step in self.scenario.steps:
            self._guarded(str(step), partial(self._take, step))
        self._guarded("end", self._demand_no_surprise)
        return self._report()

    def _guarded(self, where: str, act: Callable[[], None]) -> None:
        try:
            act()
            self.settle()
            self._look_for_surprises()
        except Invalid as error:
            raise ScenarioFailed(f"{self.scenario.name}, {where}: {error} {dict(error.errors)}\n{self.state()}") from error
        except Exception as error:
            raise ScenarioFailed(f"{self.scenario.name}, {where}: {error!r}\n{self.state()}") from error
        if self.after_step is not None:
            self.after_step(self)

    # -- acting
    def _start(self) -> None:
        start = self.scenario.start
        with db.unit_of_work() as session:
            self.first = session.scalar(select(func.coalesce(func.max(ProcessInstance.key), 0))) or 0
        if "message" in start:
            self._publish(start["message"])
        elif "timer" in start:
            with db.unit_of_work():
                operations.start_instance(
                    PLATFORM, self.scenario.process, {}, start_at=start["timer"], internal=True
                )
        else:
            actor = self.actor(start["as"]) if start.get("as") else PLATFORM
            with db.unit_of_work():
                variables = {**self.facts.get("variables", {}), **self.value(start.get("variables") or {})}
                operations.start_instance(actor, self.scenario.process, variables, internal=actor.system)
        self.settle()
        with db.unit_of_work() as session:
            query = select(func.min(ProcessInstance.key)).where(
                ProcessInstance.process_id == self.scenario.process, ProcessInstance.key > self.first
            )
            self.root = session.scalar(query)
        if self.root is None:
            raise ScenarioFailed("no instance was started")

    def _take(self, step: Step) -> None:
        if step.kind not in ("expect", "retry", "set"):
            self._demand_no_surprise()
        getattr(self, f"_step_{step.kind}")(step)

    def _step_task(self, step: Step) -> None:
        more = step.more
        actor = self.actor(more["as"])
        key = self.find_task(step.value, actor, more.get("where"))
        try:
            with db.unit_of_work():
                operations.complete_user_task(
                    actor,
                    key,
                    self.value(more.get("answers") or {}),
                    outcome=more.get("outcome", "submit"),
                    comment=more.get("comment"),
                    password=self.password,
                )
        except Invalid as error:
            refused = more.get("refused")
            if refused is None:
                raise
            fields = {part for path in error.errors for part in (path, path.partition(".")[0])}
            if refused not in fields:
                raise ScenarioFailed(f"refused for {sorted(fields)}, not for {refused}") from error
            return
        if more.get("refused") is not None:
            raise ScenarioFailed(f"it should have been refused for {more['refused']}")

    def _step_time(self, step: Step) -> None:
        self.pass_time(timers.add_duration(clock.now(), timers.parse_duration(step.value)))

    def _step_until(self, step: Step) -> None:
        self.pass_time(timers.parse_date(self.value(step.value)))

    def _step_message(self, step: Step) -> None:
        self._publish(step.value)

    def _step_set(self, step: Step) -> None:
        key = self.instance_of(step.more.get("process"), step.more.get("where"))
        with db.unit_of_work():
            operations.set_variables(PLATFORM, key, self.value(step.value), internal=True)

    def _step_retry(self, step: Step) -> None:
        with db.unit_of_work() as session:
            query = select(Incident.key).where(Incident.element_id == step.value, Incident.resolved_at.is_(None))
            keys = list(session.scalars(query))
        if not keys:
            raise ScenarioFailed(f"there is no incident at {step.value}")
        self.expected_incidents.discard(step.value)
        for key in keys:
            with db.unit_of_work():
                operations.resolve_incident(PLATFORM, key)

    def _step_scene(self, step: Step) -> None:
        self.facts |= dict(self.scenes[step.value](**self.value(step.more.get("with") or {})))

    def _step_expect(self, step: Step) -> None:
        check(self, step.value)

    def _publish(self, message: Mapping[str, Any]) -> None:
        with db.unit_of_work():
            operations.publish_message(
                PLATFORM,
                message["name"],
                str(self.value(message["key"])),
                self.value(message.get("variables") or {}),
                ttl=_TTL.longest,
                internal=True,
            )

    def settle(self) -> None:
        """Let everything happen that is due now: messages, called processes, timers."""
        for _ in range(MOST):
            done = outbox.work_off(MOST, kinds=passing.KINDS) + operations.fire_due(MOST)
            if self.cold:
                live.forget_all()
            if not done:
                return
        raise ScenarioFailed("it never comes to rest")

    def pass_time(self, to: datetime) -> None:
        """Move the clock, stopping at every timer on the way."""
        while True:
            with db.unit_of_work() as session:
                due = session.scalar(select(func.min(Timer.due_at)).where(Timer.due_at > clock.now()))
                starts = session.scalar(select(func.min(StartEvent.due_at)).where(StartEvent.due_at > clock.now()))
            coming = min((at for at in (due, starts) if at is not None and at <= to), default=None)
            clock.move(coming or to)
            self.settle()
            if coming is None:
                return

    # -- looking
    def actor(self, login: str) -> Actor:
        """The person of a login."""
        with db.unit_of_work():
            return self.actor_of(login)

    def value(self, given: Any) -> Any:
        """A value of the file; texts that begin with '=' are FEEL over the scene's facts and the root's variables."""
        if isinstance(given, str) and given.startswith("="):
            return evaluate(given, self.variables())
        if isinstance(given, Mapping):
            return {key: self.value(item) for key, item in given.items()}
        if isinstance(given, list):
            return [self.value(item) for item in given]
        return given

    def variables(self, key: int | None = None) -> dict[str, Any]:
        """What FEEL of the scenario sees: the scene's facts, over them the root scope of an instance."""
        key = key or self.root
        own = self.root_scope(key) if key is not None else {}
        return {**self.facts, **own}

    def root_scope(self, key: int) -> dict[str, Any]:
        """The root variables of an instance."""
        with db.unit_of_work() as session:
            ended = session.scalar(select(ProcessInstance.variables).where(ProcessInstance.key == key))
        return dict(ended or {})

    def instances(self, process: str | None = None) -> list[int]:
        """Keys of the scenario's instances, oldest first."""
        with db.unit_of_work() as session:
            query = select(ProcessInstance.key).where(ProcessInstance.key > self.first).order_by(ProcessInstance.key)
            if process is not None:
                query = query.where(ProcessInstance.process_id == process)
            return list(session.scalars(query))

    def instance_of(self, process: str | None, where: str | None) -> int:
        """The root instance, or the newest of a process for which `where` is true."""
        if process is None:
            assert self.root is not None
            return self.root
        for key in reversed(self.instances(process)):
            if where is None or evaluate(where, self.variables(key)) is True:
                return key
        raise ScenarioFailed(f"there is no such instance of {process}")

    def open_tasks(self) -> list[UserTask]:
        """The open tasks of the scenario's instances."""
        with db.unit_of_work() as session:
            query = (
                select(UserTask)
                .where(UserTask.instance_key > self.first, UserTask.state == "open", UserTask.process_id != "platform_case")
                .order_by(UserTask.key)
            )
            return list(session.scalars(query))

    def find_task(self, element: str, actor: Actor, where: str | None) -> int:
        """The open task of an element that the actor may do, her own first."""
        found = [task for task in self.open_tasks() if task.element_id == element]
        if where is not None:
            found = [task for task in found if evaluate(where, self._seen(task)) is True]
        if not found:
            raise ScenarioFailed(f"the task {element} is not open")
        own = [task for task in found if task.assignee == actor.login]
        free = [task for task in found if task.assignee is None and policies.is_candidate(actor, task)]
        return (own or free or found)[0].key

    def _seen(self, task: UserTask) -> dict[str, Any]:
        with db.unit_of_work():
            return {**self.facts, **queries.task(PLATFORM, task.key).variables}

    def incidents(self) -> list[Incident]:
        """Open incidents of the scenario's instances."""
        with db.unit_of_work() as session:
            query = select(Incident).where(Incident.instance_key > self.first, Incident.resolved_at.is_(None))
            return list(session.scalars(query))

    def _look_for_surprises(self) -> None:
        """Work that could not be passed on fails at once; an incident may still be expected by the next step."""
        with db.unit_of_work() as session:
            stuck = session.scalars(select(outbox.OutboxEntry).where(outbox.OutboxEntry.error.is_not(None))).all()
        if stuck:
            raise ScenarioFailed(f"not passed on: {[(entry.kind, entry.error) for entry in stuck]}")
        self.surprises = [each for each in self.incidents() if each.element_id not in self.expected_incidents]

    def _demand_no_surprise(self) -> None:
        if self.surprises:
            raise ScenarioFailed("an incident that nobody expected")

    def state(self) -> str:
        """Where everything stands, for the message of a failure."""
        now = clock.now().astimezone(ZoneInfo("Europe/Moscow"))
        tasks = [f"{task.process_id}.{task.element_id} ({task.assignee or task.candidates})" for task in self.open_tasks()]
        stuck = [f"{incident.process_id}.{incident.element_id}: {incident.message}" for incident in self.incidents()]
        with db.unit_of_work() as session:
            query = select(Timer).where(Timer.instance_key > self.first).order_by(Timer.due_at)
            clocks = [f"{timer.element_id} {timer.due_at.astimezone(UTC):%d.%m %H:%M}" for timer in session.scalars(query)]
        return f"at {now:%d.%m.%Y %H:%M}; open {tasks}; incidents {stuck}; timers {clocks}"

    def _report(self) -> Report:
        report = Report(self.root)
        for key in self.instances():
            with db.unit_of_work() as session:
                instance = session.get_one(ProcessInstance, key)
                path = queries.travelled(PLATFORM, key)
                process, result = instance.process_id, instance.result
            report.flows.setdefault(process, set()).update(path.flows)
            report.elements.setdefault(process, set()).update(path.completed)
            if result:
                report.ends.setdefault(process, set()).add(result)
        return report

