"""Reads what a model hands to a service type: the same words and refusals for the service types of all features."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
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
    if value is not None and not isinstance(value, Mapping):
        raise ModelFault(f"«{name}» must be a context, not {value!r}")
    return dict(value or {})


def rows(call: ServiceCall, name: str) -> list[dict[str, Any]]:
    """A list of contexts; empty when missing. Nulls are left out: a multi-instance went on without somebody.

    Raises:
        ModelFault: it is something else.
    """
    value = call.variables.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(item is None or isinstance(item, Mapping) for item in value):
        raise ModelFault(f"«{name}» must be a list of contexts, not {value!r}")
    return [dict(item) for item in value if item is not None]


def texts(call: ServiceCall, name: str) -> list[str]:
    """A list of texts; empty when missing."""
    value = call.variables.get(name)
    return [str(item) for item in value if item is not None] if isinstance(value, list) else []


def day(call: ServiceCall, name: str) -> date:
    """A date that must be there.

    Raises:
        ModelFault: it is no date.
    """
    return as_day(call.variables.get(name))


def as_day(value: object) -> date:
    """A date from its ISO text.

    Raises:
        ModelFault: it is no date.
    """
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ModelFault(f"a date is expected, not {value!r}") from None


def key(value: object) -> int:
    """A key from its text.

    Raises:
        ModelFault: it is no key.
    """
    try:
        return int(str(value))
    except ValueError:
        raise ModelFault(f"a key is expected, not {value!r}") from None


def by(call: ServiceCall) -> Actor:
    """Who did the task before (input `actor`): rows say who wrote them."""
    return person(optional(call, "actor"), call.actor)


def person(login: object, otherwise: Actor) -> Actor:
    """A person by login as an actor; somebody else where the person is not there any more."""
    try:
        return people.actor_for(login) if isinstance(login, str) and login else otherwise
    except NotFound:
        return otherwise


def organisation_name(code: str | None) -> str:
    """The short name of an organisation; its code when nobody knows it."""
    if not code:
        return ""
    try:
        return people.organisation(code).short_name
    except NotFound:
        return code
