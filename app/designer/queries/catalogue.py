"""What is deployed: processes, decisions and forms with their newest version, for the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.designer import policies
from app.designer.models import DRAFT, TEST, Draft, DraftFile
from app.engine.models import Deployment, ProcessInstance
from app.kernel.actor import Actor
from app.kernel.db import db

from .deployed import PROCESS, table_of


@dataclass(frozen=True, slots=True)
class DeployedRow:
    """The newest version of something deployed.

    Attributes:
        running: instances of all versions of a process that run now.
        drafts: keys and titles of the drafts that are changing its file.
    """

    kind: str
    id: str
    name: str
    version: int
    resource_name: str
    deployed_at: datetime
    running: int = 0
    drafts: tuple[tuple[int, str], ...] = ()


def deployed(actor: Actor, kind: str, q: str = "") -> list[DeployedRow]:
    """The newest versions of one kind, by name.

    Args:
        kind: `process`, `decision` or `form`.
        q: part of the name or id.
    """
    policies.demand_reading(actor)
    running = _running() if kind == PROCESS else {}
    drafts = _drafts()
    rows = [
        DeployedRow(
            kind=kind,
            id=row.id,
            name=row.name or row.id,
            version=row.version,
            resource_name=row.resource_name,
            deployed_at=row.deployed_at,
            running=running.get(row.id, 0),
            drafts=tuple(drafts.get(row.resource_name.rpartition("/")[2], ())),
        )
        for row in newest(kind)
    ]
    wanted = q.casefold()
    found = [row for row in rows if wanted in row.name.casefold() or wanted in row.id.casefold()]
    return sorted(found, key=lambda row: (row.name.casefold(), row.id))


def newest(kind: str, *, with_text: bool = False) -> Sequence[Any]:
    """Rows `id name version resource_name deployed_at` (and `text`, the file) of the newest versions of one kind."""
    table, own, label, text = table_of(kind)
    columns = [own.label("id"), label.label("name"), table.version, table.resource_name, Deployment.deployed_at]
    query = select(*columns, *([text.label("text")] if with_text else []))
    query = query.outerjoin(Deployment, Deployment.key == table.deployment_key)
    return db.session.execute(query.ext(distinct_on(own)).order_by(own, table.version.desc())).all()


def _running() -> dict[str, int]:
    active = ProcessInstance.status == "active"
    query = select(ProcessInstance.process_id, func.count()).where(active).group_by(ProcessInstance.process_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _drafts() -> dict[str, list[tuple[int, str]]]:
    """Drafts that are worked on, by the names of their files."""
    query = (
        select(DraftFile.name, Draft.key, Draft.title)
        .join(Draft, Draft.key == DraftFile.draft_key)
        .where(DraftFile.removed_at.is_(None), Draft.stage.in_((DRAFT, TEST)))
        .order_by(Draft.changed_at.desc())
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for name, key, title in db.session.execute(query):
        found.setdefault(name, []).append((key, title))
    return found
