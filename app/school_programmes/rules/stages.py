"""Figures of a stage report: shares of measures done and of indicators that reached the plan of the stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .words import DONE

Row = Mapping[str, Any]


def measures_done(rows: Iterable[Row]) -> Decimal:
    """Percentage of measures that are done, unrounded; 100 when there are none."""
    return _share([row.get("state") == DONE for row in rows])


def indicators_reached(rows: Iterable[Row]) -> Decimal:
    """Percentage of indicators whose fact reached the plan of the stage, unrounded; 100 when there are none."""
    return _share([reached(row) for row in rows])


def reached(row: Row) -> bool:
    """Whether a fact reached its plan; where the plan is below the initial value, less is better."""
    fact, plan, initial = row.get("fact"), row.get("plan"), row.get("initial")
    if fact is None or plan is None:
        return False
    if initial is not None and Decimal(str(plan)) < Decimal(str(initial)):
        return Decimal(str(fact)) <= Decimal(str(plan))
    return Decimal(str(fact)) >= Decimal(str(plan))


def _share(marks: list[bool]) -> Decimal:
    return Decimal(100 * sum(marks)) / len(marks) if marks else Decimal(100)
