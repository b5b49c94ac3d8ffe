"""Places by measures: what is done, under way, late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people.models import Organisation
from app.programmes.models import Measure, Roadmap, SupportProgramme

from .. import policies
from ..rules import NOTHING, Cell
from .periods import Period
from .statements import CELLS, OCCURRENCES

_NOTHING = Cell()
_BELOW = {"region": (2, "municipality"), "municipality": (3, "school"), "school": (3, "school")}
"""Kind of programme → the rows of its cockpit: step in the path of organisations, and level."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row: a municipality or a school; the programme's own organisation for what concerns all."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """The cockpit's table.

    Attributes:
        places: rows in the order of their names, the programme's own organisation first.
        measures: columns in the order of the roadmap.
    """

    places: Sequence[Place]
    measures: Sequence[Measure]
    cells: dict[tuple[str, str], Cell]

    def at(self, place: str, row_key: str) -> Cell:
        """The cell of a place and a measure."""
        return self.cells.get((place, row_key), _NOTHING)

    def row(self, place: str) -> Cell:
        """Everything at a place."""
        total = Cell()
        for measure in self.measures:
            total.add(self.at(place, measure.row_key))
        return total

    def column(self, row_key: str) -> Cell:
        """Everything for a measure."""
        total = Cell()
        for place in self.places:
            total.add(self.at(place.code, row_key))
        return total

    @property
    def empty(self) -> bool:
        """Whether nothing has begun anywhere."""
        return all(cell.state == NOTHING for cell in self.cells.values())


def matrix(actor: Actor, programme: SupportProgramme, roadmap: Roadmap, period: Period, section: str = "") -> Matrix:
    """The table of a programme in a period, five statements whatever its size.

    Args:
        programme: one that the actor may see.
        section: number of a section of the roadmap; empty: all.
    """
    query = select(Measure).where(Measure.roadmap_key == roadmap.key).order_by(Measure.position)
    if section:
        query = query.where(Measure.section == section)
    found = _places(actor, programme)
    return Matrix(found, db.session.scalars(query).all(), _cells(programme, roadmap, period, {p.code for p in found}))


def _places(actor: Actor, programme: SupportProgramme) -> list[Place]:
    depth, level = _BELOW[programme.kind]
    below = (
        select(Organisation.code, Organisation.short_name)
        .where(
            Organisation.path.contains([programme.organisation]),
            Organisation.code == Organisation.path[depth],
            Organisation.level == level,
            Organisation.active,
        )
        .order_by(Organisation.short_name)
    )
    within = policies.places(actor)
    if within is not None:
        below = below.where(Organisation.path.overlap(sorted(within)))
    rows = [Place(code, name) for code, name in db.session.execute(below)]
    if within is not None and programme.organisation not in within:
        return rows
    own = db.session.get_one(Organisation, programme.organisation)
    return [Place(own.code, own.short_name), *(row for row in rows if row.code != own.code)]


def _cells(
    programme: SupportProgramme, roadmap: Roadmap, period: Period, seen: set[str]
) -> dict[tuple[str, str], Cell]:
    depth, level = _BELOW[programme.kind]
    given = {
        "roadmap": roadmap.key,
        "since": period.since,
        "until": period.until,
        "now": clock.now(),
        "today": clock.today(),
        "measure": None,
        "own": False,
        "top": programme.organisation,
        "depth": depth,
        "level": level,
    }
    found: dict[tuple[str, str], Cell] = {}
    # A plan for any parameters, which the server makes of a statement repeated ten times, is eight times slower here.
    db.session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    for statement in (CELLS, OCCURRENCES):
        for row in db.session.execute(text(statement), given).mappings():
            facts = dict(row)
            key = (facts.pop("place"), facts.pop("row_key"))
            if key[0] in seen:
                found.setdefault(key, Cell()).add(Cell(**facts))
    return found
