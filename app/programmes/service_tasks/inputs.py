"""Reads what a model hands to a service type."""

from __future__ import annotations

from app.engine.service_inputs import context, optional, rows
from app.engine.services import ServiceCall
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.people import queries as people

__all__ = ["context", "optional", "person", "rows"]


def person(call: ServiceCall, name: str = "actor") -> Actor:
    """Who did the task before (a login in a variable): records say who wrote them."""
    login = optional(call, name)
    try:
        return people.actor_for(login) if login else call.actor
    except NotFound:
        return call.actor
