"""Reads what a model hands to a service type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.services import ModelFault, ServiceCall
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.people import queries as people


def optional(call: ServiceCall, name: str) -> str | None:
    """A text that may be missing."""
    value = call.variables.get(name)
    return value.strip() or None if isinstance(value, str) else None


def context(call: ServiceCall, name: str) -> dict[str, Any]:
    """A context; empty when missing.

    Raises:
        ModelFault: it is something else.
    """
    value = call.variables.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ModelFault(f"«{name}» must be a context, not {value!r}")
    return dict(value)


def rows(call: ServiceCall, name: str) -> list[dict[str, Any]]:
    """A list of contexts; empty when missing.

    Raises:
        ModelFault: it is something else.
    """
    value = call.variables.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise ModelFault(f"«{name}» must be a list of contexts, not {value!r}")
    return [dict(item) for item in value]


def person(call: ServiceCall, name: str = "actor") -> Actor:
    """Who did the task before (a login in a variable): records say who wrote them."""
    login = optional(call, name)
    try:
        return people.actor_for(login) if login else call.actor
    except NotFound:
        return call.actor
