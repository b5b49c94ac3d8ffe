"""Which planned activity of a post-course support a closed event fulfils."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

Activity = Mapping[str, Any]
"""`{number, kind, competence, title, until}`, as the plan holds it."""


def fulfilled(plan: Sequence[Activity], attended: Sequence[Activity], event: Mapping[str, Any]) -> Activity | None:
    """The planned activity of the event's form (and title, where it is the same) that is nearest in time.

    Args:
        plan: all activities.
        attended: those that came back already, by their `number`.
        event: `{kind, title, held_on}`.

    Returns:
        None where the plan holds no open activity of that form: the attendance counts, unplanned.
    """
    done = {row.get("number") for row in attended}
    kind, title = event.get("kind"), _plain(event.get("title"))
    fitting = [row for row in plan if row.get("number") not in done and row.get("kind") == kind]
    held = _day(event.get("held_on"))
    return min(fitting, key=lambda row: (_plain(row.get("title")) != title, _far(row, held)), default=None)


def _far(row: Activity, held: date | None) -> int:
    until = _day(row.get("until"))
    return abs((until - held).days) if until is not None and held is not None else 0


def _plain(value: object) -> str:
    return " ".join(str(value or "").lower().split())


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
