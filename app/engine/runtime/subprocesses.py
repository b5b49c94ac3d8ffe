"""Embedded sub-processes and event sub-processes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from app.engine.runtime.element import Behaviour, Element
from app.engine.runtime.events import Event
from app.engine.runtime.spiff import SubWorkflowTask, TaskState
from app.engine.runtime.tokens import Token


class SubProcess(Element, SubWorkflowTask):  # type: ignore[misc]
    """A scope of its own inside the instance."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        subworkflow_spec: str | None = None,
        extensions: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("transaction", False)
        Element.__init__(self, wf_spec, bpmn_id, extensions=extensions, subworkflow_spec=subworkflow_spec, **kwargs)

    _update_hook = Behaviour._update_hook
    _on_cancel = Behaviour._on_cancel

    def execute(self, token: Token, values: dict[str, Any]) -> None:
        """Open the scope and begin in it; when it is being compensated, undo what was done in it."""
        top = token.workflow.top_workflow
        sub = top.create_subprocess(token, self.spec)
        entries = token.internal_data.get("compensating")
        if token.unmark("hollow"):  # a modification puts its tokens in: only what guards the scope begins
            sub.task_tree.task_spec.enter(sub.task_tree)
            sub.task_tree._state, sub.task_tree.row = TaskState.COMPLETED, None
            return
        if entries is None:
            sub.begin()
            return
        sub.task_tree._state = TaskState.COMPLETED
        sub.compensable = list(entries)
        self.undo(token, sub.task_tree, entries, undo=True)

    def leave(self, token: Token) -> None:
        """Close the scope; what was done in it can still be undone."""
        top = token.workflow.top_workflow
        sub = top.subprocesses.get(token.id)
        entries = list(sub.compensable) if sub is not None else []
        super().leave(token)
        top.subprocesses.pop(token.id, None)
        if entries and token.internal_data.get("compensating") is None:
            entry = {"element": self.name, "items": entries, "vars": dict(token.locals or {})}
            token.workflow.compensable.append(entry)

    def flows(self, token: Token) -> Sequence[tuple[str, str | None]]:
        """None after compensation."""
        return () if token.internal_data.get("compensating") is not None else self.paths

    def close(self, token: Token) -> None:
        """Cancelled: everything in it is."""
        super().close(token)
        sub = token.workflow.top_workflow.subprocesses.get(token.id)
        if sub is not None:
            sub.cancel()
            token.workflow.top_workflow.subprocesses.pop(token.id, None)


class EventSubProcess(SubProcess, Event):
    """Waits as a guard of its scope; when its start event happens it runs like a sub-process."""

    is_trigger = True

    @cached_property
    def interrupts_scope(self) -> bool:  # type: ignore[override]
        """Whether it ends everything else in its scope."""
        return self.interrupting

    def enter(self, token: Token) -> bool | None:
        """Run, once the event has come."""
        return self.execute(token, {})  # type: ignore[func-returns-value]

    def expressions(self) -> dict[str, str]:
        """Those of its start event."""
        return Event.expressions(self)

    def keeps_results(self, token: Token) -> bool:
        """What the event brought stays in the event sub-process."""
        return True

    def fire(self, token: Token, variables: dict[str, Any]) -> None:
        """The event came: interrupt the scope or run beside it."""
        self.happened(token, variables)
        scope = token.workflow
        if self.interrupting:
            self.interrupt(scope.top_workflow, scope.clear)
            self.spawn(scope.task_tree, self, variables, fired=True)
        else:
            self.spawn(token.parent, self, variables, fired=True)
            self.go_on_waiting(token)
