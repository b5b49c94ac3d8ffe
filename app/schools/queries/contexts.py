"""Context data of schools by year, with their shares."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.people.models import Organisation

from ..models import SchoolContext
from ..rules import shares
from . import registry

_C = SchoolContext


@dataclass(frozen=True, slots=True)
class ContextView:
    """Context data of one year with the shares for people."""

    context: SchoolContext
    shares: dict[str, str]
    versions: int


def shares_of(context: SchoolContext) -> shares.Shares:
    """The four shares of a version, unrounded percentages."""
    figures = {name: getattr(context, name) for name in ("students_total", *shares.PARTS.values())}
    return shares.shares_of(figures)


def of_school(actor: Actor, school: str) -> list[ContextView]:
    """Current data of every year of a school, the latest first.

    Raises:
        NotFound: no such school in the actor's scope.
    """
    registry.demand_school(actor, school)
    rows = db.session.scalars(select(_C).where(_C.school == school, _C.current).order_by(_C.year.desc()))
    return [_view(row) for row in rows]


def current(schools: Collection[str], year: str) -> dict[str, SchoolContext]:
    """For processes: current data of a school year by school."""
    query = select(_C).where(_C.school.in_(list(schools)), _C.year == year, _C.current)
    return {row.school: row for row in db.session.scalars(query)}


def latest(school: str, before: str | None = None) -> SchoolContext | None:
    """For processes: the newest data of a school, of years before `before` only."""
    query = select(_C).where(_C.school == school, _C.current)
    if before:
        query = query.where(_C.year < before)
    return db.session.scalars(query.order_by(_C.year.desc()).limit(1)).first()


def of_region(region: str, year: str) -> list[SchoolContext]:
    """For processes: current data of all schools below an organisation."""
    query = (
        select(_C)
        .join(Organisation, Organisation.code == _C.school)
        .where(_C.year == year, _C.current, Organisation.path.contains([region]), Organisation.active)
    )
    return list(db.session.scalars(query))


def _view(row: SchoolContext) -> ContextView:
    return ContextView(row, {name: shares.shown(value) for name, value in shares_of(row).items()}, row.version)
