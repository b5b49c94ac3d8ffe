"""Which rows a repeating part has, and where each row's values come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.forms.definition import Component
from app.forms.values import MISSING

MAX_ROWS = 200
"""Rows of a list that names no `maxRows`."""
HARD_MAX_ROWS = 1000
IDENTITY = "_row"
"""Name of a row's hidden input."""


@dataclass(frozen=True, slots=True)
class Seed:
    """What one row is made of.

    Attributes:
        identity: carried by the page and given back, so that the row finds its server values again.
        forced: values that nobody may change; server: values from the process; entered: from the person.
    """

    identity: str
    forced: Mapping[str, Any] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)
    entered: Mapping[str, Any] = field(default_factory=dict)


def seeds_for(
    component: Component, slots: Mapping[str, Any], server: Any, entered: Any, *, readonly: bool
) -> tuple[bool, list[Seed]]:
    """The rows of a list.

    Args:
        server: rows of the process (earlier submission, variable, prefill); anything but a list counts as none.
        entered: rows as entered, `MISSING` when nothing was.

    Returns:
        Whether the rows are fixed (none may be added or removed), and the rows.
    """
    known = _rows(server)
    typed = _rows(entered) if entered is not MISSING else None
    if readonly:
        return True, [Seed(str(index), server=row, entered=row) for index, row in enumerate(known)]
    if "rows" in component.expressions:
        return True, _computed(component, _rows(slots.get("rows")), known, typed or [])
    if component.spec.get("allowAddRemove") is False:
        return True, _fixed(known or [{}] * _repetitions(component, 1), typed or [])
    if typed is not None:
        return False, _free(known, typed)
    rows = known or [{}] * _repetitions(component, 1)
    return False, [Seed(str(index) if known else "", server=row) for index, row in enumerate(rows)]


def row_key(component: Component, seeds: Sequence[Mapping[str, Any]]) -> str:
    """The key that tells computed rows apart."""
    return component.properties.get("rowKey") or next((key for seed in seeds for key in seed), "")


def _computed(
    component: Component,
    seeds: Sequence[Mapping[str, Any]],
    known: Sequence[Mapping[str, Any]],
    typed: Sequence[Mapping[str, Any]],
) -> list[Seed]:
    """Rows that follow other fields: each finds its entries by the value of its key."""
    key = row_key(component, seeds)
    by_entry = {str(row.get(IDENTITY, row.get(key))): row for row in reversed(typed)}
    by_server = {str(row.get(key)): row for row in reversed(known)}
    found = []
    for seed in seeds:
        identity = str(seed.get(key))
        found.append(Seed(identity, seed, by_server.get(identity, {}), by_entry.get(identity, {})))
    return found


def _fixed(known: Sequence[Mapping[str, Any]], typed: Sequence[Mapping[str, Any]]) -> list[Seed]:
    """The process's rows, each with the entries that carry its number (or stand in its place)."""
    entries = {str(row.get(IDENTITY, index)): row for index, row in reversed(list(enumerate(typed)))}
    return [Seed(str(index), server=row, entered=entries.get(str(index), {})) for index, row in enumerate(known)]


def _free(known: Sequence[Mapping[str, Any]], typed: Sequence[Mapping[str, Any]]) -> list[Seed]:
    """The rows as entered; one that came from the process finds its values by number, each number once."""
    left = {str(index): row for index, row in enumerate(known)}
    found = []
    for row in typed:
        identity = str(row.get(IDENTITY, ""))
        server = left.pop(identity, None)
        found.append(Seed(identity if server is not None else "", server=server or {}, entered=row))
    return found


def _repetitions(component: Component, default: int) -> int:
    count = component.spec.get("defaultRepetitions", default)
    return count if isinstance(count, int) and 0 <= count <= MAX_ROWS else default


def _rows(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [row if isinstance(row, Mapping) else {} for row in value[:HARD_MAX_ROWS]]
