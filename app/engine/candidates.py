"""Who may take a task: the strings that stand in the inbox index (ARCHITECTURE, «Tasks of people»)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.engine import places
from app.people.catalogue import roles

PERSON = "user:"
"""Prefix of the string that stands for one login."""


def person(login: str) -> str:
    """The candidate string of one person."""
    return PERSON + login


def names(value: Any) -> list[str]:
    """Groups or users as a model gives them: a list, or a text with commas."""
    if value is None:
        return []
    parts = value if isinstance(value, list) else str(value).split(",")
    return [text for part in parts if part is not None and (text := str(part).strip())]


def expand(groups: Iterable[str], organisations: tuple[str, ...]) -> list[str]:
    """All strings that match an actor's groups.

    Args:
        groups: `role` or `role@organisation`.
        organisations: codes from the region down to the instance's organisation.

    Returns:
        `role@organisation` for the organisation and its ancestors; a bare role of municipal or school level is that
        of the instance's municipality or school; any other bare role stays bare.
    """
    found: dict[str, None] = {}
    for group in groups:
        role, _, organisation = group.partition("@")
        if not organisation:
            level = places.role_level(role)
            if level not in ("municipality", "school"):
                found[role] = None
                continue
            organisation = places.at_level(organisations, level) or ""
            if not organisation:
                continue
        for code in places.related(organisation):
            found[f"{role}@{code}"] = None
    return list(found)


def first_role(groups: Iterable[str], lane_id: str | None) -> str | None:
    """The role that the inbox groups a task by: of its first group, else of its lane, unless that is a position."""
    for group in groups:
        return group.partition("@")[0]
    role = lane_id.removeprefix("lane_") if lane_id and lane_id.startswith("lane_") else None
    return role if role in roles() else None
