"""One process instance: its agenda, waits, journal and effects."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.engine.runtime.fans import FanMixin
from app.engine.runtime.following import FollowMixin
from app.engine.runtime.incidents import ENDLESS, IncidentMixin, Unhandled, kind_of
from app.engine.runtime.scopes import ScopeMixin, SubScope
from app.engine.runtime.spiff import BpmnWorkflow, TaskState
from app.engine.runtime.tokens import MISSING, Token, write_value
from app.engine.runtime.values import plain
from app.engine.runtime.verbs import VerbMixin
from app.engine.timers import DEFAULT_ZONE
from app.feel import FeelError
from app.kernel import clock as kernel_clock

STEP_LIMIT = 10_000
"""Steps one action may take without reaching a wait state; every multi-instance item adds `STEPS_PER_ITEM`."""
STEPS_PER_ITEM = 50

JournalEntry = tuple[str, str | None, int | None, dict[str, Any] | None]
Effect = tuple[Any, ...]
Decide = Callable[[str, str, str | None, Mapping[str, Any]], Any]


class Instance(VerbMixin, IncidentMixin, FollowMixin, FanMixin, ScopeMixin, BpmnWorkflow):  # type: ignore[misc]
    """A process instance; see the package for its verbs, waits, journal and effects.

    Args:
        spec, subspecs: of the ProcessModel, shared with all other instances.
        variables: the root variables, JSON.
        start_at: the element id of the start event, None for the plain one.
        clock: gives the current moment, aware.
        decide: makes decisions inline, see the package.
        zone: where local times of timers lie.
        restoring: True when a stored state is to be filled in.
    Raises:
        ValueError: a variable is not JSON.
    """

    owner = None

    def __init__(
        self,
        spec: Any,
        subspecs: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        start_at: str | None = None,
        clock: Callable[[], datetime] | None = None,
        decide: Decide | None = None,
        zone: str = DEFAULT_ZONE,
        restoring: bool = False,
    ) -> None:
        self.agenda: deque[Token] = deque()
        self.journal: list[JournalEntry] = []
        self.effects: list[Effect] = []
        self.changed: set[str] = set()
        self.clock = clock or kernel_clock.now
        self.decide = decide
        self.zone = zone
        self.count = 0
        self.budget = 0
        self.reason: str | None = None
        self.waits: dict[int, Token] = {}
        self.conditions: dict[int, Token] = {}
        self.followers: dict[int, Token] = {}
        self.compensable: list[dict[str, Any]] = []
        self.start_at = start_at
        super().__init__(spec, subspecs, script_engine=object(), deserializing=True)
        self.data = plain(dict(variables or {}))
        if not restoring:
            self.plant()
            self.begin()

    # -- tokens
    def new_id(self) -> int:
        """The number of the next token."""
        self.count += 1
        return self.count

    def create_subprocess(self, my_task: Token, spec_name: str) -> SubScope:
        """Open the scope of an embedded sub-process for the token that entered it."""
        sub = self.subprocesses[my_task.id] = SubScope(self.subprocess_specs[spec_name], my_task, self)
        return sub

    def get_task_from_id(self, task_id: int) -> Token | None:
        """A token by its number, wherever it is; None when it has ended."""
        token = self.waits.get(task_id) or self.tasks.get(task_id)
        if token is None:
            for sub in self.subprocesses.values():
                token = sub.tasks.get(task_id)
                if token is not None:
                    break
        return token

    # -- what happened
    def note(self, kind: str, token: Token | None, details: dict[str, Any] | None) -> None:
        """Add a journal entry about a token (None: about the instance)."""
        element = None if token is None else token.task_spec.bpmn_id
        self.journal.append((kind, element, None if token is None else token.id, details))

    def write(self, holder: Token | None, name: str, value: Any) -> None:
        """Set a variable in a token's scope, None for the root one, and journal the change."""
        scope = self.data if holder is None else holder.locals
        changed, before = write_value(scope, name, value)  # type: ignore[arg-type]
        if not changed:
            return
        details: dict[str, Any] = {"name": name, "after": value}
        if before is not MISSING:
            details["before"] = before
        if holder is not None:
            holder.row = None
            details["scope"] = holder.task_spec.bpmn_id
            details["loop"] = holder.loop or None
        self.note("variable", holder, details)
        self.changed.add(name)

    def drain(self) -> tuple[list[JournalEntry], list[Effect]]:
        """The journal and the effects since the last call."""
        journal, effects = self.journal, self.effects
        self.journal, self.effects = [], []
        return journal, effects

    # -- waiting: one kind of record for tasks, jobs, timers, messages, signals, calls
    def subscribe(self, token: Token, kind: str, **what: Any) -> None:
        """Open a wait."""
        token.wait = {"kind": kind, "element": token.task_spec.bpmn_id, "loop": token.loop or None, **what}
        token.row = None
        self.effects.append(("open", token.id, token.wait))
        self.register(token)

    def register(self, token: Token) -> None:
        """Index an open wait."""
        assert token.wait is not None
        self.waits[token.id] = token
        if token.wait["kind"] == "conditional":
            self.conditions[token.id] = token
        elif token.task_spec.follows:
            self.followers[token.id] = token

    def unsubscribe(self, token: Token) -> None:
        """Close a wait."""
        if self.waits.pop(token.id, None) is not None:
            self.effects.append(("close", token.id, token.wait))
        self.conditions.pop(token.id, None)
        self.followers.pop(token.id, None)
        token.wait = None
        token.row = None

    # -- running
    def do_engine_steps(self, *_: Any) -> None:
        """Run until every token waits, has ended or has an incident."""
        self.budget = STEP_LIMIT
        while True:
            while self.agenda:
                token = self.agenda.popleft()
                if self._stale(token):
                    continue
                self.budget -= 1
                if self.budget < 0:
                    self._stop(token)
                    return
                self._step(token)
            if not self.changed or not self._react():
                break
        self.changed.clear()

    def _stale(self, token: Token) -> bool:
        return (
            token._state >= TaskState.COMPLETED
            or token.id not in token.workflow.tasks
            or token.workflow.completed
            or "incident" in token.internal_data
        )

    def _step(self, token: Token) -> None:
        """Run one token. What a failing step journalled and announced is taken back: it has not happened."""
        journal, effects = len(self.journal), len(self.effects)
        scope = None if token.locals is None else dict(token.locals)
        entering = token._state == TaskState.READY
        try:
            if entering:
                token.run()
            elif token._state == TaskState.STARTED and token.internal_data.get("leaving"):
                token.complete()
        except FeelError as error:
            if not isinstance(error, Unhandled):
                del self.journal[journal:]
                del self.effects[effects:]
            if entering:
                _restore(token, scope)
            self.raise_incident(token, str(error), kind_of(error), error.element)

    def _stop(self, token: Token) -> None:
        """Too many steps: everything that could still run gets an incident instead of hanging the worker."""
        waiting = [token, *self.agenda]
        self.agenda.clear()
        for late in waiting:
            if not self._stale(late):
                said = f"more than {STEP_LIMIT} steps without a wait state: an endless loop?"
                self.raise_incident(late, said, ENDLESS)
        self.changed.clear()


def _restore(token: Token, scope: dict[str, Any] | None) -> None:
    """Give a token back the variables it had, keeping the dict that its scope shares."""
    if scope is None:
        token.locals = None
    elif token.locals is None:
        token.locals = scope
    else:
        token.locals.clear()
        token.locals.update(scope)
    token.row = None
