"""Compensation: handlers run as tokens of their own; the thrower waits for all of them."""

from __future__ import annotations

from typing import Any

from app.engine.runtime.spiff import TaskState
from app.engine.runtime.tokens import Token


class CompensationMixin:
    """What an element does to be undone, and to undo others."""

    extensions: dict[str, Any]
    name: str

    def remember(self, token: Token) -> None:
        """A completed activity with a handler can be undone later, with the variables it had."""
        handler = self.extensions.get("compensate_with")
        if handler:
            entry = {"element": self.name, "handler": handler, "vars": dict(token.locals or {})}
            token.workflow.compensable.append(entry)

    def compensate(self, token: Token, activity: str | None) -> bool | None:
        """Undo everything completed in this scope (or one activity), last first. True if there was nothing."""
        scope = token.workflow
        chosen = [entry for entry in scope.compensable if activity in (None, entry["element"])]
        scope.compensable[:] = [entry for entry in scope.compensable if entry not in chosen]
        if not chosen:
            return True
        self.undo(token, token.parent, chosen, thrower=token.id)
        return None

    def undo(self, token: Token, parent: Token, entries: list[dict[str, Any]], **facts: Any) -> None:
        """Start the handlers as children of `parent`; `token` waits for them."""
        token.mark(pending=len(entries))
        for entry in reversed(entries):
            spec = parent.workflow.spec.task_specs[entry.get("handler") or entry["element"]]
            handler = parent._add_child(spec, TaskState.FUTURE)
            handler.locals = dict(entry["vars"])
            handler.mark(**facts)
            if "items" in entry:
                handler.mark(compensating=entry["items"])
            handler._ready()

    def tell_thrower(self, token: Token) -> None:
        """A finished handler reports to whoever waits for it."""
        number = token.internal_data.get("thrower")
        if number:
            thrower = token.workflow.tasks[number]
            thrower.task_spec.handled(thrower)
        if token.internal_data.get("undo"):
            owner = token.workflow.owner
            owner.task_spec.handled(owner)

    def handled(self, token: Token) -> None:
        """One handler is done; after the last one the thrower goes on."""
        left = token.internal_data["pending"] - 1
        token.mark(pending=left)
        if left == 0:
            token.mark(leaving=True)
            token.workflow.top_workflow.agenda.append(token)
