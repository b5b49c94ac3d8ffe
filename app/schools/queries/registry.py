"""The register: which schools an actor sees, with their groups and context, and totals that count a school once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Organisation

from .. import policies
from ..models import SchoolContext
from .membership import GroupView, groups_of, in_groups

CITY, RURAL = "городской округ", "сельская местность"
LOCATIONS = (CITY, RURAL)


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school of the register."""

    code: str
    name: str
    short_name: str
    municipality: str
    municipality_name: str
    location: str | None
    students: int | None
    groups: Sequence[GroupView]


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of schools of the register, each school once."""

    schools: int
    rural: int
    city: int

    @property
    def unknown(self) -> int:
        """Schools whose location nobody has said yet."""
        return self.schools - self.rural - self.city

    def pct(self, part: int) -> Decimal | None:
        """Percentage of all schools, unrounded; None without schools."""
        return Decimal(100 * part) / Decimal(self.schools) if self.schools else None


def is_latest() -> ColumnElement[bool]:
    """Condition on `SchoolContext`: the newest data of its school."""
    other = aliased(SchoolContext)
    newest = select(func.max(other.year)).where(other.school == SchoolContext.school, other.current)
    return SchoolContext.current & (SchoolContext.year == newest.scalar_subquery())


def school_select(
    actor: Actor,
    *,
    q: str = "",
    municipality: str = "",
    group: str = "",
    location: str = "",
    on: date | None = None,
    closed: bool = False,
) -> Select[Any]:
    """Schools in the actor's scope with their newest context, as a statement to page through.

    Args:
        q: part of name, short name or code.
        municipality: code.
        group: code of a group, or several joined by `,` (in any of them).
        location: one of `LOCATIONS`.
        on: day of the groups, today when None.
        closed: schools that were closed too.

    Raises:
        NotFound: the register does not exist for the actor.
    """
    policies.demand_sight(actor)
    query = (
        select(Organisation, SchoolContext)
        .outerjoin(SchoolContext, (SchoolContext.school == Organisation.code) & is_latest())
        .where(Organisation.level == "school", policies.schools_in_scope(actor))
        .order_by(Organisation.short_name, Organisation.code)
    )
    if not closed:
        query = query.where(Organisation.active)
    if q:
        columns = (Organisation.name, Organisation.short_name, Organisation.code)
        query = query.where(func.concat_ws(" ", *columns).icontains(q, autoescape=True))
    if municipality:
        query = query.where(Organisation.path.contains([municipality]))
    if group:
        query = query.where(in_groups([code for code in group.split(",") if code], on))
    if location:
        query = query.where(SchoolContext.territorial_status == location)
    return cast("Select[Any]", query)


def totals(statement: Select[Any]) -> Totals:
    """Counts of a statement of `school_select`."""
    rows = statement.order_by(None).subquery()
    status = rows.c.territorial_status
    found = db.session.execute(
        select(
            func.count(rows.c.code.distinct()),
            func.count(rows.c.code.distinct()).filter(status == RURAL),
            func.count(rows.c.code.distinct()).filter(status == CITY),
        )
    ).one()
    return Totals(*(int(count) for count in found))


def school_rows(found: Sequence[tuple[Organisation, SchoolContext | None]], on: date | None = None) -> list[SchoolRow]:
    """Rows of a page with the schools' groups."""
    groups = groups_of([school.code for school, _context in found], on)
    return [
        SchoolRow(
            code=school.code,
            name=school.name,
            short_name=school.short_name,
            municipality=(place := _municipality(school)),
            municipality_name=name_of(place) if place else "",
            location=context.territorial_status if context else None,
            students=context.students_total if context else None,
            groups=groups.get(school.code, []),
        )
        for school, context in found
    ]


def demand_school(actor: Actor, code: str) -> Organisation:
    """A school in the actor's scope; closed ones too, their history stays.

    Raises:
        NotFound: no such school, or not for the actor.
    """
    query = select(Organisation).where(
        Organisation.code == code, Organisation.level == "school", policies.schools_in_scope(actor)
    )
    found = db.session.scalar(query) if policies.may_see_schools(actor) else None
    if found is None:
        raise NotFound()
    return found


def codes_in_scope(actor: Actor, codes: Collection[str]) -> frozenset[str]:
    """Which of these schools the actor sees with their context, results and index."""
    query = select(Organisation.code).where(Organisation.code.in_(codes), policies.schools_in_scope(actor))
    return frozenset(db.session.scalars(query))


def municipalities(actor: Actor) -> list[tuple[str, str]]:
    """Municipalities of the schools in the actor's scope, code and name, by name."""
    query = (
        select(Organisation.path[2])
        .distinct()
        .where(Organisation.level == "school", Organisation.active, policies.schools_in_scope(actor))
    )
    codes = [code for code in db.session.scalars(query) if code]
    return sorted(((code, name_of(code)) for code in codes), key=lambda each: each[1])


def name_of(code: str | None) -> str:
    """Short name of an organisation; the code itself when there is none."""
    if not code:
        return ""
    try:
        return people.organisation(code).short_name
    except NotFound:
        return code


def municipality_name(school: str) -> str:
    """Short name of the municipality of a school."""
    return name_of(people.municipality_of(school))


def _municipality(school: Organisation) -> str:
    return school.path[1] if len(school.path) > 2 else ""
