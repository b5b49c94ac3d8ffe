"""Hit policies: which of the matching rules count, and what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from app.engine.decisions.errors import DecisionError
from app.engine.decisions.model import Table

Row = dict[str, Any]


def apply_policy(name: str, table: Table, rows: list[Row]) -> tuple[Any, list[Row]]:
    """The value of a table and the rules that count.

    Args:
        name: the decision, for messages.
        rows: the matching rules with their "outputs", in the order of the table.
    Returns:
        one output's value, or a context of several; a list for R, O and C; null (an empty list for R, O and C,
        0 for COUNT) when nothing matches.
    Raises:
        DecisionError: several rules match a UNIQUE table, or differ in an ANY table, or cannot be aggregated.
    """
    policy = table.policy
    if policy == "U" and len(rows) > 1:
        numbers = ", ".join(str(row["index"]) for row in rows)
        raise DecisionError(f"{name}: only one rule may match (UNIQUE), but these do: {numbers}")
    if policy == "A" and any(row["outputs"] != rows[0]["outputs"] for row in rows):
        numbers = ", ".join(str(row["index"]) for row in rows)
        raise DecisionError(f"{name}: rules that match must agree (ANY), but these differ: {numbers}")
    if policy in ("P", "O"):
        rows = sorted(rows, key=lambda row: _rank(table, row))
    if policy in ("U", "A", "F", "P"):
        rows = rows[:1]
        return (_value(table, rows[0]) if rows else None), rows
    values = [_value(table, row) for row in rows]
    if policy == "C" and table.aggregation:
        return _aggregate(name, table.aggregation, values), rows
    return values, rows


def _value(table: Table, row: Row) -> Any:
    """One output, or a context of several."""
    if len(table.outputs) == 1:
        return row["outputs"][0]
    return {str(output.name): value for output, value in zip(table.outputs, row["outputs"], strict=True)}


def _rank(table: Table, row: Row) -> tuple[int, ...]:
    """Where a row's outputs stand in the lists of output values; unlisted ones come last."""
    ranks = []
    for output, value in zip(table.outputs, row["outputs"], strict=True):
        text = json.dumps(value, ensure_ascii=False)
        ranks.append(output.values.index(text) if text in output.values else len(output.values))
    return tuple(ranks)


def _aggregate(name: str, aggregation: str, values: list[Any]) -> Any:
    if aggregation == "COUNT":
        return len(values)
    if not values:
        return None
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        raise DecisionError(f"{name}: {aggregation} needs numbers, got {values!r}"[:300])
    functions: dict[str, Callable[[list[Any]], Any]] = {"SUM": sum, "MIN": min, "MAX": max}
    return functions[aggregation](values)
