"""What a record or document concerns, as tags that scope rules match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.kernel.errors import NotFound
from app.people import queries as people

PERSONS = ("teacher_id", "listener_id", "teacher", "listener", "person", "curator")
"""Fields that hold the login of the person whom a record concerns (ARCHITECTURE.md, «References»)."""
COURSES = ("course_id", "course")


def tags_for(
    organisation: str | None, owner: str | None, data: Mapping[str, Any], more: Iterable[str] = ()
) -> list[str]:
    """The tags of a row: its organisation and all above it, its persons, its course, and what the caller adds."""
    tags = [f"org:{code}" for code in _path(organisation)]
    tags += [f"person:{login}" for login in (owner, *_texts(data, PERSONS)) if login]
    tags += [f"course:{code}" for code in _texts(data, COURSES)]
    return sorted({*tags, *more})


def owner_in(data: Mapping[str, Any]) -> str | None:
    """The person whom data concerns, by the usual names of fields."""
    return next(iter(_texts(data, PERSONS[:4])), None)


def _texts(data: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    return [value for key in keys if isinstance(value := data.get(key), str) and value]


def _path(organisation: str | None) -> tuple[str, ...]:
    if not organisation:
        return ()
    try:
        return people.organisation_path(organisation)
    except NotFound:
        return (organisation,)
