"""What an instance and its embedded sub-processes share: a tree of live tokens only."""

from __future__ import annotations

from typing import Any

from app.engine.runtime.spiff import BpmnSubWorkflow, TaskState
from app.engine.runtime.tokens import Token


class ScopeMixin:
    """Keeps live tokens only; nothing is predicted, finished tokens are spliced out at once."""

    spec: Any
    tasks: dict[int, Token]
    completed: bool
    task_tree: Token

    def plant(self) -> None:
        """Place the first token."""
        self.task_tree = Token(self, self.spec.start)

    def begin(self) -> None:
        """Let the first token go."""
        self.task_tree._ready()

    def discard(self, token: Token) -> None:
        """Drop one token, keeping its children."""
        parent = self.tasks.get(token._parent)
        if parent is None or token.id not in self.tasks:
            return
        del parent._children[token.id]
        for child in token._children:
            parent._children[child] = None
            self.tasks[child]._parent = parent.id
            self.tasks[child].row = None
        del self.tasks[token.id]

    def live(self) -> list[Token]:
        """The tokens that have not ended."""
        return [token for token in self.tasks.values() if token._state < TaskState.COMPLETED]

    def is_completed(self) -> bool:
        """Whether it is over."""
        return self.completed

    def clear(self, but: Token | None = None) -> None:
        """Cancel every live token (but one)."""
        for token in self.live():
            if token is not but:
                token.cancel()

    def _mark_complete(self, task: Any) -> None:
        self.completed = True

    def _task_completed_notify(self, task: Any) -> None:
        self.last_task = None
        if self.spec.joins:
            self.update_waiting_tasks()

    def update_waiting_tasks(self) -> None:
        """Let waiting inclusive joins look again: a token that could have reached them may be gone."""
        for token in list(self.tasks.values()):
            if token._state == TaskState.WAITING and token.task_spec.name in self.spec.joins and token.id in self.tasks:
                token.task_spec._update(token)

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        """SpiffWorkflow's logging hook: nothing to add."""
        return dct or {}


class SubScope(ScopeMixin, BpmnSubWorkflow):  # type: ignore[misc]
    """An embedded sub-process: its variables are those of the token that entered it."""

    def __init__(self, spec: Any, owner: Token, top: Any, restoring: bool = False) -> None:
        self.owner = owner
        super().__init__(spec, owner.id, top, deserializing=True)
        if owner.locals is None:
            owner.locals = {}
        self.data = owner.locals
        self.compensable: list[dict[str, Any]] = []
        if not restoring:
            self.plant()

    def _calculate_depth(self) -> int:
        return int(self.owner.workflow.depth) + 1

    @property
    def parent_workflow(self) -> Any:
        """The scope around this one."""
        return self.owner.workflow

    def cancel(self, success: bool = False) -> list[Any]:
        """End it with everything in it."""
        self.success, self.completed = success, True
        self.clear()
        return []
