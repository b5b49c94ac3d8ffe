"""What the outside world does to an instance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.engine.runtime.incidents import OTHER, UNCAUGHT, kind_of
from app.engine.runtime.raising import find_catcher, raise_event
from app.engine.runtime.spiff import TaskState
from app.engine.runtime.tokens import Token
from app.engine.runtime.values import plain, same
from app.feel import FeelError


class VerbMixin:
    """The verbs; each is followed by `do_engine_steps` and `drain`."""

    waits: dict[int, Token]
    data: dict[str, Any]
    agenda: Any
    changed: set[str]
    effects: list[Any]
    get_task_from_id: Any
    note: Any
    raise_incident: Any
    clear_incident: Any
    unsubscribe: Any
    every_token: Any
    write: Any
    completed: bool
    reason: str | None

    def finish(self, token_id: int, variables: Mapping[str, Any] | None = None) -> None:
        """A user task, job, call or decision is done.

        Raises:
            LookupError: it is not open. ValueError: a variable is not JSON.
        """
        token = self._open(token_id)
        if token._state != TaskState.STARTED or token.internal_data.get("leaving"):
            raise LookupError("this task is not open")
        given = plain(dict(variables or {}))
        if token.wait is not None and token.wait["kind"] == "call":
            given = _changed_by_child(given, token.wait["variables"])
        local = token.task_spec.keeps_results(token)
        self.clear_incident(token)
        self.unsubscribe(token)
        for name, value in given.items():
            token.assign(name, value, local)
        token.mark(leaving=True)
        self.agenda.append(token)

    def trigger(self, token_id: int, variables: Mapping[str, Any] | None = None) -> None:
        """An event happened: a timer came due, a message or signal arrived.

        Raises:
            LookupError: nothing waits for it. ValueError: a variable is not JSON.
        """
        token = self.waits.get(token_id)
        if token is None or not hasattr(token.task_spec, "fire"):
            raise LookupError("nothing waits for this event")
        given = plain(dict(variables or {}))
        try:
            token.task_spec.fire(token, given)
        except FeelError as error:
            self.raise_incident(token, str(error), kind_of(error))

    def throw_error(
        self,
        token_id: int,
        code: str | None,
        variables: Mapping[str, Any] | None = None,
        message: str | None = None,
    ) -> bool:
        """A job or called instance ended with a BPMN error. Returns whether something here catches it; if not, it
        is an incident.

        Raises:
            LookupError: the token is not open.
        """
        token = self._open(token_id)
        caught = raise_event(token, "error", code, plain(dict(variables or {})), message)
        if not caught:
            said = f": {message}" if message else ""
            self.raise_incident(token, f"nobody catches the error {code!r}{said}", UNCAUGHT)
        return caught

    def catches_error(self, token_id: int, code: str | None) -> bool:
        """Whether `throw_error` would be caught inside this instance."""
        return find_catcher(self._open(token_id), "error", code) is not None

    def escalate(self, token_id: int, code: str | None, variables: Mapping[str, Any] | None = None) -> bool:
        """A job or called instance escalates. Returns whether something here catches it.

        Raises:
            LookupError: the token is not open.
        """
        return raise_event(self._open(token_id), "escalation", code, plain(dict(variables or {})))

    def fail(self, token_id: int, message: str, kind: str = OTHER) -> None:
        """Raise an incident on a waiting token, e.g. a job without retries left. It goes on waiting."""
        self.raise_incident(self._open(token_id), message, kind)

    def leave_out(self, token_id: int) -> None:
        """End one iteration of a multi-instance without its work; the others and what follows go on.

        Raises:
            LookupError: there is no such iteration (any more).
        """
        token = self._open(token_id)
        facts = token.internal_data
        if "i" not in facts or (facts.get("leaving") and "incident" not in facts):
            raise LookupError("this is no open iteration")
        token.parent.task_spec.leave_out(token.parent, token)

    def resolve(self, token_id: int) -> None:
        """Try a token with an incident again.

        Raises:
            LookupError: it has no incident.
        """
        token = self._open(token_id)
        if "incident" not in token.internal_data:
            raise LookupError("this element has no incident")
        self.clear_incident(token)
        self.note("resolved", token, None)
        if token.wait is not None and token.wait["kind"] == "conditional":
            token.wait["was"] = None
            self.changed.add("")
        if token._state == TaskState.READY or token.internal_data.get("leaving"):
            self.agenda.append(token)

    def set_variables(self, token_id: int | None, variables: Mapping[str, Any], local: bool = False) -> None:
        """Change variables as an element sees them (`local`: in its own scope), or the root ones.

        Raises:
            LookupError: there is no such token. ValueError: a value is not JSON.
        """
        token = None if token_id is None else self._open(token_id)
        for name, value in plain(dict(variables)).items():
            if token is None:
                self.write(None, name, value)
            else:
                token.assign(name, value, local)

    def reschedule(self, token_id: int, due: datetime | str, field: str = "due") -> None:
        """Move a timer ('due') or a user task's 'dueDate' or 'followUpDate'.

        Args:
            due: an aware moment, or ISO text for a task's date.
        Raises:
            LookupError: nothing with such a date waits there.
        """
        token = self.waits.get(token_id)
        wanted = "timer" if field == "due" else "user_task"
        if token is None or token.wait is None or token.wait["kind"] != wanted:
            raise LookupError(f"nothing with {field} waits there")
        text = due.astimezone(UTC).isoformat() if isinstance(due, datetime) else due
        self.move_date(token, field, text)

    def move_date(self, token: Token, field: str, text: str | None) -> None:
        """Change a date of a wait and record both."""
        assert token.wait is not None
        before = token.wait.get(field)
        if before == text:
            return
        token.wait = {**token.wait, field: text}
        token.row = None
        self.effects.append(("update", token.id, token.wait))
        self.note("rescheduled", token, {"field": field, "before": before, "after": text})

    def cancel(self, reason: str | None = None) -> list[Any]:
        """End the instance from outside; every live element is cancelled with the reason."""
        if self.completed:
            return []
        self.reason = reason
        self.clear()  # type: ignore[attr-defined]
        self.reason = None
        self.completed = True
        self.effects.append(("cancelled", reason))
        self.note("ended", None, {"reason": reason})
        return []

    def scopes(self) -> list[dict[str, Any]]:
        """All variable scopes, the root one first: token, element, loop, variables (copies)."""
        rows = [{"token": None, "element": None, "loop": None, "variables": plain(self.data)}]
        for token in self.every_token():
            if token.locals is not None:
                place = {"token": token.id, "element": token.task_spec.bpmn_id, "loop": token.loop or None}
                rows.append({**place, "variables": plain(token.locals)})
        return rows

    def _open(self, token_id: int) -> Token:
        token: Token | None = self.get_task_from_id(token_id)
        if token is None or token._state >= TaskState.COMPLETED:
            raise LookupError("there is no such live element")
        return token


def _changed_by_child(given: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What a called instance changed: handing back what it was given would undo newer values of the parent."""
    return {name: value for name, value in given.items() if name not in before or not same(before[name], value)}
