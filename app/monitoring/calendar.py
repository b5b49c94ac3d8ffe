"""When stages are held: the programmes stand above the monitoring and name their stage calendars as a source.

    @calendar.source
    def stage_days(process: str, organisation: str, year: int, number: int) -> Days | None:
        ...

Without a calendar a stage is held in the months of LIP §1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.indicators.queries import values
from app.kernel.actor import PLATFORM

Days = tuple[date, date]
Source = Callable[[str, str, int, int], Days | None]
_sources: list[Source] = []


def source(found: Source) -> Source:
    """Register where stage calendars are kept."""
    _sources.append(found)
    return found


def stage_days(process: str, organisation: str | None, year: int, number: int | None) -> Days | None:
    """First and last day of a stage as the programme in force at a place plans it.

    Args:
        process: id of the process that is held in stages.
        organisation: None for what the clock began: it is held by the whole region.
        number: of the stage in its year, 1 …; None for what is held apart from the stages.
    """
    if number is None:
        return None
    place = organisation or values.home(PLATFORM)
    found = (each(process, place, year, number) for each in _sources)
    return next((days for days in found if days is not None), None)
