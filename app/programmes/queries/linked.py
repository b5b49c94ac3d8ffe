"""Which rows of roadmaps name which process: what they start on their days."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.kernel.db import db

from ..models import Measure, Roadmap
from ..models.measures import OVER
from ..models.roadmaps import CLOSED


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A row of a roadmap that names a process: its number and title, and of which roadmap."""

    process: str
    number: str
    title: str
    roadmap: str


def rows() -> list[LinkedRow]:
    """The rows of all roadmaps in force that name a process and are not over. Plans, no persons: whoever reads models
    may know them."""
    query = (
        select(Measure.process, Measure.number, Measure.title, Roadmap.title)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .where(Measure.process != "", Roadmap.state != CLOSED, Measure.state.not_in(OVER))
        .order_by(Roadmap.title, Measure.roadmap_key, Measure.position)
    )
    return [LinkedRow(*row) for row in db.session.execute(query)]
