"""Events that throw: intermediate throw and end events."""

from __future__ import annotations

from typing import Any

from app.engine.runtime.element import Element
from app.engine.runtime.incidents import Unhandled
from app.engine.runtime.raising import raise_event
from app.engine.runtime.tokens import Token
from app.feel import FeelError


class ThrowEvent(Element):
    """Throws its event and is done, except where it waits for a job or for compensation."""

    def expressions(self) -> dict[str, str]:
        """Names, codes, keys, job settings."""
        event = self.extensions.get("event") or {}
        texts = {key: event[key] for key in ("name", "code") if event.get(key) is not None}
        texts.update(self.extensions.get("publish") or {})
        job = self.extensions.get("job")
        if job:
            texts.update(type=job["type"], retries=job["retries"])
        return texts

    def execute(self, token: Token, values: dict[str, Any]) -> bool | None:
        """Throw."""
        event = self.extensions.get("event")
        if event is None:
            return True
        throw = getattr(self, f"throw_{event['kind']}")
        return throw(token, values)  # type: ignore[no-any-return]

    def throw_link(self, token: Token, values: dict[str, Any]) -> bool:
        """The flow to the link's target is drawn in the specification."""
        return True

    def throw_signal(self, token: Token, values: dict[str, Any]) -> bool:
        """Broadcast, with the variables of the element's own scope (its input mappings)."""
        top, given = token.workflow.top_workflow, dict(token.locals or {})
        top.note("published", token, {"signal": values.get("name"), "variables": given})
        top.effects.append(("signal", values.get("name"), given))
        return True

    def throw_escalation(self, token: Token, values: dict[str, Any]) -> bool:
        """Escalate; an escalation that nobody catches is no fault."""
        raise_event(token, "escalation", values.get("code"), dict(token.locals or {}))
        return True

    def throw_error(self, token: Token, values: dict[str, Any]) -> bool | None:
        """Throw; an error that nobody catches is an incident.

        Raises:
            Unhandled: nobody catches it.
        """
        if not raise_event(token, "error", values.get("code"), dict(token.locals or {})):
            raise Unhandled(f"nobody catches the error {values.get('code')!r}")
        return None

    def throw_terminate(self, token: Token, values: dict[str, Any]) -> bool:
        """End everything else in this scope."""
        self.interrupt(token.workflow.top_workflow, lambda: token.workflow.clear(but=token))
        return True

    def throw_compensation(self, token: Token, values: dict[str, Any]) -> bool | None:
        """Undo what was completed."""
        return self.compensate(token, self.extensions["event"].get("ref"))

    def throw_message(self, token: Token, values: dict[str, Any]) -> bool | None:
        """Publish, or wait for the job that does."""
        top = token.workflow.top_workflow
        job = self.extensions.get("job")
        if job is not None:
            top.subscribe(token, "job", type=values["type"], retries=values["retries"], headers=job["headers"])
            return None
        key = values.get("correlationKey")
        if not isinstance(values.get("name"), str):
            raise FeelError(f"the name of the message is not a text: {values.get('name')!r}")
        message = {
            "name": values["name"],
            "key": None if key is None else str(key),
            "messageId": values.get("messageId"),
            "timeToLive": values.get("timeToLive"),
            "variables": dict(token.locals or {}),
        }
        top.note("published", token, message)
        top.effects.append(("message", message))
        return True
