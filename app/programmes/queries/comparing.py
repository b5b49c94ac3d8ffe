"""Two years of one cycle side by side: which measures are new, which went, how each ended."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.actor import Actor

from ..models import Measure, SupportProgramme
from .measures import measures_of
from .programmes import roadmap_of


@dataclass(frozen=True, slots=True)
class Pair:
    """A measure of the first year, of the second, or of both (matched by key within the programme, then by title)."""

    first: Measure | None
    second: Measure | None


def compare(actor: Actor, first: SupportProgramme, second: SupportProgramme) -> list[Pair]:
    """Pairs in the order of the second year; what is left out there follows. Both are in scope."""
    before, after = _rows(first), _rows(second)
    by_carried = {row.row_key: row for row in before}
    by_title = {row.title: row for row in before}
    found, used = [], set()
    for row in after:
        old = by_carried.get(row.carried_from or "") or by_title.get(row.title)
        if old is not None:
            used.add(old.key)
        found.append(Pair(old, row))
    return found + [Pair(row, None) for row in before if row.key not in used]


def _rows(programme: SupportProgramme) -> list[Measure]:
    roadmap = roadmap_of(programme.key)
    return [] if roadmap is None else list(measures_of(roadmap.key))
