"""Whose process it is where the owner's role works for assigned objects only: one person's, not everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.actor import Actor
from app.people import queries as people


def personal_owner(role: str, variables: Mapping[str, Any], starter: Actor | None = None) -> str:
    """The owner group in a role that works for assigned objects (roles §2, scope A).

    Args:
        starter: who starts the instance now.

    Returns:
        The personal group of who the variable of the role's name holds (`course_leader`), else of a starter with the
        role; else the bare role, by which nobody sees or decides anything.
    """
    login = variables.get(role)
    if isinstance(login, str) and login:
        return people.personal_group(role, login)
    if starter is not None and starter.has_role(role):
        return people.personal_group(role, starter.login)
    return role


def owner_now(owner_group: str | None, variables: Mapping[str, Any], changed: frozenset[str]) -> str | None:
    """The owner group after root variables have changed: another leader of the course owns its processes from then on.

    Args:
        changed: names of the root variables that were written.
    """
    role = (owner_group or "").partition("@")[0]
    if role not in changed or not people.works_for_objects(role):
        return owner_group
    return personal_owner(role, variables)
