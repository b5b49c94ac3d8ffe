"""What a scenario sees of the world: its own instances, their tasks, variables, incidents and timers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.engine import policies, queries
from app.engine.models import HistoryEvent, Incident, ProcessInstance, Timer, UserTask
from app.engine.places import DEFAULT_ZONE
from app.feel import evaluate
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db


class ScenarioFailed(AssertionError):
    """A scenario did not go as told; the message names the step.

    Attributes:
        kind: what went wrong, for who tells it in other words: `open`, `ended`, `not_open`, `surprise`, … or ``.
        facts: what belongs to the kind, as `found` and `expected`.
        step: number of the step, 0 for the start; None as long as nobody has said.
    """

    def __init__(self, message: str, kind: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.kind, self.facts = kind, facts
        self.step: int | None = None


class Stage:
    """The world of one scenario: whatever was started after it began.

    Attributes:
        facts: variables of the scene.
        root: key of the instance that the scenario is about.
    """

    def __init__(self, actor_of: Callable[[str], Actor]) -> None:
        self.actor_of = actor_of
        self.facts: dict[str, Any] = {}
        self.root: int | None = None
        self._before = 0

    def begin(self) -> None:
        """What exists by now does not belong to the scenario."""
        with db.unit_of_work() as session:
            self._before = session.scalar(select(func.coalesce(func.max(ProcessInstance.key), 0))) or 0

    def find_root(self, process: str) -> None:
        """The first instance of the process is what the scenario is about.

        Raises:
            ScenarioFailed: none was started.
        """
        self.root = next(iter(self.instances(process)), None)
        if self.root is None:
            raise ScenarioFailed("no instance was started", "not_started", process=process)

    def owns(self, instance_key: int) -> bool:
        """Whether an instance belongs to the scenario."""
        return instance_key > self._before and instance_key not in self._strangers()

    def _strangers(self) -> set[int]:
        """Instances of other processes that their yearly timer started while the scenario let time pass, and what
        these called."""
        by_timer = select(HistoryEvent.instance_key).where(
            HistoryEvent.instance_key > self._before, HistoryEvent.verb == "start_by_timer"
        )
        query = select(ProcessInstance.key).where(ProcessInstance.root_key.in_(by_timer))
        if self.root is not None:
            query = query.where(ProcessInstance.root_key != self.root)
        with db.unit_of_work() as session:
            return set(session.scalars(query))

    def actor(self, login: str) -> Actor:
        """The person of a login."""
        with db.unit_of_work():
            return self.actor_of(login)

    # -- values
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
        if key is None:
            return dict(self.facts)
        with db.unit_of_work() as session:
            own = session.scalar(select(ProcessInstance.variables).where(ProcessInstance.key == key))
        return {**self.facts, **(own or {})}

    # -- instances
    def instances(self, process: str | None = None) -> list[int]:
        """Keys of the scenario's instances, oldest first."""
        query = select(ProcessInstance.key).where(ProcessInstance.key > self._before).order_by(ProcessInstance.key)
        if process is not None:
            query = query.where(ProcessInstance.process_id == process)
        with db.unit_of_work() as session:
            return list(session.scalars(query))

    def results(self, process: str) -> list[str | None]:
        """End states of the instances of a process; None for one that runs."""
        query = select(ProcessInstance.result).where(
            ProcessInstance.process_id == process, ProcessInstance.key > self._before
        )
        with db.unit_of_work() as session:
            return list(session.scalars(query))

    def instance_of(self, process: str | None, where: str | None) -> int:
        """The root instance, or the newest of a process for which `where` is true.

        Raises:
            ScenarioFailed: there is none.
        """
        if process is None and self.root is not None:
            return self.root
        for key in reversed(self.instances(process)):
            if where is None or evaluate(where, self.variables(key)) is True:
                return key
        raise ScenarioFailed(f"there is no such instance of {process}", "no_instance", process=process)

    # -- tasks
    def open_tasks(self) -> list[UserTask]:
        """The open tasks of the scenario's instances; what the platform itself asks (escalations) is left out."""
        query = select(UserTask).where(
            UserTask.instance_key > self._before, UserTask.state == "open", UserTask.process_id != "platform_case"
        )
        others = self._strangers()
        with db.unit_of_work() as session:
            return [task for task in session.scalars(query.order_by(UserTask.key)) if task.instance_key not in others]

    def find_task(self, element: str, actor: Actor, where: str | None) -> int:
        """The open task of an element that the actor may do, her own first.

        Raises:
            ScenarioFailed: no task of the element is open.
        """
        found = [task for task in self.open_tasks() if task.element_id == element]
        if where is not None:
            found = [task for task in found if evaluate(where, self._seen_by(task)) is True]
        if not found:
            raise ScenarioFailed(f"the task {element} is not open", "not_open", element=element)
        own = [task for task in found if task.assignee == actor.login]
        free = [task for task in found if task.assignee is None and policies.is_candidate(actor, task)]
        return (own or free or found)[0].key

    def _seen_by(self, task: UserTask) -> dict[str, Any]:
        with db.unit_of_work():
            return {**self.facts, **queries.task(PLATFORM, task.key).variables}

    # -- trouble
    def incidents(self) -> list[Incident]:
        """Open incidents of the scenario's instances."""
        query = select(Incident).where(Incident.instance_key > self._before, Incident.resolved_at.is_(None))
        others = self._strangers()
        with db.unit_of_work() as session:
            return [each for each in session.scalars(query) if each.instance_key not in others]

    def described(self) -> str:
        """Where everything stands, for the message of a failure."""
        now = clock.now().astimezone(ZoneInfo(DEFAULT_ZONE))
        tasks = [f"{task.element_id} of {task.assignee or task.candidates}" for task in self.open_tasks()]
        trouble = [f"{each.element_id}: {each.message}" for each in self.incidents()]
        query = select(Timer).where(Timer.instance_key > self._before).order_by(Timer.due_at)
        with db.unit_of_work() as session:
            due = [f"{each.element_id} {each.due_at.astimezone(UTC):%d.%m %H:%M}" for each in session.scalars(query)]
        return f"at {now:%d.%m.%Y %H:%M}; open: {tasks}; incidents: {trouble}; timers: {due}"
