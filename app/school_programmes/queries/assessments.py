"""Assessments of the move to the effective mode, and the data that they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.schools.queries import results

from ..models import EffectiveModeAssessment
from ..policies import in_scope
from ..rules import assessment as rules
from . import stages

YEARS = 3


def assessments_of(actor: Actor, school: str) -> Sequence[EffectiveModeAssessment]:
    """Assessments of a school that the actor may see, the newest first."""
    row = EffectiveModeAssessment
    query = select(row).where(row.school == school, in_scope(actor, row.school))
    return db.session.scalars(query.order_by(row.created_at.desc(), row.key.desc())).all()


def facts(school: str, programme_key: int | None) -> Mapping[str, Any]:
    """What data say about a school: results of three years by procedure, and the programme's indicators.

    Returns:
        `results[]` `{procedure, years, stable}`, `years_by_procedure[]`, `indicators_pct` (null without a report).
    """
    found = _results(school)
    years = rules.stability(found)
    shown = [
        {"procedure": name, "years": _by_year(found, name), "stable": count} for name, count in sorted(years.items())
    ]
    report = stages.latest_report(programme_key) if programme_key is not None else None
    reached = report.indicators_reached_pct if report is not None else None
    return {
        "results": shown,
        "years_by_procedure": [years[name] for name in sorted(years)],
        "indicators_pct": float(reached) if reached is not None else None,
    }


def _results(school: str) -> list[rules.Result]:
    this_year = clock.today().year
    rows = results.results_of_years(range(this_year - YEARS + 1, this_year + 1), [school])
    return [rules.Result(row.procedure, row.subject, row.year, row.mean) for row in rows if row.mean is not None]


def _by_year(found: Sequence[rules.Result], procedure: str) -> str:
    means: dict[int, list[Decimal]] = defaultdict(list)
    for row in found:
        if row.procedure == procedure:
            means[row.year].append(row.value)
    parts = (f"{year}: {sum(each, Decimal(0)) / len(each):.1f}" for year, each in sorted(means.items()))
    return ", ".join(parts).replace(".", ",")


def practices_at_start(schools: Collection[str], since: date) -> dict[str, Mapping[str, Any]]:
    """What schools first answered on their practices (`practice_survey`) since a day, by school."""
    row = EffectiveModeAssessment
    query = select(row).where(row.school.in_(list(schools)), func.date(row.created_at) >= since)
    found: dict[str, Mapping[str, Any]] = {}
    for each in db.session.scalars(query.order_by(row.created_at, row.key)):
        said = (each.instruments.get(rules.SELF_SURVEY) or {}).get("practices")
        if said:
            found.setdefault(each.school, said)
    return found
