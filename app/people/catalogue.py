"""Kinds of organisations and roles, read from `roles.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask_babel import get_locale

_FILE = Path(__file__).parent / "roles.yaml"
LEVELS = ("region", "municipality", "school", "outside")


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an id and a name in two languages; as text it is its name in the reader's language."""

    id: str
    ru: str
    en: str

    def __str__(self) -> str:
        return self.en if str(get_locale() or "ru") == "en" else self.ru


@dataclass(frozen=True, slots=True)
class Kind(Named):
    """A kind of organisation; `level` is where it stands in the tree."""

    level: str


@dataclass(frozen=True, slots=True)
class Role(Named):
    """A role; the attributes are explained at the top of `roles.yaml`."""

    level: str
    scope: str
    kinds: tuple[str, ...]
    directory: str
    head: bool
    assignable: bool


@cache
def _content() -> dict[str, list[dict[str, Any]]]:
    content: dict[str, list[dict[str, Any]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content


@cache
def kinds() -> dict[str, Kind]:
    """Kinds of organisations by id, in their order."""
    return {row["id"]: Kind(row["id"], row["ru"], row["en"], row["level"]) for row in _content()["kinds"]}


@cache
def projects() -> dict[str, Named]:
    """Projects in which schools take part, by id."""
    return {row["id"]: Named(row["id"], row["ru"], row["en"]) for row in _content()["projects"]}


@cache
def roles() -> dict[str, Role]:
    """Roles by id, in their order."""
    return {
        row["id"]: Role(
            id=row["id"],
            ru=row["ru"],
            en=row["en"],
            level=row["level"],
            scope=row["scope"],
            kinds=tuple(row["kinds"]),
            directory=row["directory"],
            head=bool(row.get("head", False)),
            assignable=bool(row.get("assignable", True)),
        )
        for row in _content()["roles"]
    }


def role_name(role: str) -> str:
    """A role's name in the reader's language; the id itself for an unknown one."""
    found = roles().get(role)
    return str(found) if found else role


def role_level(role: str) -> str:
    """`region`, `municipality` or `school`: where a bare candidate group is looked for. `region` when unknown."""
    found = roles().get(role)
    return found.level if found else "region"


def works_alone(role: str) -> bool:
    """Whether the role's holders see nothing of each other's work (roles §2, scopes A and O): a task that was given to
    one teacher is not the other teachers' to read."""
    found = roles().get(role)
    return found is not None and found.scope in ("A", "O")


def works_for_objects(role: str) -> bool:
    """Whether a role counts for assigned objects only (roles §2, scope A): its holders share nothing by the role."""
    found = roles().get(role)
    return found is not None and found.scope == "A"


def head_roles() -> frozenset[str]:
    """Ids of the roles that sign for their organisation."""
    return frozenset(role.id for role in roles().values() if role.head)
