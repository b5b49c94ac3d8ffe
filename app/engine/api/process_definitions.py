"""Process definitions: search, read, diagram, start form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from sqlalchemy import select

from app.api import Blueprint, current_actor, no_content
from app.engine import queries
from app.engine.api import searches
from app.engine.api.forms import form_answer
from app.engine.api.shapes.common import FormResult
from app.engine.api.shapes.definitions import (
    ProcessDefinitionQuery,
    ProcessDefinitionResult,
    ProcessDefinitionResults,
)
from app.engine.models import ProcessDefinition
from app.engine.views import DefinitionView
from app.forms import queries as forms

blueprint = Blueprint(
    "process-definitions", __name__, url_prefix="/v2/process-definitions", description="Deployed processes."
)


def result(definition: DefinitionView) -> dict[str, Any]:
    """A definition as `ProcessDefinitionResult` writes it."""
    return {
        "name": definition.name,
        "resource_name": definition.resource_name,
        "version": definition.version,
        "version_tag": definition.version_tag,
        "process_definition_id": definition.process_id,
        "process_definition_key": definition.key,
        "has_start_form": definition.form_id is not None,
    }


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(ProcessDefinitionQuery)
@blueprint.response(200, ProcessDefinitionResults)
def search_process_definitions(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search process definitions"""
    actor = current_actor()
    statement = select(ProcessDefinition.key)
    known = queries.open_to(actor)
    if known is not None:
        statement = statement.where(ProcessDefinition.key.in_(known))
    filters = dict(query["filter"] or {})
    form = filters.pop("has_start_form", None)
    if form is not None:
        having = [each.key for each in queries.definitions(actor, latest=False) if (each.form_id is not None) == form]
        statement = statement.where(ProcessDefinition.key.in_(having))
    found = searches.process_definitions.page_of(statement, {**query, "filter": filters})
    keys = [row.key for row in found.items]
    views = {each.key: each for each in queries.definitions(actor, latest=False, keys=keys)} if keys else {}
    return {"items": [result(views[key]) for key in keys], "page": found.page}


@blueprint.route("/<process_definition_key>")
@blueprint.response(200, ProcessDefinitionResult)
def get_process_definition(process_definition_key: int) -> dict[str, Any]:
    """Get a process definition"""
    return result(queries.readable(current_actor(), process_definition_key))


@blueprint.route("/<process_definition_key>/xml")
@blueprint.response(200, {"type": "string"}, content_type="text/xml")
def get_process_definition_xml(process_definition_key: int) -> Response:
    """Get the diagram of a process as BPMN XML"""
    key = queries.readable(current_actor(), process_definition_key).key
    return Response(queries.xml_of(current_actor(), key), content_type="text/xml; charset=utf-8")


@blueprint.route("/<process_definition_key>/form")
@blueprint.response(200, FormResult)
def get_start_process_form(process_definition_key: int) -> Any:
    """Get the start form of a process

    204 when it has none.
    """
    definition = queries.readable(current_actor(), process_definition_key)
    if definition.form_id is None:
        return no_content()
    return form_answer(forms.form_by(definition.form_id).key)
