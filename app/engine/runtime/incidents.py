"""Incidents: an element that failed waits for repair and retry; nothing else of the instance is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.engine.runtime.spiff import TaskState
from app.engine.runtime.tokens import Token
from app.feel import FeelError

if TYPE_CHECKING:
    from app.engine.runtime.instance import Effect


VALUE, CONDITION, DECISION = "EXTRACT_VALUE_ERROR", "CONDITION_ERROR", "DECISION_EVALUATION_ERROR"
FORM, CALL, JOB = "FORM_NOT_FOUND", "CALLED_ELEMENT_ERROR", "JOB_NO_RETRIES"
UNCAUGHT, ENDLESS, OTHER = "UNHANDLED_ERROR_EVENT", "UNKNOWN", "UNSPECIFIED"
KINDS = (VALUE, CONDITION, DECISION, FORM, CALL, JOB, UNCAUGHT, ENDLESS, OTHER)
"""Kinds of incidents, in the words of Camunda's `errorType`."""


class Unhandled(FeelError):
    """An error event that nobody catches: an incident, but that it was thrown stays in the journal."""

    kind = UNCAUGHT


class NoAnswer(FeelError):
    """A condition that is neither true nor false, or a gateway none of whose conditions is true."""

    kind = CONDITION


def kind_of(error: FeelError) -> str:
    """The kind of incident that an error becomes."""
    return str(getattr(error, "kind", VALUE))


class IncidentMixin:
    """Raising and clearing incidents."""

    effects: list[Effect]
    note: Any

    def raise_incident(self, token: Token, message: str, kind: str = OTHER, element: str | None = None) -> None:
        """Stop a token until it is resolved.

        Args:
            message: what happened; it may quote values of persons.
            kind: what it says to those who must not read values.
            element: the element to name when it is not the token's own.
        """
        name = element or token.task_spec.bpmn_id or token.workflow.spec.name
        token.mark(incident=message, incident_element=name)
        self.effects.append(("incident", token.id, name, message, kind))
        self.note("incident", token, {"message": message, "element": name})

    def clear_incident(self, token: Token) -> None:
        """Take the incident from a token."""
        if token.unmark("incident") is not None:
            name = token.unmark("incident_element")
            self.effects.append(("incident_resolved", token.id, name))

    def incidents(self) -> list[dict[str, Any]]:
        """The open incidents: token, element, message."""
        return [
            {
                "token": token.id,
                "element": token.internal_data["incident_element"],
                "message": token.internal_data["incident"],
            }
            for token in self.every_token()
            if "incident" in token.internal_data
        ]

    def every_token(self) -> list[Token]:
        """All live tokens of all scopes."""
        subs: Any = self.subprocesses  # type: ignore[attr-defined]
        scopes: list[Any] = [self, *subs.values()]
        return [token for scope in scopes for token in scope.tasks.values() if token._state < TaskState.COMPLETED]
