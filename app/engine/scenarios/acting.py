"""The steps of a scenario, done through the operations that people's pages use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app.engine import job_running, live, operations, passing, queries, timers
from app.engine.models import Job, StartEvent, Timer
from app.engine.operations.jobs import OPEN
from app.engine.scenarios.expecting import check
from app.engine.scenarios.reading import Scenario, Step
from app.engine.scenarios.stage import ScenarioFailed, Stage
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid

Scene = Callable[..., Mapping[str, Any]]
MOST = 2000
"""Pieces of work that one step may leave to others."""
_A_YEAR = timers.parse_duration("P1Y").longest


class Acting:
    """Does the steps on a stage.

    Attributes:
        expected: elements at which the scenario has found the incident it expected.
    """

    def __init__(self, stage: Stage, scenes: Mapping[str, Scene], password: str, cold: bool) -> None:
        self.stage, self.scenes, self.password, self.cold = stage, scenes, password, cold
        self.expected: set[str] = set()
        self._asleep: dict[int, datetime | None] = {}

    def prepare(self, scenario: Scenario) -> None:
        """The scene, then the moment at which the process starts."""
        scene = scenario.scene
        if scene:
            self.stage.facts = dict(self.scenes[scene["name"]](**(scene.get("with") or {})))
        if scenario.clock is not None:
            clock.move(scenario.clock)

    def start(self, scenario: Scenario) -> None:
        """Start the process by a person, a message or its timer."""
        start, process = scenario.start, scenario.process
        self.stage.begin()
        self._put_to_sleep(process)
        if "message" in start:
            self.publish(start["message"])
        elif "timer" in start:
            with db.unit_of_work():
                operations.start_instance(PLATFORM, process, {}, start_at=start["timer"], internal=True)
        else:
            actor = self.stage.actor(start["as"]) if start.get("as") else PLATFORM
            given = self.stage.value(start.get("variables") or {})
            with db.unit_of_work():
                variables = {**self.stage.facts.get("variables", {}), **given}
                operations.start_instance(actor, process, variables, internal=actor.system)
        self.settle()
        self.stage.find_root(process)

    def _put_to_sleep(self, process: str) -> None:
        """What starts by the calendar, and whatever it would send messages to, does not come onto this stage."""
        others = StartEvent.process_id != process, StartEvent.due_at.is_not(None)
        with db.unit_of_work() as session:
            self._asleep = {row.key: row.due_at for row in session.scalars(select(StartEvent).where(*others))}
            session.execute(update(StartEvent).where(*others).values(due_at=None))

    def wake(self) -> None:
        """Other processes start by the calendar again (the demo keeps what its stories leave)."""
        with db.unit_of_work() as session:
            for key, due_at in self._asleep.items():
                session.execute(update(StartEvent).where(StartEvent.key == key).values(due_at=due_at))

    def take(self, step: Step) -> None:
        """Take one step."""
        getattr(self, f"_{step.kind}")(step)

    def _task(self, step: Step) -> None:
        more, refused = step.more, step.more.get("refused")
        actor = self.stage.actor(more["as"])
        key = self.stage.find_task(step.value, actor, more.get("where"))
        answers = self.stage.value(more.get("answers") or {})
        try:
            with db.unit_of_work():
                operations.complete_user_task(
                    actor,
                    key,
                    answers,
                    outcome=more.get("outcome", "submit"),
                    comment=more.get("comment"),
                    password=self.password,
                )
        except Invalid as error:
            fields = {part for path in error.errors for part in (path, path.partition(".")[0])}
            if refused is None or refused not in fields:
                raise
            return
        if refused is not None:
            raise ScenarioFailed(f"it should have been refused for {refused}", "not_refused", field=refused)

    def _time(self, step: Step) -> None:
        self.pass_time(timers.add_duration(clock.now(), timers.parse_duration(step.value)))

    def _until(self, step: Step) -> None:
        self.pass_time(timers.parse_date(self.stage.value(step.value)))

    def _message(self, step: Step) -> None:
        self.publish(step.value)

    def _set(self, step: Step) -> None:
        key = self.stage.instance_of(step.more.get("process"), step.more.get("where"))
        with db.unit_of_work():
            operations.set_variables(PLATFORM, key, self.stage.value(step.value), internal=True)

    def _go_on_without(self, step: Step) -> None:
        try:
            self._leave_out(step)
        except Forbidden:
            if not step.more.get("refused"):
                raise
            return
        if step.more.get("refused"):
            raise ScenarioFailed("it should have been forbidden", "not_forbidden")

    def _leave_out(self, step: Step) -> None:
        key, actor = self.stage.instance_of(None, None), self.stage.actor(step.more["as"])
        with db.unit_of_work():
            branches = (branch for fan in queries.fans(actor, key) for branch in fan.open)
            token = next((each.token for each in branches if each.organisation == step.value), None)
            if token is None:
                raise ScenarioFailed(f"{step.value} is not waited for", "not_waited", organisation=step.value)
            operations.go_on_without(actor, key, token, step.more["reason"])

    def _retry(self, step: Step) -> None:
        found = [each.key for each in self.stage.incidents() if each.element_id == step.value]
        if not found:
            raise ScenarioFailed(f"there is no incident at {step.value}", "no_incident", element=step.value)
        self.expected.discard(step.value)
        for key in found:
            with db.unit_of_work():
                operations.resolve_incident(PLATFORM, key)

    def _job(self, step: Step) -> None:
        """Somebody outside does the work of an element, as a worker of the API would."""
        with db.unit_of_work() as session:
            mine = Job.instance_key.in_(self.stage.instances()), Job.element_id == step.value
            open_ = Job.state == OPEN, ~Job.internal
            key = session.scalar(select(Job.key).where(*mine, *open_).order_by(Job.key).limit(1))
            if key is None:
                raise ScenarioFailed(f"no worker is waited for at {step.value}", "no_job", element=step.value)
            variables = self.stage.value(step.more.get("variables") or {})
            if step.more.get("error"):
                operations.throw_job_error(PLATFORM, key, str(step.more["error"]), variables=variables)
            else:
                operations.complete_job(PLATFORM, key, variables)

    def _scene(self, step: Step) -> None:
        given = self.stage.value(step.more.get("with") or {})
        self.stage.facts |= dict(self.scenes[step.value](**given))

    def _expect(self, step: Step) -> None:
        self.settle()
        self.expected |= check(self.stage, step.value)

    def publish(self, message: Mapping[str, Any]) -> None:
        """Publish a message of the file; it is kept for a year."""
        name, key = message["name"], str(self.stage.value(message["key"]))
        variables = self.stage.value(message.get("variables") or {})
        with db.unit_of_work():
            operations.publish_message(PLATFORM, name, key, variables, ttl=_A_YEAR, internal=True)

    def settle(self) -> None:
        """Let everything happen that is due now: messages, called processes, our service jobs, timers."""
        for _ in range(MOST):
            done = outbox.work_off(MOST, kinds=passing.KINDS) + job_running.run_jobs(MOST) + operations.fire_due(MOST)
            if self.cold:
                live.forget_all()
            if not done:
                return
        raise ScenarioFailed("it never comes to rest", "endless")

    def pass_time(self, to: datetime) -> None:
        """Move the clock, stopping at every timer on the way."""
        while True:
            now = clock.now()
            with db.unit_of_work() as session:
                due = session.scalar(select(func.min(Timer.due_at)).where(Timer.due_at > now))
                starts = session.scalar(select(func.min(StartEvent.due_at)).where(StartEvent.due_at > now))
            coming = min((at for at in (due, starts) if at is not None and at <= to), default=None)
            clock.move(coming or to)
            self.settle()
            if coming is None:
                return
