"""Service types: the work that a service task may ask of a feature.

    @service_type("course.hold-place", inline=True)
    def hold_place(call: ServiceCall) -> dict[str, Any]:
        ...
        return {"holds_place": True}

An inline type runs inside the action that reaches it: it may only touch the database. Any other type of ours becomes a
job of the worker (its handler runs in a unit of work of its own, and again after a crash). A type that nobody
registered waits for an external worker over the API.

What a handler raises: `BpmnError` is thrown from the element (an error boundary event may catch it); `ModelFault` or a
refusal of the kernel (`NotFound`, `Invalid`, …) undoes the handler and becomes an incident at the element; anything
else is a defect: inline it undoes the handler and becomes an incident that names the exception and its place, as a job
it is tried again. Only what passes by itself (the database is away, somebody was faster) rolls back the whole action.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel.actor import Actor

Result = Mapping[str, Any] | None
ServiceHandler = Callable[["ServiceCall"], Result]


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """The instance that a service works for."""

    key: int
    process_id: str
    definition_key: int
    deployment_key: int
    organisation: str | None
    organisations: tuple[str, ...]
    business_key: str | None
    owner_group: str | None
    started_by: str
    root_key: int


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """What a handler is given.

    Attributes:
        variables: what the element sees; with input mappings, those first. Copies.
        headers: `zeebe:taskHeaders`.
        actor: whose action led here; the platform for timers and messages.
        now: the moment of the action.
    """

    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    instance: InstanceFacts
    element_id: str
    actor: Actor
    now: datetime

    def text(self, name: str, default: str | None = None) -> str:
        """A variable that must be a text.

        Raises:
            ModelFault: it is missing or no text.
        """
        value = self.variables.get(name, self.headers.get(name, default))
        if not isinstance(value, str) or not value:
            raise ModelFault(f"«{name}» must be a text, not {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class ServiceType:
    """One registered type."""

    name: str
    handler: ServiceHandler
    inline: bool
    retries: int | None


class BpmnError(Exception):
    """An outcome that the model may catch by an error boundary event with this code."""

    def __init__(self, code: str, message: str = "", variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code, self.message, self.variables = code, message, dict(variables or {})


class ModelFault(Exception):
    """The model gave the service something it cannot work with: an incident at the element."""


_types: dict[str, ServiceType] = {}


def service_type(
    name: str, *, inline: bool = False, retries: int | None = None
) -> Callable[[ServiceHandler], ServiceHandler]:
    """Register the function that does this type of service task.

    Args:
        name: as in `zeebe:taskDefinition type`.
        inline: run in the action's transaction; only for work that touches nothing but the database.
        retries: attempts of a job, when the model says nothing.
    """

    def register(handler: ServiceHandler) -> ServiceHandler:
        _types[name] = ServiceType(name, handler, inline, retries)
        return handler

    return register


def known(name: str) -> ServiceType | None:
    """The registered type of a name; None when an external worker does it."""
    return _types.get(name)


def inside(name: str) -> bool:
    """Whether a service of this type runs inside the action that reaches it."""
    kind = _types.get(name)
    return kind is not None and kind.inline


def names() -> list[str]:
    """All registered types, for lint and the designer."""
    return sorted(_types)
