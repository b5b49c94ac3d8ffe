"""Plan and fact over time: occurrences that were to be over by the end of a month, and that were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from app.kernel import clock
from app.kernel.db import db
from app.programmes.models import Roadmap, SupportProgramme

from ..rules import cumulated
from .periods import month_title, months_of

_COUNTS = text("""
SELECT CAST(date_trunc('month', o.planned_on + (o.due_on - o.opens_on)) AS date) AS planned,
    CAST(date_trunc('month', CASE WHEN o.status IN ('done', 'partly') THEN coalesce(o.fact_on, o.due_on) END) AS date)
        AS done,
    count(*) AS number
FROM occurrence o JOIN measure m ON m.key = o.measure_key
WHERE m.roadmap_key = :roadmap AND o.status <> 'cancelled'
GROUP BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class Month:
    """Totals at the end of a month; `done` is None for months that have not begun."""

    title: str
    planned: int
    done: int | None


def pace(programme: SupportProgramme, roadmap: Roadmap) -> list[Month]:
    """Plan by the months as they were planned first, fact by the months in which it was done (moves show as a gap)."""
    months = months_of(programme)
    planned, done = dict.fromkeys(months, 0), dict.fromkeys(months, 0)
    for row in db.session.execute(_COUNTS, {"roadmap": roadmap.key}):
        planned[_inside(row.planned, months)] += row.number
        if row.done is not None:
            done[_inside(row.done, months)] += row.number
    today = clock.today()
    plan, fact = cumulated(list(planned.values())), cumulated(list(done.values()))
    return [Month(month_title(first), plan[n], fact[n] if first <= today else None) for n, first in enumerate(months)]


def _inside(month: date, months: list[date]) -> date:
    """The month, or the nearest one of the programme."""
    return min(max(month, months[0]), months[-1])
