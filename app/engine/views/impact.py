"""What stands on a definition: its versions, what runs on them, and what a new one touches. Numbers, never persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a process, decision, form or document template.

    Attributes:
        kind: `process`, `decision`, `form` or `template`.
        deployed_by: login.
        running, ended: instances of a process that stand on it; 0 for other kinds.
    """

    kind: str
    id: str
    key: int
    version: int
    version_tag: str | None
    name: str
    resource_name: str
    deployment_key: int
    deployed_at: datetime
    deployed_by: str
    running: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What instances of one version wait for at one element.

    Attributes:
        kind: `task` (of a person), `timer`, `message` or `job`.
        overdue: tasks whose deadline has passed.
        next_due: the next deadline or moment, None when there is none.
    """

    version: int
    element_id: str
    kind: str
    count: int
    overdue: int
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """Whose lists hold open tasks of a process: a role, in how many organisations. Never who."""

    role: str | None
    tasks: int
    organisations: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Dependent:
    """A deployed process that is bound to what changes and is deployed again with it."""

    process_id: str
    name: str
    version: int
