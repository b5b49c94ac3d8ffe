"""Events that wait: start, intermediate catch and boundary events, receive tasks."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from app.engine import timers
from app.engine.runtime.element import Element, condition_text
from app.engine.runtime.tokens import Token
from app.feel import FeelError, feel, is_expression, program


class Event(Element):
    """What catching events share."""

    @property
    def interrupting(self) -> bool:
        """Whether it ends what it is attached to."""
        return bool(self.extensions.get("interrupting", True))

    @cached_property
    def followed(self) -> dict[str, str]:  # type: ignore[override]
        """A moment read from variables moves with them; a cycle does not."""
        event = self.extensions.get("event") or {}
        if event.get("kind") == "timer" and event["type"] != "timeCycle" and is_expression(event["value"]):
            return {"due": event["value"]}
        return {}

    def expressions(self) -> dict[str, str]:
        """Correlation key, timer value, message or signal name."""
        event = self.extensions.get("event") or {}
        return {key: event[key] for key in ("key", "value", "name") if event.get(key) is not None}

    def event_values(self, token: Token) -> dict[str, Any]:
        """The expressions' values, where the event is opened without an activity around it."""
        texts = self.expressions()
        steps = {key: step for key, text in texts.items() if (step := program(text)) is not None}
        values = feel.run(list(steps.values()), token.lookup) if steps else []
        return {**texts, **{key: value for key, (value, _warning) in zip(steps, values, strict=True)}}

    def open(self, token: Token, values: dict[str, Any]) -> None:
        """Begin to wait.

        Raises:
            FeelError: the correlation key is null, the timer's value is not one.
        """
        event, top = self.extensions["event"], token.workflow.top_workflow
        kind = event["kind"]
        if kind == "timer":
            self._open_timer(token, event["type"], values.get("value"))
        elif kind == "message":
            key = values.get("key")
            if event.get("key") is not None and key is None:
                raise FeelError("the correlation key is null")
            top.subscribe(token, "message", name=_name(values), key=None if key is None else _key(key))
        elif kind == "signal":
            top.subscribe(token, "signal", name=_name(values))
        elif kind == "conditional":
            top.subscribe(token, "conditional", expression=condition_text(event["condition"]), was=None)
            top.changed.add("")

    def _open_timer(self, token: Token, kind: str, value: Any) -> None:
        top = token.workflow.top_workflow
        now = top.clock()
        due = timers.first_due(kind, value, now, top.zone)
        top.subscribe(
            token,
            "timer",
            due=due.at.isoformat(),
            left=due.left,
            value=str(value),
            type=kind,
            anchor=due.anchor.isoformat(),
            since=now.isoformat(),
        )

    def happened(self, token: Token, variables: dict[str, Any]) -> None:
        """Journal that the event came."""
        wait = token.wait or {}
        kind = wait.get("kind", "event")
        facts: dict[str, Any] = {key: wait[key] for key in ("due", "name", "key") if wait.get(key) is not None}
        if kind == "conditional":
            facts["expression"] = wait["expression"]
        if variables:
            facts["variables"] = variables
        token.workflow.top_workflow.note(kind, token, facts)

    def receive(self, token: Token, variables: dict[str, Any]) -> None:
        """Take what the event brought."""
        local = self.keeps_results(token)
        for name, value in variables.items():
            token.assign(name, value, local)

    def go_on_waiting(self, token: Token) -> None:
        """A non-interrupting event waits for the next time; a cycle gets its next moment; a spent timer closes."""
        wait, top = token.wait, token.workflow.top_workflow
        if wait is None or wait["kind"] != "timer":
            return
        if wait["left"] == 0:
            token.cancel()
            return
        anchor, due = datetime.fromisoformat(wait["anchor"]), datetime.fromisoformat(wait["due"])
        following = timers.next_due(wait["value"], anchor, due, top.clock(), top.zone)
        left = None if wait["left"] is None else wait["left"] - 1
        token.wait = {**wait, "due": following.isoformat(), "left": left}
        token.row = None
        top.effects.append(("update", token.id, token.wait))


def _name(values: dict[str, Any]) -> str:
    name = values.get("name")
    if not isinstance(name, str) or not name:
        raise FeelError(f"the name of the message or signal is not a text: {name!r}")
    return name


def _key(value: Any) -> str:
    """A correlation key as text; only texts and numbers make one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FeelError(f"the correlation key is neither text nor number: {value!r}"[:200])
    return str(value)


class StartEvent(Event):
    """The host has already received what starts the instance."""

    def enter(self, token: Token) -> bool | None:
        """Nothing to wait for."""
        return True


class CatchEvent(Event):
    """Intermediate catch events and receive tasks."""

    def execute(self, token: Token, values: dict[str, Any]) -> bool | None:
        """Wait; a link's target does not."""
        if not self.extensions.get("event"):
            return True
        self.open(token, values)
        return None

    def fire(self, token: Token, variables: dict[str, Any]) -> None:
        """The event came: leave, and cancel the rivals behind an event-based gateway."""
        self.happened(token, variables)
        rivals = [token.workflow.tasks.get(number) for number in token.unmark("race") or ()]
        for rival in rivals:
            if rival is not None and rival is not token:
                self.interrupt(token.workflow.top_workflow, rival.cancel)
        top = token.workflow.top_workflow
        top.clear_incident(token)
        top.unsubscribe(token)
        self.receive(token, variables)
        token.mark(leaving=True)
        top.agenda.append(token)


class BoundaryEvent(Event):
    """Waits as a guard beside its activity."""

    def enter(self, token: Token) -> bool | None:
        """It has fired already."""
        return True

    def fire(self, token: Token, variables: dict[str, Any]) -> None:
        """The event came: interrupt the activity or run beside it."""
        self.happened(token, variables)
        scope, parent = token.workflow, token.parent
        if self.interrupting:
            host = scope.tasks[token.internal_data["host"]]
            self.interrupt(scope.top_workflow, host.cancel)  # closes this guard too
            self.spawn(parent, self, variables, fired=True)
        else:
            self.spawn(parent, self, variables, fired=True)
            self.go_on_waiting(token)
