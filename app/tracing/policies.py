"""Who reads how much of what happened (roles.md §3, «Page of a running or finished process»)."""

from __future__ import annotations

from app.engine import policies as engine
from app.engine.views import InstanceView
from app.kernel.actor import Actor

OPERATING = frozenset({"admin", "designer"})


def may_audit(actor: Actor) -> bool:
    """The auditor's own pages."""
    return actor.has_role("auditor")


def may_operate(actor: Actor) -> bool:
    """Incidents, without personal data."""
    return actor.has_role(*OPERATING)


def sees_values(actor: Actor, instance: InstanceView) -> bool:
    """Whether the actor sees everybody's steps with values, not only the path and their own steps."""
    return engine.sees_values(actor, instance.owner_group)
