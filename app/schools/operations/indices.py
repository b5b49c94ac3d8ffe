"""Compute the social well-being index and propose categories (processes.md, school_identification step 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.ids import next_key
from app.people import queries as people

from ..models import AssessmentResult, IndexRun, SchoolContext, SchoolIndex
from ..policies import demand_list_maker
from ..queries import contexts, membership
from ..queries import results as assessments
from ..rules import ranking, shares, warnings

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('school_index', 0))")
ISB, CATEGORY = "isb", "school_category"
NO_CONTEXT, NO_RESULTS = "контекстные данные", "результаты"
FEDERAL = "p500"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision answered: its value and the version that decided."""

    value: Any
    version: int


Decide = Callable[[str, Mapping[str, Any]], Decided]
"""Makes a decision by its id with these variables, in its latest version."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all schools of a calculation share."""

    year: int
    school_year: str
    contexts: Mapping[str, SchoolContext]
    before: Mapping[str, SchoolContext]
    bounds: Mapping[str, tuple[Decimal, Decimal]]
    results: Mapping[str, list[AssessmentResult]]
    low: Mapping[str, ranking.Lowness]
    projects: Mapping[str, list[str]]
    parameters: Mapping[str, Any]


def compute(
    actor: Actor,
    organisation: str,
    year: int,
    school_year: str,
    decide: Decide,
    *,
    note: str = "",
    computed_by: str | None = None,
    instance_key: int | None = None,
) -> IndexRun:
    """Compute index and proposed categories of all schools of a place; shares are normalised over the whole region.

    Schools without data are part of it with «нет данных». Earlier calculations stay.

    Args:
        organisation: the region's authority or a municipality.
        year: of the list.
        school_year: of the context data.
        decide: makes the decisions `isb` and `school_category` (and their parameters).
        note: why it is computed again.

    Raises:
        Forbidden: only the process and the regional coordinator compute.
    """
    demand_list_maker(actor)
    db.session.execute(_LOCK)
    schools = membership.schools_in((), organisation)
    ground, versions = _ground(organisation, year, school_year, decide)
    number = db.session.scalar(
        select(func.coalesce(func.max(IndexRun.number), 0)).filter_by(year=year, organisation=organisation)
    )
    run = IndexRun(
        key=next_key(),
        year=year,
        school_year=school_year,
        organisation=organisation,
        number=int(number or 0) + 1,
        parameters=dict(ground.parameters),
        decisions=versions,
        bounds={name: [float(value) for value in limits] for name, limits in ground.bounds.items()},
        schools=len(schools),
        without_data=0,
        note=note,
        computed_by=computed_by or actor.login,
        computed_at=clock.now(),
        instance_key=instance_key,
    )
    db.session.add(run)
    db.session.flush()
    found = _indices(run, schools, ground, decide)
    db.session.add_all(found)
    run.without_data = sum(bool(each.missing) for each in found)
    facts = {"year": year, "number": run.number, "schools": run.schools, "without_data": run.without_data}
    audit.record_event(actor, "school_index", organisation, "compute", details=facts)
    db.session.flush()
    return run


def _ground(organisation: str, year: int, school_year: str, decide: Decide) -> tuple[_Ground, dict[str, int]]:
    region = people.organisation_path(organisation)[0]
    now = {row.school: row for row in contexts.of_region(region, school_year)}
    first = int(school_year[:4])
    weights, limits = decide(f"{ISB}_parameters", {}), decide(f"{CATEGORY}_parameters", {})
    rows = _window(year, int(limits.value["years_window"]))
    by_school: dict[str, list[AssessmentResult]] = {}
    for row in rows:
        by_school.setdefault(row.school, []).append(row)
    compared = [found for row in rows if (found := warnings.comparable(row)) is not None]
    ground = _Ground(
        year=year,
        school_year=school_year,
        contexts=now,
        before={row.school: row for row in contexts.of_region(region, f"{first - 1}-{first}")},
        bounds=shares.bounds(contexts.shares_of(row) for row in now.values()),
        results=by_school,
        low=ranking.lowness(compared, float(limits.value["results_low_quantile"])),
        projects=_projects(year),
        parameters={ISB: weights.value, CATEGORY: limits.value},
    )
    return ground, {ISB: weights.version, CATEGORY: limits.version}


def _window(year: int, years: int) -> list[AssessmentResult]:
    """Results of the last years, up to the year of the list, for which the region has any."""
    known = db.session.scalars(select(AssessmentResult.year).distinct().where(AssessmentResult.year <= year))
    return list(assessments.results_of_years(sorted(known, reverse=True)[:years]))


def _projects(year: int) -> dict[str, list[str]]:
    """Federal projects of the year by school."""
    found: dict[str, list[str]] = {}
    for group in membership.groups(kind="project", year=year):
        for school in membership.schools_in([group.code]):
            found.setdefault(school, []).append(group.code)
    return found


def _indices(run: IndexRun, schools: list[str], ground: _Ground, decide: Decide) -> list[SchoolIndex]:
    values: dict[str, Decimal] = {}
    for school in schools:
        if school in ground.contexts:
            normal = shares.normalised(contexts.shares_of(ground.contexts[school]), ground.bounds)
            values[school] = Decimal(str(decide(ISB, normal).value))
    places = ranking.places(values)
    return [_index(run, school, ground, values.get(school), places.get(school), decide) for school in schools]


def _index(
    run: IndexRun, school: str, ground: _Ground, isb: Decimal | None, place: float | None, decide: Decide
) -> SchoolIndex:
    context = ground.contexts.get(school)
    low = ground.low.get(school, ranking.Lowness())
    missing = [NO_CONTEXT] if context is None else []
    if school not in ground.results:
        missing.append(NO_RESULTS)
    facts = {
        "isb_place": place,
        "territorial_status": context.territorial_status if context else None,
        "distance_km": context.distance_km if context else None,
        "low_procedures": low.procedures,
        "low_subjects": low.subjects,
        "low_years": low.years,
        "shnor_conditions": ranking.conditions(low, ground.parameters[CATEGORY]),
        "in_federal_list": school in ground.projects,
        "has_data": not missing,
    }
    proposed = decide(CATEGORY, facts).value or []
    return SchoolIndex(
        key=next_key(),
        run_key=run.key,
        school=school,
        context_key=context.key if context else None,
        shares={name: float(value) for name, value in contexts.shares_of(context).items()} if context else {},
        isb=isb,
        facts=facts,
        categories=_categories(proposed, ground.projects.get(school, [])),
        missing=missing,
        flags=[str(each) for each in warnings.of(context, ground.before.get(school), ground.results.get(school, []))],
    )


def _categories(proposed: list[Any], projects: list[str]) -> list[dict[str, Any]]:
    """Each category once; the federal project is named by its own group."""
    found: dict[str, dict[str, Any]] = {}
    for each in proposed:
        if each["code"] == FEDERAL:
            for code in projects:
                found.setdefault(code, {**each, "code": code, "name": membership.group(code).title})
        else:
            found.setdefault(each["code"], dict(each))
    return list(found.values())
