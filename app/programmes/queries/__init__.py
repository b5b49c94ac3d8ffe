"""What pages, service tasks and higher features (the cockpit) read of programmes."""

from . import analyses, closings, measures
from .bodies import bodies, bodies_of, body
from .calendars import calendar_of, calendars, stage_days
from .carrying import unfinished, year_before
from .measures import (
    MeasureRow,
    active_measures,
    facts_of,
    judged,
    measure,
    measure_rows,
    occurrences_between,
    progress,
    versions,
)
from .programmes import (
    children,
    in_force,
    programme,
    programme_by_key,
    programmes,
    published,
    roadmap_of,
    unplanned,
)

__all__ = [
    "MeasureRow",
    "active_measures",
    "analyses",
    "bodies",
    "bodies_of",
    "body",
    "calendar_of",
    "calendars",
    "children",
    "closings",
    "facts_of",
    "in_force",
    "judged",
    "measure",
    "measure_rows",
    "measures",
    "occurrences_between",
    "programme",
    "programme_by_key",
    "programmes",
    "progress",
    "published",
    "roadmap_of",
    "stage_days",
    "unfinished",
    "unplanned",
    "versions",
    "year_before",
]
