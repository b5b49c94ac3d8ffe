"""The tasks behind a cell, and who is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from app.engine import policies as engine_policies
from app.engine.models import ProcessInstance
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.programmes.models import Roadmap

from .. import policies
from .periods import Period
from .statements import WORKS


@dataclass(frozen=True, slots=True)
class Work:
    """A task of a process that runs for a measure.

    Attributes:
        name: of the task, for its performer; others are told only what is `readable`.
        about: title of its process; empty unless `readable`.
        row_key: the measure.
        place: code of the organisation that it belongs to.
        who: login of who holds or did it; empty: everybody of `role`, or not told.
        inbox: logins and groups in whose list it stands (`user:` before logins).
        readable: the actor may open its process.
    """

    key: int
    name: str
    about: str
    row_key: str
    place: str
    state: str
    late: bool
    due_at: datetime | None
    ended_at: datetime | None
    who: str
    role: str
    inbox: Sequence[str]
    instance_key: int
    process_id: str
    element_id: str
    readable: bool = False


def works_at(
    actor: Actor,
    roadmap: Roadmap,
    period: Period,
    *,
    measure: str | None = None,
    place: str | None = None,
    only_late: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Work], int]:
    """Tasks at the places that the actor looks at, late ones first.

    Args:
        measure: `row_key`; None: of all measures.
        place: code; only there and below.

    Returns:
        One page, and how many there are in all.
    """
    within = policies.places(actor)
    given = {
        "roadmap": roadmap.key,
        "since": period.since,
        "until": period.until,
        "now": clock.now(),
        "measure": measure,
        "own": True,
        "within": _both(within, place),
        "only_late": only_late,
        "limit": limit,
        "offset": offset,
    }
    rows = db.session.execute(text(WORKS), given).mappings().all()
    seen = _readable(actor, {row["instance_key"] for row in rows})
    return [_work(dict(row), seen) for row in rows], rows[0]["total"] if rows else 0


def waited_for(actor: Actor, roadmap: Roadmap, period: Period, *, limit: int = 20) -> tuple[list[Work], int]:
    """What is late and who is waited for, the longest first."""
    return works_at(actor, roadmap, period, only_late=True, limit=limit)


def _both(within: frozenset[str] | None, place: str | None) -> list[str] | None:
    """The place, when the actor looks there: a place above one's own shows one's own part of it."""
    if place is None:
        return None if within is None else sorted(within)
    if within is None:
        return [place]
    from app.people import queries as people

    path = people.organisation_path(place)
    if within & set(path):
        return [place]
    return sorted(code for code in within if place in people.organisation_path(code))


def _readable(actor: Actor, keys: set[int]) -> set[int]:
    query = select(ProcessInstance.key).where(ProcessInstance.key.in_(keys), engine_policies.visible(actor))
    return set(db.session.scalars(query)) if keys else set()


def _work(row: dict[str, Any], seen: set[int]) -> Work:
    """A task that counts; of a process that the reader may not open neither what nor who is told."""
    readable = row["instance_key"] in seen
    return Work(
        key=row["key"],
        name=row["name"],
        about=row["title"] or "" if readable else "",
        row_key=row["row_key"],
        place=row["place"],
        state=row["state"],
        late=row["late"],
        due_at=row["due_at"],
        ended_at=row["ended_at"],
        who=row["completed_by"] or row["assignee"] or "" if readable else "",
        role=row["role"] or "",
        inbox=row["inbox"],
        instance_key=row["instance_key"],
        process_id=row["process_id"],
        element_id=row["element_id"],
        readable=readable,
    )
