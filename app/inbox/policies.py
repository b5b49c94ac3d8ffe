"""Who may do what on the pages of an instance. What the engine allows, it checks itself."""

from __future__ import annotations

from app.engine.views import InstanceView
from app.kernel.actor import Actor


def owns(actor: Actor, instance: InstanceView) -> bool:
    """Whether the actor holds the process owner's role at its place (processes §0, «Owner»)."""
    return instance.owner_group is not None and instance.owner_group in actor.groups


def may_comment(actor: Actor) -> bool:
    """Auditors read and never write (roles §2)."""
    return bool(actor.roles - {"auditor", "designer", "admin"})
