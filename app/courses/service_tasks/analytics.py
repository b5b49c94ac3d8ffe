"""Service types of `rmp_analytics`: from imported results to published low-quality zones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.documents import operations as documents
from app.documents.models import Record
from app.engine.services import BpmnError, ModelFault, ServiceCall, service_type
from app.files import queries as files
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people import queries as people
from app.schools.models import AssessmentResult
from app.schools.operations import results
from app.schools.queries.results import results_of

from ..queries import persons
from ..rules import quality
from . import inputs

INVALID = "FILE_INVALID"
ZONE = "low_quality_zone"


@service_type("analytics.import", inline=True)
def import_results(call: ServiceCall) -> dict[str, Any]:
    """Take the attached file, if there is one; the year must have results then."""
    attached = inputs.rows(call, "file")
    taken = _take(call.actor, attached[0], call.variables.get("take_good") is True) if attached else 0
    year = _year(call)
    if not results_of(year):
        raise _refusal([{"sheet": "", "row": None, "column": "", "message": _("No results of this year yet.")}])
    return {"imported": taken}


def _take(actor: Actor, reference: Mapping[str, Any], take_good: bool) -> int:
    """Record the rows of a file that a picker names; wrong rows stop it unless only the good ones are wanted."""
    key = next(files.references_in(dict(reference)), None)
    if key is None:
        raise ModelFault(f"«file» must be what a file picker gives, not {reference!r}")
    found = files.file_for(PLATFORM, key)
    try:
        run = results.upload_results(PLATFORM, found.name, files.content_of(found), uploaded_by=actor.login)
    except Invalid as error:
        raise _refusal([{"sheet": found.name, "row": None, "column": "", "message": str(error.message)}]) from error
    if run.problems and not take_good:
        raise _refusal(run.problems)
    return results.take_results(PLATFORM, run.key)


def _refusal(problems: Sequence[Mapping[str, Any]]) -> BpmnError:
    return BpmnError(INVALID, _("The file of results has errors."), {"row_errors": [dict(each) for each in problems]})


@service_type("analytics.collect", inline=True)
def collect(call: ServiceCall) -> dict[str, Any]:
    """Results of the year by subject, and the schools that have none, by municipality."""
    names = _school_names()
    by_subject: dict[str, list[dict[str, Any]]] = defaultdict(list)
    known: set[str] = set()
    for result in results_of(_year(call)):
        known.add(result.school)
        by_subject[result.subject].append(_row(result))
    subjects = [
        {"subject": subject, "rows": rows, "tasks": quality.weakest_tasks(rows)} for subject, rows in by_subject.items()
    ]
    return {"subjects": subjects, "missing": _missing(names, known)}


def _school_names() -> dict[str, str]:
    """Short names of the schools of the region by code."""
    return {school.code: school.short_name for school in db.session.scalars(people.organisations(level="school"))}


def _row(result: AssessmentResult) -> dict[str, Any]:
    return {
        "key": f"{result.school}:{result.procedure}:{result.grade}",
        "school": result.school,
        "procedure": f"{result.procedure}, {result.grade} класс" if result.grade else result.procedure,
        "year": result.year,
        "participants": result.participants,
        "mean_score": None if result.mean is None else float(result.mean),
        "below_min_pct": quality.share(result.below_min, result.participants),
        "task_pct": quality.mean_of_tasks(result.tasks),
        "tasks": result.tasks,
    }


def _missing(names: Mapping[str, str], known: set[str]) -> list[dict[str, Any]]:
    """Schools without any result, for the coordinator of each municipality."""
    lacking: dict[str, list[str]] = defaultdict(list)
    for code, name in names.items():
        municipality = people.municipality_of(code)
        if code not in known and municipality:
            lacking[municipality].append(name)
    return [
        {"municipality_id": code, "text": f"{persons.organisation_name(code)}: {', '.join(sorted(schools))}"}
        for code, schools in sorted(lacking.items())
    ]


@service_type("analytics.summarise", inline=True)
def summarise(call: ServiceCall) -> dict[str, Any]:
    """Subject × school, and the draft of the note."""
    found = quality.summary(_year(call), inputs.rows(call, "zones"), _school_names())
    return {"summary": found, "note": quality.note(found, inputs.rows(call, "missing"))}


@service_type("analytics.publish", inline=True)
def publish(call: ServiceCall) -> dict[str, Any]:
    """Store every zone as a record of its school; an earlier analysis of the year gets its next version."""
    year = _year(call)
    there = {_identity(record): record.id for record in db.session.scalars(_zones_of(year))}
    ids, names = [], _school_names()
    for zone in inputs.rows(call, "zones"):
        for row in zone.get("zones") or ():
            data = {
                **{name: row.get(name) for name in ("school", "procedure", "participants", "mean_score")},
                **{name: row.get(name) for name in ("below_min_pct", "task_pct")},
                "subject": zone["subject"],
                "year": year,
                "low_zone": row.get("low_zone") is True,
                "typical_difficulties": zone.get("typical_difficulties") or [],
            }
            record = documents.save_record(
                call.actor,
                ZONE,
                f"{zone['subject'].capitalize()}, {row['procedure']} {year}: {names.get(row['school'], row['school'])}",
                data,
                id=there.get((row["school"], zone["subject"], row["procedure"])),
                organisation=row["school"],
                status="published",
                instance_key=call.instance.key,
            )
            if data["low_zone"]:
                ids.append({"id": str(record.id), "subject": zone["subject"], "school": row["school"]})
    return {"zone_ids": ids}


def _zones_of(year: int) -> Any:
    return select(Record).where(Record.current, Record.kind == ZONE, Record.data["year"].as_integer() == year)


def _identity(record: Record) -> tuple[Any, Any, Any]:
    return record.data.get("school"), record.data.get("subject"), record.data.get("procedure")


def _year(call: ServiceCall) -> int:
    year = call.variables.get("year")
    if not isinstance(year, int) or isinstance(year, bool):
        raise ModelFault(f"«year» must be a year, not {year!r}")
    return year
