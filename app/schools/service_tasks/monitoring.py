"""Service types of `region_results_monitoring`: dynamics, risks, prevention of failure (YAR 1.1)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from app.documents import operations as documents
from app.engine.services import ServiceCall, service_type
from app.people import queries as people

from ..models import AssessmentResult
from ..queries import contexts, membership, registry
from ..queries import results as assessments
from ..rules import shares, warnings
from ..rules.years import school_year_of
from . import inputs

PREVENTION = "failure_prevention"
_YEARS = 3


@service_type("schools.all", inline=True)
def all_schools(call: ServiceCall) -> dict[str, Any]:
    """Every school of the instance's place."""
    codes = membership.schools_in((), call.instance.organisation)
    return {"schools": [_school(code) for code in codes]}


@service_type("schools.dynamics", inline=True)
def dynamics(call: ServiceCall) -> dict[str, Any]:
    """How results of the last three years changed, by school, procedure and subject."""
    year = inputs.year(call)
    schools = membership.schools_in((), call.instance.organisation)
    series: dict[tuple[str, str, str, str], dict[int, list[AssessmentResult]]] = defaultdict(lambda: defaultdict(list))
    for row in assessments.results_of_years(range(year - _YEARS + 1, year + 1), schools):
        found = warnings.comparable(row)
        if found is not None:
            series[(row.school, row.procedure, row.subject, found.measure)][row.year].append(row)
    rows = [_change(key, by_year) for key, by_year in sorted(series.items()) if len(by_year) > 1]
    worse = [row for row in rows if row["change"] < 0]
    fallen = len({row["school_id"] for row in worse})
    text = f"Рядов результатов: {len(rows)}, снижение: {len(worse)}, школ со снижением: {fallen}."
    return {"dynamics": sorted(rows, key=lambda row: float(row["change"])), "dynamics_text": text}


def _change(key: tuple[str, str, str, str], by_year: dict[int, list[AssessmentResult]]) -> dict[str, Any]:
    school, procedure, subject, measure = key
    years = sorted(by_year)
    first, last = (float(_mean(by_year[each])) for each in (years[0], years[-1]))
    unit = "" if measure == "mean" else " %"
    text = f"{years[0]}: {_text(first)}{unit}, {years[-1]}: {_text(last)}{unit}"
    return {
        "school_id": school,
        "name": registry.name_of(school),
        "municipality_id": people.municipality_of(school),
        "procedure": procedure,
        "subject": subject,
        "first": first,
        "last": last,
        "change": last - first,
        "change_text": ("+" if last > first else "") + _text(last - first),
        "text": text,
    }


def _mean(rows: list[AssessmentResult]) -> float:
    values = [found.value for row in rows if (found := warnings.comparable(row)) is not None]
    return float(sum(values)) / len(values)


def _text(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


@service_type("schools.risks", inline=True)
def risks(call: ServiceCall) -> dict[str, Any]:
    """Schools whose context data or results tell of a decline."""
    year = inputs.year(call)
    schools = membership.schools_in((), call.instance.organisation)
    now, before = (contexts.current(schools, school_year_of(each)) for each in (year, year - 1))
    results: dict[str, list[AssessmentResult]] = defaultdict(list)
    for row in assessments.results_of_years(range(year - _YEARS + 1, year + 1), schools):
        results[row.school].append(row)
    found = []
    for school in schools:
        reasons = warnings.of(now.get(school), before.get(school), results[school])
        if not results[school]:
            reasons.append("нет результатов за три года")
        if reasons:
            found.append({**_school(school), "reasons": reasons, "reasons_text": "; ".join(reasons)})
    pct = shares.shown(shares.percentage(len(found), len(schools))) if schools else "—"
    return {"risks": found, "risks_text": f"Школ с признаками риска: {len(found)} из {len(schools)} ({pct} %)."}


def _school(code: str) -> dict[str, Any]:
    return {"school_id": code, "name": registry.name_of(code), "municipality_id": people.municipality_of(code)}


@service_type("schools.record-prevention", inline=True)
def record_prevention(call: ServiceCall) -> dict[str, Any]:
    """Keep what a school does against failure of its pupils."""
    school, year = call.text("school_id"), inputs.year(call)
    row = documents.save_record(
        call.actor,
        PREVENTION,
        f"Профилактика учебной неуспешности, {year}: {registry.name_of(school)}",
        {**inputs.context(call, "prevention"), "school": school, "year": year},
        organisation=school,
        instance_key=call.instance.key,
    )
    return {"record_id": str(row.id)}
