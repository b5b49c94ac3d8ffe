"""Incidents: search, read, resolve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Row, and_, case, select

from app.api import Blueprint, current_actor, no_content
from app.api.conditions import Condition, Criterion
from app.api.search import Search, Statement
from app.engine import operations, policies
from app.engine.api.elements import element_key_column
from app.engine.api.searches import TENANT, on_tenant
from app.engine.api.shapes.incidents import IncidentQuery, IncidentResolution, IncidentResult, IncidentResults
from app.engine.incident_words import sentence
from app.engine.models import Incident, ProcessInstance
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

blueprint = Blueprint("incidents", __name__, url_prefix="/v2/incidents", description="What stopped an instance.")
_state = case((Incident.resolved_at.is_(None), "ACTIVE"), else_="RESOLVED")
_element_key = element_key_column(Incident.instance_key, Incident.token)


def _told(actor: Actor) -> Criterion:
    """Whether the caller reads the message, which may quote values, and not only the kind."""
    return and_(policies.visible(actor), policies.values_visible(actor))


def _message(condition: Condition) -> Criterion:
    """A filter on messages asks only those that the caller reads."""
    return and_(_told(current_actor()), condition.on(Incident.message))


incidents = Search(
    keys=(Incident.key,),
    filters={
        "process_definition_id": Incident.process_id,
        "error_type": Incident.kind,
        "error_message": _message,
        "element_id": Incident.element_id,
        "creation_time": Incident.created_at,
        "state": _state,
        "tenant_id": on_tenant,
        "incident_key": Incident.key,
        "process_definition_key": ProcessInstance.definition_key,
        "process_instance_key": Incident.instance_key,
        "element_instance_key": _element_key,
        "job_key": Incident.job_key,
    },
    sorts={
        "creationTime": Incident.created_at,
        "elementId": Incident.element_id,
        "elementInstanceKey": _element_key,
        "errorType": Incident.kind,
        "incidentKey": Incident.key,
        "jobKey": Incident.job_key,
        "processDefinitionId": Incident.process_id,
        "processDefinitionKey": ProcessInstance.definition_key,
        "processInstanceKey": Incident.instance_key,
        "state": _state,
        "tenantId": TENANT,
    },
)


def _visible(actor: Actor) -> Statement:
    """Incidents of instances the actor may see; all of them for who operates the engine."""
    query = select(
        Incident,
        ProcessInstance.definition_key,
        ProcessInstance.root_key,
        _state.label("state"),
        _told(actor).label("told"),
        _element_key.label("element_instance_key"),
    ).join(ProcessInstance, ProcessInstance.key == Incident.instance_key)
    if policies.may_operate(actor):
        return query
    return query.where(_told(actor))


def _result(row: Row[Any]) -> dict[str, Any]:
    """A row of `_visible` as `IncidentResult` writes it."""
    incident: Incident = row.Incident
    return {
        "process_definition_id": incident.process_id,
        "error_type": incident.kind,
        "error_message": incident.message if row.told else sentence(incident.kind),
        "element_id": incident.element_id,
        "creation_time": incident.created_at,
        "state": row.state,
        "incident_key": incident.key,
        "process_definition_key": row.definition_key,
        "process_instance_key": incident.instance_key,
        "root_process_instance_key": row.root_key,
        "element_instance_key": row.element_instance_key,
        "job_key": incident.job_key,
    }


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(IncidentQuery)
@blueprint.response(200, IncidentResults)
def search_incidents(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search incidents

    Who operates the engine without reading values gets the kind in words as `errorMessage`, not the error itself.
    """
    found = incidents.page_of(_visible(current_actor()), query)
    return {"items": [_result(row) for row in found.items], "page": found.page}


@blueprint.route("/<incident_key>")
@blueprint.response(200, IncidentResult)
def get_incident(incident_key: int) -> dict[str, Any]:
    """Get an incident"""
    row = db.session.execute(_visible(current_actor()).where(Incident.key == incident_key)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such incident."))
    return _result(row)


@blueprint.route("/<incident_key>/resolution", methods=["POST"])
@blueprint.arguments(IncidentResolution)
@blueprint.response(204)
def resolve_incident(body: Mapping[str, Any], incident_key: int) -> Response:
    """Resolve an incident

    The failed element is tried again; it may fail again, then a new incident stands there.
    """
    operations.resolve_incident(current_actor(), incident_key)
    return no_content()
