"""The invisible begin and end of a scope, and the specification that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.engine.runtime.element import OPEN_EVENTS, Behaviour
from app.engine.runtime.spiff import BpmnProcessSpec, BpmnStartTask, BpmnTaskSpec, TaskState
from app.engine.runtime.tokens import Token
from app.feel import FeelError


class Begin(Behaviour, BpmnStartTask):  # type: ignore[misc]
    """The first token of a scope: it opens the event sub-processes and takes the start event."""

    def __init__(self, wf_spec: Any, name: str, extensions: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.extensions = extensions or {}

    def enter(self, token: Token) -> bool:
        """Open the event sub-processes that wait for an event; all of them or none."""
        specs = token.workflow.spec.task_specs
        for name in self.extensions.get("triggers", ()):
            spec = specs[name]
            if spec.extensions["event"]["kind"] not in OPEN_EVENTS:
                continue
            try:
                guard = self.spawn(token, spec, state=TaskState.WAITING)
                spec.open(guard, spec.event_values(guard))
            except FeelError as error:
                error.element = spec.bpmn_id
                for child in token.children:
                    child.cancel()
                raise
        return True

    def flows(self, token: Token) -> Sequence[tuple[str, str | None]]:
        """The chosen start event, else the plain one."""
        chosen = getattr(token.workflow, "start_at", None)
        if chosen:
            return [(chosen, None)]
        specs = token.workflow.spec.task_specs
        plain = [path for path in self.paths if not specs[path[0]].extensions.get("event")]
        return plain or self.paths[:1]


class EndJoin(Behaviour, BpmnTaskSpec):  # type: ignore[misc]
    """A scope is done when its last token arrives."""

    def _update_hook(self, my_task: Token) -> bool:
        scope = my_task.workflow
        for other in scope.tasks.values():
            if other is my_task or other._state >= TaskState.COMPLETED:
                continue
            if other._state == TaskState.WAITING and other.task_spec.is_trigger:
                continue
            scope.discard(my_task)
            return False
        return True

    def _on_complete(self, token: Token) -> None:
        scope = token.workflow
        scope.clear()
        scope.completed = True
        top = scope.top_workflow
        if scope.owner is None:
            top.effects.append(("done",))
            top.note("ended", None, {"reason": None})
        else:
            scope.owner.mark(leaving=True)
            top.agenda.append(scope.owner)


class Process(BpmnProcessSpec):  # type: ignore[misc]
    """The specification of a process or an embedded sub-process."""

    def __init__(
        self, name: str | None = None, description: str | None = None, filename: str | None = None, svg: Any = None
    ) -> None:
        super().__init__(name=name, description=description, filename=filename, svg=svg)
        self.task_specs.clear()
        self.start = Begin(self, "Start")
        self.end = EndJoin(self, f"{self.name}.EndJoin")
        self._joins: frozenset[str] | None = None

    @property
    def joins(self) -> frozenset[str]:
        """The inclusive joins, which have to look again when other tokens go."""
        if self._joins is None:
            self._joins = frozenset(name for name, spec in self.task_specs.items() if spec.is_inclusive_join)
        return self._joins
