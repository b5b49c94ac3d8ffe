"""Service types of `school_identification`: the list from its draft to the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.decisions_made import decider
from app.engine.definitions import definition
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people import queries as people

from ..models import SchoolIndex, SchoolListRow
from ..operations import approving, indices, lists
from ..queries import indices as found_indices
from ..queries import lists as queries
from ..queries import membership, registry
from ..queries import results as assessments
from ..rules import shares
from ..rules.years import school_year_of
from . import inputs

_VARIANTS = {
    "расчёт по данным школ": lists.COMPUTED,
    "федеральный перечень": lists.FEDERAL,
    "муниципальный перечень": lists.MUNICIPAL,
}
_NO_DATA = "no_data"


@service_type("schools.open-list", inline=True)
def open_list(call: ServiceCall) -> dict[str, Any]:
    """Begin the list: its place, all its schools, the categories that may be given."""
    year, place = inputs.year(call), inputs.optional(call, "organisation") or _region()
    row = lists.open_list(
        PLATFORM,
        year,
        place,
        _VARIANTS.get(call.text("variant"), ""),
        group_code=inputs.optional(call, "group_code"),
        created_by=call.actor.login,
        instance_key=call.instance.key,
    )
    schools = [
        {"school_id": code, "municipality_id": people.municipality_of(code) or place, "name": registry.name_of(code)}
        for code in membership.schools_in((), place)
    ]
    options = [each for each in membership.groups() if each.kind == "category" or each.year == year]
    return {
        "list_id": str(row.key),
        "scope": people.organisation(place).level,
        "organisation": place,
        "school_year": school_year_of(year),
        "schools": schools,
        "municipalities": sorted({each["municipality_id"] for each in schools}),
        "category_options": [{"value": each.code, "label": each.title} for each in options],
    }


def _region() -> str:
    """The authority of the region: a timer starts the list of the whole region."""
    found = db.session.scalars(people.organisations(kind="region_authority")).first()
    if found is None:
        raise ModelFault("there is no regional authority")
    return found.code


@service_type("schools.load-results", inline=True)
def load_results(call: ServiceCall) -> dict[str, Any]:
    """Which results there are: how many schools in which procedure and year."""
    year = inputs.year(call)
    counts: dict[tuple[int, str], set[str]] = {}
    for row in assessments.results_of_years(range(year - 2, year + 1)):
        counts.setdefault((row.year, row.procedure), set()).add(row.school)
    return {
        "procedures": [
            {"procedure": procedure, "year": when, "schools": len(schools)}
            for (when, procedure), schools in sorted(counts.items())
        ]
    }


@service_type("schools.compute-index", inline=True)
def compute_index(call: ServiceCall) -> dict[str, Any]:
    """Compute index and categories by the newest decisions, and keep their versions."""
    decide = decider(definition(call.instance.definition_key))

    def latest(decision: str, variables: Mapping[str, Any]) -> indices.Decided:
        answer = decide(decision, "latest", None, variables)
        return indices.Decided(answer.value, int(answer.version["version"]))

    run = indices.compute(
        PLATFORM,
        queries.place_of(inputs.key(call, "list_id")),
        inputs.year(call),
        call.text("school_year"),
        latest,
        note=inputs.optional(call, "note") or "",
        computed_by=inputs.optional(call, "actor") or call.actor.login,
        instance_key=call.instance.key,
    )
    return {
        "run_id": str(run.key),
        "run_number": run.number,
        "parameters": run.parameters,
        "rows": [_computed(row) for row in found_indices.rows_of(run.key)],
    }


def _computed(row: SchoolIndex) -> dict[str, Any]:
    codes = [each["code"] for each in row.categories if each["code"] != _NO_DATA]
    return {
        **_facts(row.school),
        "computed": codes,
        "categories": codes,
        "computed_text": ", ".join(queries.titles(codes)) or ("нет данных" if row.missing else "без категории"),
        "included": bool(codes),
        "isb": None if row.isb is None else float(row.isb),
        "isb_text": "нет данных" if row.isb is None else shares.shown(row.isb),
        "results_text": _results_text(row),
        "basis": "; ".join(each["reason"] for each in row.categories if each["code"] != _NO_DATA),
        "missing": list(row.missing),
        "missing_text": ", ".join(row.missing),
        "flags": list(row.flags),
        "flags_text": "; ".join(row.flags),
    }


def _results_text(row: SchoolIndex) -> str:
    if indices.NO_RESULTS in row.missing:
        return "нет данных"
    facts = row.facts
    if not facts["low_procedures"]:
        return "не среди низких"
    counts = (facts["low_procedures"], facts["low_subjects"], facts["low_years"])
    return "среди низких: процедур {}, предметов {}, лет {}".format(*counts)


def _facts(school: str) -> dict[str, Any]:
    return {
        "school_id": school,
        "name": registry.name_of(school),
        "municipality_id": people.municipality_of(school),
    }


@service_type("schools.federal-rows", inline=True)
def federal_rows(call: ServiceCall) -> dict[str, Any]:
    """Rows of a given list: every school with the project as its category."""
    group = membership.group(call.text("group_code"))
    known = set(membership.schools_in((), queries.place_of(inputs.key(call, "list_id"))))
    found = []
    for each in inputs.rows(call, "given"):
        school = str(each.get("school") or "")
        if school not in known:
            raise Invalid(errors={"given": [registry.name_of(school)]})
        found.append(
            {
                **_facts(school),
                "computed": [group.code],
                "categories": [group.code],
                "computed_text": group.title,
                "included": True,
                "isb": None,
                "isb_text": "не рассчитывался",
                "results_text": "",
                "basis": str(each.get("basis") or group.title),
                "missing": [],
                "missing_text": "",
                "flags": [],
                "flags_text": "",
            }
        )
    return {"rows": found}


@service_type("schools.draft-list", inline=True)
def draft_list(call: ServiceCall) -> dict[str, Any]:
    """Keep the draft, and part it by municipality for agreement."""
    key, by_school = inputs.key(call, "list_id"), {row["school_id"]: row for row in inputs.rows(call, "rows")}
    for each in inputs.rows(call, "decided"):
        row = by_school.get(each.get("school_id"))
        if row is not None:
            row |= {name: each.get(name) for name in ("categories", "included", "basis", "comment") if name in each}
            row["categories"] = list(row.get("categories") or ())
            row["included"] = row.get("included") is True
    rows = list(by_school.values())
    run = inputs.optional(call, "run_id")
    lists.draft(PLATFORM, key, rows, note=inputs.optional(call, "note") or "", run_key=int(run) if run else None)
    places = sorted({str(row["municipality_id"]) for row in rows})
    units = [
        {"municipality_id": place, "name": registry.name_of(place), "rows": _shown_of(rows, place)} for place in places
    ]
    return {"rows": rows, "units": units}


def _shown_of(rows: Sequence[Mapping[str, Any]], place: str) -> list[dict[str, Any]]:
    return [_shown(row) for row in rows if row["municipality_id"] == place]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the municipality sees it."""
    decided = ", ".join(queries.titles(row["categories"])) if row["included"] else "не включена"
    names = ("school_id", "name", "computed_text", "isb_text", "results_text", "basis")
    return {**{name: row.get(name) for name in names}, "decided_text": decided}


@service_type("schools.record-objections", inline=True)
def record_objections(call: ServiceCall) -> dict[str, Any]:
    """Keep what municipalities answered; silence is agreement."""
    key = inputs.key(call, "list_id")
    for answer in inputs.rows(call, "answers"):
        lists.object_to(
            PLATFORM,
            key,
            str(answer["municipality_id"]),
            answer.get("objections") or [],
            by=answer.get("actor"),
            silent=answer.get("silent") is True,
        )
    found = [row for row in queries.rows_of(key) if row.objection in ("include", "exclude")]
    return {"objections": [_objection(row) for row in found]}


def _objection(row: SchoolListRow) -> dict[str, Any]:
    return {
        **_facts(row.school),
        "kind": row.objection,
        "kind_text": "включить" if row.objection == "include" else "исключить",
        "reason": row.objection_reason,
        "place": registry.name_of(row.municipality),
        "computed_text": ", ".join(queries.titles(row.computed)) or "без категории",
        "decided_text": ", ".join(queries.titles(row.decided)) if row.included else "не включена",
        "categories": list(row.decided),
    }


@service_type("schools.settle-objections", inline=True)
def settle_objections(call: ServiceCall) -> None:
    """Keep the decisions of the regional coordinator."""
    key = inputs.key(call, "list_id")
    for each in inputs.rows(call, "settled"):
        lists.settle(
            PLATFORM,
            key,
            str(each["school_id"]),
            included=each.get("decision") == "включить",
            categories=each.get("categories") or [],
            reason=str(each.get("reason") or ""),
            by=str(each.get("actor") or call.actor.login),
        )


@service_type("schools.list-facts", inline=True)
def list_facts(call: ServiceCall) -> dict[str, Any]:
    """The lines of the order: included schools by municipality with their categories."""
    rows = [row for row in queries.rows_of(inputs.key(call, "list_id")) if row.included]
    lines = [_line(row) for row in rows]
    return {"lines": lines, "count": len(lines)}


def _line(row: SchoolListRow) -> str:
    place, school = registry.name_of(row.municipality), registry.name_of(row.school)
    return f"{place}: {school} — {', '.join(queries.titles(row.decided))}"


@service_type("schools.approve-list", inline=True)
def approve_list(call: ServiceCall) -> dict[str, Any]:
    """Put the list into force and say who is new, remains and left."""
    key = inputs.key(call, "list_id")
    found = approving.approve(PLATFORM, key, inputs.context(call, "order"))
    listed = [row for row in queries.rows_of(key) if row.included]
    by_place: dict[str, list[str]] = {}
    for row in listed:
        if row.municipality:
            by_place.setdefault(row.municipality, []).append(row.school)
    return {
        "totals": found.totals,
        "schools_listed": [
            {"school_id": row.school, "municipality_id": row.municipality, "categories": list(row.decided)}
            for row in listed
        ],
        "municipalities_listed": [
            {"municipality_id": place, "schools": schools} for place, schools in sorted(by_place.items())
        ],
    }


@service_type("schools.close-list", inline=True)
def close_list(call: ServiceCall) -> None:
    """Put the draft away: the order was refused."""
    lists.close_list(PLATFORM, inputs.key(call, "list_id"), inputs.optional(call, "reason") or "")
