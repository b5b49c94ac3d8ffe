"""Service types of `effectiveness_analysis` (YAR 2.2: schools until 18 May, municipalities in November; SOS 12, 14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.curators.queries import curator_of
from app.engine.service_inputs import as_day, by, organisation_name, person
from app.engine.services import ServiceCall, service_type
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.errors import Invalid
from app.people import queries as people
from app.school_programmes.queries import analyses as of_schools
from app.schools import queries as schools

from .. import operations, queries
from ..operations import analyses
from ..queries.parts import group
from ..rules import analysis as rules
from ..rules.bodies import MUNICIPAL_GROUP, REGIONAL_GROUP
from . import inputs

Row = dict[str, Any]


@service_type("analysis.open", inline=True)
def open_analysis(call: ServiceCall) -> Row:
    """Who analyses by when: the schools of a group, their municipalities, the place of who began. A timer leaves out
    the schools that have sent an analysis this year already.

    Raises:
        Invalid: dates out of order, a group without schools here (only where somebody has chosen them).
    """
    year = int(call.variables.get("year") or clock.today().year)
    place, level = _place(call)
    days = _days(call, year)
    code = inputs.optional(call, "group")
    codes = schools.schools_in([code], place) if code else list(schools.participants(place))
    if call.variables.get("chosen") is True:
        _demand(days, codes, level)
    else:
        codes = [each for each in codes if not of_schools.has_analysis(each, date(year, 1, 1))]
    units = [_unit(each) for each in codes]
    place = place or (people.organisation_path(codes[0])[0] if codes else None)
    return {
        **{"level": level, "year": year, "organisation": place, "schools": units},
        "municipality_id": place if level == rules.MUNICIPALITY else None,
        "group_name": schools.group(code).title if code else None,
        "period": inputs.optional(call, "period") or f"{year} год",
        **{name: day.isoformat() for name, day in days.items()},
        "municipalities": _municipalities(units),
        **_meeting(place or "", level),
    }


@service_type("analysis.draft", inline=True)
def draft(call: ServiceCall) -> Row:
    """What an analysis begins with: plan and fact of the place as of today."""
    organisation, level = call.text("organisation"), call.text("level")
    return {"draft": queries.analyses.draft(organisation, level, int(call.variables["year"]))}


@service_type("analysis.rate", inline=True)
def rate(call: ServiceCall) -> Row:
    """Rate the measures: effective, partly, not; the shares that the light is made of."""
    return {"rating": rules.rating(inputs.context(call, "analysis"))}


@service_type("analysis.record", inline=True)
def record(call: ServiceCall) -> Row:
    """Keep an analysis; the one of a municipality or the region becomes an analytic report with a number."""
    organisation, level, period = call.text("organisation"), call.text("level"), call.text("period")
    analysis, actor = inputs.context(call, "analysis"), by(call)
    kept = operations.analyses.record_analysis(
        actor, organisation, level, analysis, period, instance_key=call.instance.key
    )
    done = _done(organisation, rules.rating(analysis), inputs.optional(call, "light"))
    done |= {"record_id": str(kept.id), "corrections": list(analysis.get("corrections") or ())}
    if level == rules.SCHOOL:
        return {"done": {**inputs.context(call, "unit"), **done}}
    keys = {"instance_key": call.instance.key, "deployment_key": call.instance.deployment_key}
    report = analyses.register_report(actor, organisation, analysis, period, **keys)
    paper = {"number": report.number, "date": report.date.isoformat(), "document_id": report.document_id}
    return {"done": {**done, "report": paper}, "report": paper}


@service_type("analysis.missing", inline=True)
def missing(call: ServiceCall) -> Row:
    """The row of a school that has sent no analysis."""
    unit = inputs.context(call, "unit")
    words = {"measures_text": "анализ не представлен", "indicators_text": "анализ не представлен"}
    return {"done": {**unit, "submitted": False, "light": "критично", "rejected": None, "corrections": [], **words}}


@service_type("analysis.recommend", inline=True)
def recommend(call: ServiceCall) -> Row:
    """Give the schools of a municipality their address recommendations; schools with `none` get nothing."""
    report, year = inputs.context(call, "report"), int(call.variables["year"])
    issued = []
    for drafted in inputs.rows(call, "drafts"):
        unit, items = drafted["unit"], drafted.get("items") or []
        if items:
            actor = person(drafted.get("by"), PLATFORM)
            taken = analyses.recommend(actor, str(unit["school_id"]), items, report, year)
            names = {"school_id": unit["school_id"], "name": unit["name"]}
            issued.append({**names, "count": len(items), "programme": taken})
    return {"issued": issued}


@service_type("analysis.close", inline=True)
def close(call: ServiceCall) -> Row:
    """All proposals of schools, municipalities and the region; who is missing; plan and fact are frozen."""
    reports, places = inputs.rows(call, "reports"), inputs.rows(call, "municipal_reports")
    own = inputs.context(call, "region_report") or (places[0] if places else {})
    organisation, year = call.text("organisation"), int(call.variables["year"])
    absent = [str(row["name"]) for row in reports if not row.get("submitted")]
    analyses.freeze_figures(organisation, year, f"{analyses.TITLE}, {call.text('period')}")
    return {
        "corrections": rules.corrections([*reports, *places, *([own] if own not in places else [])]),
        "missing": absent,
        "missing_text": "; ".join(absent) or None,
        "measure_facts": _facts(reports),
        "next_year": year + 1,
        "analysis_record": own.get("record_id"),
        "analysis_document": (own.get("report") or {}).get("document_id"),
    }


def _place(call: ServiceCall) -> tuple[str | None, str]:
    """The region or the municipality whose measures are analysed; None where a timer began and no school is known."""
    given = inputs.optional(call, "organisation") or call.instance.organisation
    wanted = inputs.optional(call, "level")
    if given is None:
        return None, rules.REGION
    path = people.organisation_path(given)
    below = len(path) > 1 and people.organisation(path[1]).level == "municipality"
    if below and wanted != rules.REGION:
        return path[1], rules.MUNICIPALITY
    return path[0], rules.REGION


def _days(call: ServiceCall, year: int) -> dict[str, date]:
    """The days that somebody chose, else those of the roadmap (YAR)."""
    usual = {
        "due_on": date(year, *rules.SCHOOLS_DUE),
        "municipal_on": date(year, *rules.MUNICIPAL_FROM),
        "region_on": date(year, *rules.REGION_FROM),
    }
    found = {name: as_day(given) if (given := call.variables.get(name)) else day for name, day in usual.items()}
    return found | {"region_on": max(found["region_on"], found["municipal_on"])}


def _demand(days: Mapping[str, date], codes: list[str], level: str) -> None:
    errors: dict[str, list[object]] = {}
    if not codes:
        errors["group"] = [_l("No school here takes part in this group.")]
    if days["municipal_on"] <= days["due_on"]:
        errors["municipal_on"] = [_l("Municipalities begin after the deadline of the schools.")]
    if errors:
        raise Invalid(next(iter(errors.values()))[0], errors)


def _unit(school: str) -> Row:
    municipality = people.municipality_of(school) or school
    name = organisation_name(school)
    return {"school_id": school, "municipality_id": municipality, "name": name, **curator_of(school)}


def _municipalities(units: list[Row]) -> list[Row]:
    codes = dict.fromkeys(str(unit["municipality_id"]) for unit in units)
    return [{"municipality_id": code, "name": organisation_name(code)} for code in codes]


def _meeting(place: str, level: str) -> Row:
    """Who holds the meeting on next year's measures."""
    if level == rules.REGION:
        return {"body": REGIONAL_GROUP, "secretary_role": "iro_coordinator", "chair_role": "region_coordinator"}
    return {
        "body": MUNICIPAL_GROUP,
        "secretary_role": group("municipal_coordinator", place, "municipality"),
        "chair_role": group("mouo_head", place, "municipality"),
    }


def _done(organisation: str, rating: Mapping[str, Any], light: str | None) -> Row:
    """A row of the summary above."""
    return {
        **{"organisation": organisation, "organisation_name": organisation_name(organisation)},
        **{"name": organisation_name(organisation), "submitted": True, "light": light, "rejected": None},
        "rating": dict(rating),
        "measures_text": _percent(rating["measures_done_pct"]),
        "indicators_text": _percent(rating["indicators_reached_pct"]),
    }


def _facts(reports: list[Row]) -> Row:
    """What a measure that started the analysis takes from it: how many analyses, of which schools."""
    sent = [{"organisation": row["school_id"], "count": 1} for row in reports if row.get("submitted")]
    return {"values": {"analyses": len(sent)}, "participants": sent}


def _percent(value: float) -> str:
    return f"{value:.1f} %".replace(".", ",")
