"""Who may do what on the pages of an instance. What the engine allows, it checks itself."""

from __future__ import annotations

from app.engine import policies as engine
from app.engine.views import InstanceView, TaskDetail
from app.kernel.actor import Actor
from app.people import queries as people
from app.people.catalogue import roles


def owns(actor: Actor, instance: InstanceView) -> bool:
    """Whether the actor holds the process owner's role at its place (processes §0, «Owner»)."""
    return not actor.system and engine.owns(actor, instance.owner_group)


def may_comment(actor: Actor) -> bool:
    """Auditors read and never write (roles §2)."""
    return bool(actor.roles - {"auditor", "designer", "admin"})


def may_hand_on(actor: Actor, detail: TaskDetail) -> bool:
    """Whether to offer handing a task on: to somebody whom the actor may look up, and never a head's signature
    (roles §4). The engine decides in the end."""
    signature = detail.signoff and detail.task.role in people.head_roles()
    knows_people = any(roles()[a.role].directory != "none" for a in actor.assignments if a.role in roles())
    return detail.may_complete and knows_people and not signature
