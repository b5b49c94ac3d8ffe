"""A municipal measure that follows a regional one takes its facts without double entry (LEB-13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.engine import operations as engine
from app.kernel.actor import PLATFORM
from app.kernel.db import db

from ..models import Measure, MeasureFact, Occurrence
from ..models.measures import DONE, OVER, PARTLY
from ..rules import periods

KEPT = timedelta(days=400)


def tell_followers(found: Occurrence, fact: MeasureFact) -> int:
    """Hand an accepted fact on to the measures that follow: those whose people took part, in the same month.

    Returns:
        How many were told.
    """
    if found.status not in (DONE, PARTLY):
        return 0
    query = select(Occurrence).join(Measure).where(Measure.follows == found.measure.row_key)
    told = 0
    for each in db.session.scalars(query):
        own = own_participants(each, fact.participants)
        if each.status in OVER or not _same_time(each, found) or not own:
            continue
        result = {
            "process": "",
            "instance": None if fact.instance_key is None else str(fact.instance_key),
            "title": found.measure.title,
            "result": found.status,
            "ended_at": fact.at.isoformat(),
            "documents": fact.evidence,
            "values": fact.values,
            "participants": own,
            "follows": found.ref,
        }
        engine.publish_message(
            PLATFORM, "measure.result", each.ref, {"measure_result": result}, ttl=KEPT, internal=True
        )
        told += 1
    return told


def own_participants(follower: Occurrence, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Those of the participants that belong to the follower's place."""
    place = follower.measure.roadmap.programme.organisation
    return [dict(row) for row in rows if place in (row.get("municipality"), row.get("organisation"))]


def _same_time(follower: Occurrence, found: Occurrence) -> bool:
    first = found.planned_on.replace(day=1)
    return follower.opens_on <= periods.last_day(found.due_on) and follower.due_on >= first
