"""Stages of a calendar: from months to days, kept on working days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .periods import last_working_day


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: `number` 1…, title, first and last day."""

    number: int
    title: str
    starts_on: date
    ends_on: date

    @property
    def month(self) -> int:
        """The month that names it."""
        return self.starts_on.month


def of_months(year: int, months: Iterable[tuple[str, int]], works: Callable[[date], bool]) -> list[Stage]:
    """Stages that take a month each: `[("I этап", 4), …]`, from its first to its last working day."""
    found = []
    for number, (title, month) in enumerate(months, 1):
        first = date(year, month, 1)
        found.append(Stage(number, title, first_working_day(first, works), last_working_day(first, works)))
    return found


def first_working_day(day: date, works: Callable[[date], bool]) -> date:
    """The day itself when it is worked, else the next one that is."""
    for _ in range(31):
        if works(day):
            return day
        day += timedelta(days=1)
    return day


def variables(stages: Iterable[Stage]) -> dict[str, Any]:
    """What process variables of running instances say about the stages: `stage_1_from`, `stage_1_to`, …"""
    found: dict[str, Any] = {}
    for stage in stages:
        found[f"stage_{stage.number}_from"] = stage.starts_on.isoformat()
        found[f"stage_{stage.number}_to"] = stage.ends_on.isoformat()
    return found


def shifts(before: Iterable[Stage], after: Iterable[Stage]) -> Mapping[date, date]:
    """Days that a change of stages moves: old first and last days to the new ones."""
    new = {stage.number: stage for stage in after}
    found: dict[date, date] = {}
    for old in before:
        if old.number in new:
            found[old.starts_on], found[old.ends_on] = new[old.number].starts_on, new[old.number].ends_on
    return {old: now for old, now in found.items() if old != now}
