"""Results of external assessment procedures, and the files they came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from .. import policies
from ..models import AssessmentImport, AssessmentResult
from . import registry

_R = AssessmentResult


def results_of(year: int) -> Sequence[AssessmentResult]:
    """All results of a year, for processes: by subject, school, procedure."""
    order = (_R.subject, _R.school, _R.procedure, _R.grade)
    return db.session.scalars(select(_R).where(_R.year == year).order_by(*order)).all()


def results_of_years(years: Collection[int], schools: Collection[str] | None = None) -> Sequence[AssessmentResult]:
    """Results of several years, for processes: of these schools, or of all."""
    query = select(_R).where(_R.year.in_(list(years)))
    if schools is not None:
        query = query.where(_R.school.in_(list(schools)))
    return db.session.scalars(query.order_by(_R.school, _R.year, _R.procedure, _R.subject, _R.grade)).all()


def results_of_school(actor: Actor, school: str) -> Sequence[AssessmentResult]:
    """All results of one school, the latest year first.

    Raises:
        NotFound: no such school in the actor's scope.
    """
    registry.demand_school(actor, school)
    order = (_R.year.desc(), _R.procedure, _R.subject, _R.grade)
    return db.session.scalars(select(_R).where(_R.school == school).order_by(*order)).all()


def by_year(actor: Actor, school: str) -> dict[int, list[AssessmentResult]]:
    """The same by year, the latest first."""
    found: dict[int, list[AssessmentResult]] = {}
    for row in results_of_school(actor, school):
        found.setdefault(row.year, []).append(row)
    return found


def imports(actor: Actor) -> Sequence[AssessmentImport]:
    """Files of results, newest first, for who imports them and the auditor; nothing for others."""
    if not _reads_imports(actor):
        return []
    query = select(AssessmentImport).order_by(AssessmentImport.uploaded_at.desc()).limit(50)
    return db.session.scalars(query).all()


def import_run(actor: Actor, key: int) -> AssessmentImport:
    """One file with its report.

    Raises:
        NotFound: there is none, or not for the actor.
    """
    run = db.session.get(AssessmentImport, key) if _reads_imports(actor) else None
    if run is None:
        raise NotFound(_l("There is no such import."))
    return run


def may_import(actor: Actor) -> bool:
    """Whether the actor imports results."""
    return policies.may_import_results(actor)


def _reads_imports(actor: Actor) -> bool:
    return policies.may_import_results(actor) or actor.has_role("auditor")
