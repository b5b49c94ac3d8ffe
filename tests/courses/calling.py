"""Service types, called as the engine calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.services import InstanceFacts, ServiceCall, known
from app.kernel import clock
from app.kernel.actor import Actor
from tests.courses.factories import person

LEADER = person("leader", "course_leader@iro")


def call(name: str, variables: Mapping[str, Any], by: Actor = LEADER, instance: int = 77) -> dict[str, Any]:
    """Run a service type as the engine does."""
    kind = known(name)
    assert kind is not None
    facts = InstanceFacts(instance, "p", 1, 1, "iro", ("iro", "region"), None, None, by.login, instance)
    return dict(kind.handler(ServiceCall(variables, {}, facts, "e", by, clock.now())) or {})
