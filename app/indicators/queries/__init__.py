"""Questions to indicators; each takes the actor first and answers within the actor's scope."""

from __future__ import annotations

from .definitions import indicator, indicators, versions
from .frozen import snapshot, snapshots
from .lists import Entry, Part, entries, parts
from .values import Line, beginnings, board, compute, history, line, of_places, value_of

__all__ = [
    "Entry",
    "Line",
    "Part",
    "beginnings",
    "board",
    "compute",
    "entries",
    "history",
    "indicator",
    "indicators",
    "line",
    "of_places",
    "parts",
    "snapshot",
    "snapshots",
    "value_of",
    "versions",
]
