"""Low-quality zones: subject × school with counts, within the reader's scope (roles.md §3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.documents import queries as documents
from app.documents.models import Record
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

from .. import policies

ZONE = "low_quality_zone"


@dataclass(slots=True)
class SchoolRow:
    """One school of the table: by subject, how many procedures show a zone; 0 where results are good."""

    code: str
    name: str
    municipality: str
    by_subject: dict[str, int] = field(default_factory=dict)

    @property
    def low(self) -> int:
        """All zones of the school."""
        return sum(self.by_subject.values())


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table: subjects as columns, schools as rows, the weakest first."""

    years: Sequence[int]
    year: int | None
    subjects: Sequence[str]
    rows: Sequence[SchoolRow]

    def total(self, subject: str) -> int:
        """Zones of a subject in all schools."""
        return sum(row.by_subject.get(subject, 0) for row in self.rows)


def table(actor: Actor, year: int | None = None) -> Table:
    """The zones that the actor may see, of one year (the latest when None).

    Raises:
        NotFound: there is no such page for the actor.
    """
    demand_sight(actor)
    found = [row.data | {"school": row.organisation} for row in db.session.scalars(documents.records(actor, ZONE))]
    years = sorted({int(row["year"]) for row in found}, reverse=True)
    chosen = year if year in years else next(iter(years), None)
    rows = [row for row in found if row["year"] == chosen]
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        of_school = counts[str(row["school"])]
        of_school[row["subject"]] = of_school.get(row["subject"], 0) + (row.get("low_zone") is True)
    schools = [_school(code, by_subject) for code, by_subject in counts.items()]
    schools.sort(key=lambda each: (-each.low, each.municipality, each.name))
    return Table(years, chosen, sorted({str(row["subject"]) for row in rows}), schools)


def _school(code: str, by_subject: dict[str, int]) -> SchoolRow:
    try:
        name, municipality = people.organisation(code).short_name, people.municipality_of(code) or ""
    except NotFound:
        name, municipality = code, ""
    return SchoolRow(code, name, municipality, by_subject)


def zones_of(actor: Actor, school: str, year: int) -> list[dict[str, Any]]:
    """The records of one school and year, those with a zone first.

    Raises:
        NotFound: none that the actor may see.
    """
    demand_sight(actor)
    rows = db.session.scalars(documents.records(actor, ZONE, organisation=school).where(Record.organisation == school))
    found = [{**row.data, "id": row.id, "title": row.title} for row in rows if row.data.get("year") == year]
    if not found:
        raise NotFound()
    return sorted(found, key=lambda row: (row.get("low_zone") is not True, row["subject"], row["procedure"]))


def demand_sight(actor: Actor) -> None:
    """Refuse whom the page does not exist for.

    Raises:
        NotFound: the actor sees no results of schools.
    """
    if not policies.may_see_quality(actor):
        raise NotFound()
