"""A token: one live execution of an element, with its own variables where the element has a scope."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from app.engine.runtime.spiff import Task, TaskState
from app.engine.runtime.values import plain, same

MISSING = object()
_JOURNALLED = {
    TaskState.READY: "entered",
    TaskState.COMPLETED: "completed",
    TaskState.CANCELLED: "cancelled",
}


class Variables(Mapping[str, Any]):
    """What an element sees: its own scope, then the enclosing ones. Values are copies."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def _scopes(self) -> Iterator[dict[str, Any]]:
        token: Token | None = self._token
        while token is not None:
            if token.locals is not None:
                yield token.locals
            token = token.outer()
        yield self._token.workflow.top_workflow.data

    def __getitem__(self, name: str) -> Any:
        return plain(self._token.lookup(name))

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for scope in self._scopes() for name in scope})

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Children(dict[int, None]):
    """An ordered set with the list methods that SpiffWorkflow uses on `Task._children`."""

    def append(self, key: int) -> None:
        """Add a child."""
        self[key] = None

    remove = dict.__delitem__


class Token(Task):  # type: ignore[misc]
    """A SpiffWorkflow task whose variables live in scopes and whose end frees it at once.

    Attributes:
        locals: the variables of this element's own scope, None when it has none.
        wait: what it waits for, a plain row (see the package), None when it does not wait.
        loop: the 1-based number of the nearest multi-instance iteration around it, 0 outside of one.
        row: its cached encoding.
    """

    locals: dict[str, Any] | None
    wait: dict[str, Any] | None
    loop: int
    row: bytes | None
    _state: int

    def __init__(
        self, workflow: Any, task_spec: Any, parent: Token | None = None, state: int = TaskState.FUTURE
    ) -> None:
        self.locals = None
        self.wait = None
        self.row = None
        owner = parent if parent is not None else workflow.owner
        self.loop = 0 if owner is None else owner.loop
        super().__init__(workflow, task_spec, parent, state, workflow.top_workflow.new_id())
        self._children = Children()

    # -- variables: nothing is copied along tokens
    @property
    def data(self) -> Variables:
        """The variables it sees (read only)."""
        return Variables(self)

    @data.setter
    def data(self, value: Any) -> None:
        if value:  # Task.__init__ sets an empty dict
            raise TypeError("variables are written through scopes")

    def _inherit_data(self) -> None:
        """Variables belong to scopes."""

    def lookup(self, name: str) -> Any:
        """The value a name has here, not copied: for evaluation only.

        Raises:
            KeyError: no scope has it.
        """
        token: Token | None = self
        while token is not None:
            scope = token.locals
            if scope is not None and name in scope:
                return scope[name]
            token = token.outer()
        return self.workflow.top_workflow.data[name]

    def outer(self) -> Token | None:
        """The token whose element encloses this one: its multi-instance body, else its sub-process."""
        body = self.task_spec.body
        if body is not None:
            parent = self.workflow.tasks.get(self._parent)
            if parent is not None and parent.task_spec.name == body:
                return parent  # type: ignore[no-any-return]
        return self.workflow.owner  # type: ignore[no-any-return]

    def assign(self, name: str, value: Any, local: bool = False) -> None:
        """Set a variable in this scope (`local`), else in the nearest scope that has it, else in the instance."""
        holder: Token | None = self
        if local:
            if self.locals is None:
                self.locals = {}
        else:
            while holder is not None and (holder.locals is None or name not in holder.locals):
                holder = holder.outer()
        self.workflow.top_workflow.write(holder, name, value)

    # -- state: one choke point
    def _set_state(self, value: int) -> None:
        before = self._state
        if value == before:
            return
        self._state, self.last_state_change, self.row = value, time.time(), None
        top = self.workflow.top_workflow
        if value == TaskState.READY:
            top.agenda.append(self)
        kind = _JOURNALLED.get(value)
        if kind is None or self.task_spec.bpmn_id is None:
            return
        if kind == "cancelled":
            if before < TaskState.READY:
                return  # it had not been entered: a guard or a token waiting at a join
            top.note(kind, self, {**(self.place() or {}), "reason": top.reason})
        else:
            top.note(kind, self, self.place())

    def place(self) -> dict[str, Any] | None:
        """Where inside a multi-instance it is, for the journal."""
        if self.task_spec.is_body:
            return {"body": True, "loop": self.loop} if self.loop else {"body": True}
        return {"loop": self.loop} if self.loop else None

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state)

    def run(self) -> bool | None:
        """Enter the element. Returns True when it is done, None when it waits."""
        done: bool | None = self.task_spec._run(self)
        if self._state < TaskState.COMPLETED:  # it may have been interrupted by what it did
            if done is None:
                self._set_state(TaskState.STARTED)
            else:
                self.complete()
        return done

    def complete(self) -> None:
        """Leave the element. Leaving may fail (output mappings); only after it the state changes."""
        self.task_spec.leave(self)
        if self.wait is not None:
            self.workflow.top_workflow.unsubscribe(self)
        super().complete()

    def cancel(self) -> None:
        """End it and everything inside it, its wait and its incident."""
        if self._state >= TaskState.COMPLETED:
            return
        self.task_spec._on_cancel(self)
        for child in self.children:
            child.cancel()
        top = self.workflow.top_workflow
        if self.wait is not None:
            top.unsubscribe(self)
        if "incident" in self.internal_data:
            top.clear_incident(self)
        self._set_state(TaskState.CANCELLED)
        self.workflow.discard(self)

    def mark(self, **facts: Any) -> None:
        """Remember facts about this token across reloads."""
        self.internal_data.update(facts)
        self.row = None

    def unmark(self, fact: str) -> Any:
        """Forget a fact; returns it, None when it was not there."""
        self.row = None
        return self.internal_data.pop(fact, None)

    def view(self) -> Token:
        """The token whose variables its expressions read: a boundary event reads those of its activity."""
        host = self.internal_data.get("host")
        return self if host is None else self.workflow.tasks.get(host, self)


def write_value(scope: dict[str, Any], name: str, value: Any) -> tuple[bool, Any]:
    """Set a value in a scope. Returns (whether it changed, the value before or MISSING)."""
    before = scope.get(name, MISSING)
    if before is not MISSING and same(before, value):
        return False, before
    scope[name] = value
    return True, before
