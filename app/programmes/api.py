"""`/api/v1/programmes` and `/api/v1/measures`: passports, measures with their occurrences, stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from marshmallow import fields

from app.api import Blueprint, current_actor, register_blueprint
from app.api.conditions import state_filter, text_filter
from app.api.schemas import ApiSchema, query_of, result_of
from app.api.search import Search
from app.kernel.actor import Actor

from . import policies, queries
from .models import Measure, Occurrence, SupportProgramme
from .models.programmes import ACTIVE, CLOSED, DRAFT, MUNICIPALITY, REGION, SCHOOL

SORTS = ("code", "kind", "organisationCode", "periodFrom", "state", "title")
programmes_blueprint = Blueprint(
    "programmes-v1", __name__, url_prefix="/api/v1/programmes", description="Support programmes."
)
measures_blueprint = Blueprint(
    "measures-v1", __name__, url_prefix="/api/v1/measures", description="Measures of the roadmaps."
)


class TargetResult(ApiSchema):
    """A target indicator of a programme, as the document words it."""

    indicator = fields.String(required=True)
    level = fields.String(required=True)
    text = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True)
    unit = fields.String(required=True)


class ProgrammeResult(ApiSchema):
    """The passport of a programme."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    organisation_code = fields.String(required=True, attribute="organisation")
    period_from = fields.Date(required=True)
    period_to = fields.Date(required=True)
    goal = fields.String(required=True)
    tasks = fields.List(fields.String(), required=True)
    groups = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    targets = fields.List(fields.Nested(TargetResult), required=True)


class ProgrammeFilter(ApiSchema):
    """What narrows a search for programmes."""

    code = text_filter()
    title = text_filter()
    kind = state_filter((MUNICIPALITY, REGION, SCHOOL))
    organisation_code = text_filter()
    state = state_filter((ACTIVE, CLOSED, DRAFT))


class OccurrenceResult(ApiSchema):
    """One time that a measure is to happen; `plannedOn` stays when it is moved."""

    number = fields.Integer(required=True)
    title = fields.String(required=True)
    planned_on = fields.Date(required=True)
    opens_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    status = fields.String(required=True)
    fact_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True)


class MeasureResult(ApiSchema):
    """A row of a roadmap: the texts are the document's."""

    row_key = fields.String(required=True)
    section = fields.String(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    period = fields.String(required=True, attribute="period_text")
    executors = fields.String(required=True)
    result = fields.String(required=True)
    fixing_document = fields.String(required=True)
    process = fields.String(required=True)
    follows = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    occurrences = fields.List(fields.Nested(OccurrenceResult), required=True)


class MeasureList(ApiSchema):
    """All measures of a roadmap, in its order."""

    items = fields.List(fields.Nested(MeasureResult), required=True)


class StageResult(ApiSchema):
    """A stage of a calendar."""

    number = fields.Integer(required=True)
    title = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class CalendarResult(ApiSchema):
    """The stages in force of a year."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    year = fields.Integer(required=True)
    version = fields.Integer(required=True)
    stages = fields.List(fields.Nested(StageResult), required=True)


class CalendarList(ApiSchema):
    """All calendars of a programme."""

    items = fields.List(fields.Nested(CalendarResult), required=True)


programmes = Search(
    keys=(SupportProgramme.key,),
    filters={
        "code": SupportProgramme.code,
        "title": SupportProgramme.title,
        "kind": SupportProgramme.kind,
        "organisation_code": SupportProgramme.organisation,
        "state": SupportProgramme.state,
    },
    sorts={
        "code": SupportProgramme.code,
        "kind": SupportProgramme.kind,
        "organisationCode": SupportProgramme.organisation,
        "periodFrom": SupportProgramme.period_from,
        "state": SupportProgramme.state,
        "title": SupportProgramme.title,
    },
)
ProgrammeQuery = query_of(ProgrammeFilter, SORTS, "Programme")
ProgrammeResults = result_of(ProgrammeResult, "ProgrammeResults")


@programmes_blueprint.route("/search", methods=["POST"])
@programmes_blueprint.arguments(ProgrammeQuery)
@programmes_blueprint.response(200, ProgrammeResults)
def search_programmes(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search programmes

    Programmes in force are seen by everybody whom their organisation stands above, drafts by those who keep them.
    """
    actor = current_actor()
    policies.demand_sight(actor)
    found = programmes.page_of(queries.programmes(actor).order_by(None), query)
    return {"items": [row[0] for row in found.items], "page": found.page}


@programmes_blueprint.route("/<code>")
@programmes_blueprint.response(200, ProgrammeResult)
def get_programme(code: str) -> SupportProgramme:
    """Get a programme"""
    return _programme(current_actor(), code)


@programmes_blueprint.route("/<code>/measures")
@programmes_blueprint.response(200, MeasureList)
def get_measures(code: str) -> dict[str, Any]:
    """Get the measures of a programme

    Empty while the programme has no roadmap.
    """
    roadmap = queries.roadmap_of(_programme(current_actor(), code).key)
    rows = queries.measure_rows(roadmap.key) if roadmap is not None else []
    return {"items": [_measure(row.measure, row.occurrences) for row in rows]}


@programmes_blueprint.route("/<code>/stages")
@programmes_blueprint.response(200, CalendarList)
def get_stages(code: str) -> dict[str, Any]:
    """Get the stages of a programme"""
    return {"items": queries.calendars(_programme(current_actor(), code).key)}


@measures_blueprint.route("/<row>")
@measures_blueprint.response(200, MeasureResult)
def get_measure(row: str) -> dict[str, Any]:
    """Get a measure

    The address ends with the programme's code, a colon and the number, as `LIP-2018:2.2`.
    """
    actor = current_actor()
    policies.demand_sight(actor)
    found = queries.measure(actor, row)
    return _measure(found, found.occurrences)


def _programme(actor: Actor, code: str) -> SupportProgramme:
    policies.demand_sight(actor)
    return queries.programme(actor, code)


def _measure(found: Measure, occurrences: Sequence[Occurrence]) -> dict[str, Any]:
    names = ("row_key", "section", "number", "title", "period_text", "executors", "result", "fixing_document")
    more = ("process", "follows", "state")
    return {name: getattr(found, name) for name in (*names, *more)} | {"occurrences": occurrences}


def register(app: Flask) -> None:
    """Add the calls."""
    register_blueprint(app, programmes_blueprint)
    register_blueprint(app, measures_blueprint)
