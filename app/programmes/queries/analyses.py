"""What an analysis of measures begins with: plan and fact of a school, a municipality, the region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.kernel.db import db
from app.school_programmes.queries import analyses as programmes_of_schools
from app.schools import queries as schools
from app.schools.queries import results

from ..models import Measure, MeasureFact, Occurrence, Roadmap, SupportProgramme
from ..models.programmes import DRAFT
from ..rules import analysis as rules
from . import targets

Row = dict[str, Any]


def draft(organisation: str, level: str, year: int) -> Row:
    """Measures, indicators and results of a place, as the form `effectiveness_analysis` takes them.

    Args:
        level: `rules.SCHOOL`, `MUNICIPALITY` or `REGION`.
    """
    at_school = level == rules.SCHOOL
    planned = _of_school(organisation, year) if at_school else _of_programmes(organisation, year)
    codes = [organisation] if at_school else list(schools.participants(organisation))
    found = results.results_of_years([year - 2, year - 1, year], codes)
    return {**planned, "results_dynamics": rules.dynamics(found)}


def _of_school(school: str, year: int) -> Row:
    known = programmes_of_schools.plan_and_fact(school)
    own = [rules.measure_row(row["measure"], row["state"], row["evidence"]) for row in known["measures"]]
    taken = [rules.measure_row(title, "done") for title in _taken_part(school, year)]
    return {
        "measures": own + taken,
        "indicators": [
            rules.indicator_row(row["indicator"], row["plan"], row["fact"], reached=row["reached"])
            for row in known["indicators"]
        ],
    }


def _taken_part(school: str, year: int) -> list[str]:
    """Measures of roadmaps in whose accepted facts of a year the school took part."""
    query = (
        select(Measure.title)
        .join(Occurrence, Occurrence.measure_key == Measure.key)
        .join(MeasureFact, MeasureFact.occurrence_key == Occurrence.key)
        .where(
            MeasureFact.participants.contains([{"organisation": school}]),
            func.extract("year", MeasureFact.fact_on) == year,
        )
    )
    return sorted(set(db.session.scalars(query)))


def _of_programmes(organisation: str, year: int) -> Row:
    programmes = programmes_of(organisation, year)
    measures = db.session.scalars(
        select(Measure)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .where(Roadmap.programme_key.in_([each.key for each in programmes]))
        .order_by(Roadmap.programme_key, Measure.position)
    )
    return {
        "measures": [rules.measure_row(each.title, each.state, each.reason) for each in measures],
        "indicators": [targets.row(each, found) for found in programmes for each in found.targets],
    }


def programmes_of(organisation: str, year: int) -> Sequence[SupportProgramme]:
    """The programmes that this very place carries out in a year, drafts left out."""
    query = select(SupportProgramme).where(
        SupportProgramme.organisation == organisation,
        SupportProgramme.state != DRAFT,
        func.extract("year", SupportProgramme.period_from) <= year,
        func.extract("year", SupportProgramme.period_to) >= year,
    )
    return db.session.scalars(query.order_by(SupportProgramme.code)).all()
