"""Calculations of the index and the proposed categories, with the parameters that they used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db

from ..models import IndexRun, SchoolIndex
from . import registry


@dataclass(frozen=True, slots=True)
class IndexView:
    """What one calculation found for a school."""

    run: IndexRun
    index: SchoolIndex


def of_school(actor: Actor, school: str) -> list[IndexView]:
    """All calculations of a school, the latest first.

    Raises:
        NotFound: no such school in the actor's scope.
    """
    registry.demand_school(actor, school)
    query = (
        select(IndexRun, SchoolIndex)
        .join(SchoolIndex, SchoolIndex.run_key == IndexRun.key)
        .where(SchoolIndex.school == school)
        .order_by(IndexRun.year.desc(), IndexRun.computed_at.desc(), IndexRun.number.desc())
    )
    return [IndexView(run, index) for run, index in db.session.execute(query)]


def runs(year: int, organisation: str) -> Sequence[IndexRun]:
    """All calculations of a year and place, the first first."""
    query = select(IndexRun).where(IndexRun.year == year, IndexRun.organisation == organisation)
    return db.session.scalars(query.order_by(IndexRun.number)).all()


def rows_of(run_key: int) -> Sequence[SchoolIndex]:
    """For processes: what a calculation found, by school."""
    return db.session.scalars(
        select(SchoolIndex).where(SchoolIndex.run_key == run_key).order_by(SchoolIndex.school)
    ).all()
