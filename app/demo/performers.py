"""Who does a task: somebody in whose list it stands, as any of the demo's people would."""

from __future__ import annotations

from sqlalchemy import select

from app.engine.models import UserTask
from app.kernel.db import db
from app.people.models import Account, RoleAssignment


def performer(task: UserTask) -> str:
    """Login of somebody in whose list the task stands.

    Raises:
        LookupError: it stands in nobody's.
    """
    for entry in task.inbox:
        if entry.startswith("user:"):
            return entry.removeprefix("user:")
        role, _at, place = entry.partition("@")
        query = (
            select(Account.login)
            .join(RoleAssignment, RoleAssignment.person_id == Account.person_id)
            .where(RoleAssignment.role == role, RoleAssignment.ended_at.is_(None), Account.login.not_in(task.not_by))
            .order_by(RoleAssignment.id)
        )
        if place:
            query = query.where(RoleAssignment.organisation_code == place)
        login = db.session.scalars(query.limit(1)).first()
        if login is not None:
            return login
    raise LookupError(f"nobody does {task.element_id} {task.inbox}")
