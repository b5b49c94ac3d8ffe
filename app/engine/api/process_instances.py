"""Process instances: start, search, read, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Row, select

from app.api import Blueprint, NotOffered, current_actor, no_content
from app.api.problems import TimedOut
from app.api.search import Statement
from app.engine import operations, policies
from app.engine.api import searches, waiting
from app.engine.api.shapes.instances import (
    CancelProcessInstance,
    CreateProcessInstance,
    CreateProcessInstanceResult,
    ProcessInstanceQuery,
    ProcessInstanceResult,
    ProcessInstanceResults,
)
from app.engine.models import ProcessDefinition, ProcessInstance
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound, Unavailable

blueprint = Blueprint(
    "process-instances", __name__, url_prefix="/v2/process-instances", description="Runs of processes."
)
STATES = {ours: theirs for theirs, ours in searches.INSTANCE_STATES.items()}
DEFAULT_WAIT_MS = 10_000
Instance, Definition = ProcessInstance, ProcessDefinition


def visible(actor: Actor) -> Statement:
    """Instances that the actor may see, with their definition; without their state."""
    return (
        select(
            Instance.key,
            Instance.process_id,
            Instance.definition_key,
            Instance.started_at,
            Instance.ended_at,
            Instance.status,
            Instance.incidents,
            Instance.parent_key,
            Instance.root_key,
            Instance.business_key,
            Definition.name,
            Definition.version,
            Definition.version_tag,
        )
        .join(Definition, Definition.key == Instance.definition_key)
        .where(policies.visible(actor))
    )


def result(row: Row[Any]) -> dict[str, Any]:
    """A row of `visible` as `ProcessInstanceResult` writes it."""
    return {
        "process_definition_id": row.process_id,
        "process_definition_name": row.name,
        "process_definition_version": row.version,
        "process_definition_version_tag": row.version_tag,
        "start_date": row.started_at,
        "end_date": row.ended_at,
        "state": STATES[row.status],
        "has_incident": row.incidents > 0,
        "process_instance_key": row.key,
        "process_definition_key": row.definition_key,
        "parent_process_instance_key": row.parent_key,
        "root_process_instance_key": row.root_key,
        "business_id": row.business_key,
    }


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(ProcessInstanceQuery)
@blueprint.response(200, ProcessInstanceResults)
def search_process_instances(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search process instances

    Running and finished ones that the caller may see.
    """
    statement = visible(current_actor())
    if searches.over_values(query["filter"] or {}, "variables", "error_message"):
        statement = statement.where(policies.values_visible(current_actor()))
    found = searches.process_instances.page_of(statement, query)
    return {"items": [result(row) for row in found.items], "page": found.page}


@blueprint.route("/<process_instance_key>")
@blueprint.response(200, ProcessInstanceResult)
def get_process_instance(process_instance_key: int) -> dict[str, Any]:
    """Get a process instance"""
    row = db.session.execute(visible(current_actor()).where(Instance.key == process_instance_key)).one_or_none()
    if row is None:
        raise NotFound
    return result(row)


@blueprint.route("/<process_instance_key>/cancellation", methods=["POST"])
@blueprint.arguments(CancelProcessInstance)
@blueprint.response(204)
def cancel_process_instance(body: Mapping[str, Any], process_instance_key: int) -> Response:
    """Cancel a process instance

    Only its owner may. `reason` is kept in the history.
    """
    reason = body["reason"].strip() or "API"
    operations.cancel_instance(current_actor(), process_instance_key, reason)
    return no_content()


@blueprint.route("", methods=["POST"], transactions=False)
@blueprint.arguments(CreateProcessInstance)
@blueprint.response(200, CreateProcessInstanceResult)
def create_process_instance(body: Mapping[str, Any]) -> dict[str, Any]:
    """Create a process instance

    With `awaitCompletion` the answer comes when the instance has ended, with its variables (`fetchVariables` names
    some); after `requestTimeout` milliseconds the answer is 504 and the instance goes on.
    """
    for name in ("start_instructions", "runtime_instructions", "tags"):
        if body[name]:
            raise NotOffered(f"'{name}' when an instance is created")
    if not body["await_completion"]:
        return _created(_start(current_actor(), body), {})
    with waiting.place() as found:
        if not found:
            raise Unavailable(_("Too many calls are waiting for instances to end; try again in a moment."))
        key = _start(current_actor(), body)
        variables = _outcome(key, (body["request_timeout"] or DEFAULT_WAIT_MS) / 1000)
    wanted = body["fetch_variables"]
    return _created(key, {n: v for n, v in variables.items() if not wanted or n in wanted})


def _start(actor: Actor, body: Mapping[str, Any]) -> int:
    with db.unit_of_work():
        process_id, definition_key = _definition(body)
        return operations.start_instance(
            actor,
            process_id,
            body["variables"] or {},
            definition_key=definition_key,
            business_key=body["business_id"],
        )


def _definition(body: Mapping[str, Any]) -> tuple[str, int]:
    """Process id and key of the wanted version.

    Raises:
        NotFound: there is none.
    """
    query = select(Definition.process_id, Definition.key).order_by(Definition.version.desc()).limit(1)
    if "process_definition_key" in body:
        query = query.where(Definition.key == body["process_definition_key"])
    else:
        query = query.where(Definition.process_id == body["process_definition_id"])
        if body.get("process_definition_version_tag") is not None:
            query = query.where(Definition.version_tag == body["process_definition_version_tag"])
        elif body["process_definition_version"] != -1:
            query = query.where(Definition.version == body["process_definition_version"])
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such process."))
    return row.process_id, row.key


def _created(key: int, variables: Mapping[str, Any]) -> dict[str, Any]:
    query = select(Instance.process_id, Instance.definition_key, Instance.business_key, Definition.version)
    with db.unit_of_work() as session:
        row = session.execute(
            query.join(Definition, Definition.key == Instance.definition_key).where(Instance.key == key)
        ).one()
    return {
        "process_definition_id": row.process_id,
        "process_definition_version": row.version,
        "variables": variables,
        "process_definition_key": row.definition_key,
        "process_instance_key": key,
        "business_id": row.business_key,
    }


def _outcome(key: int, seconds: float) -> Mapping[str, Any]:
    """Wait until an instance has ended.

    Returns:
        Its variables.

    Raises:
        TimedOut: it has not ended within `seconds`.
    """
    for _look in waiting.pauses(seconds):
        with db.unit_of_work() as session:
            row = session.execute(select(Instance.status, Instance.variables).where(Instance.key == key)).one()
        if row.status != "active":
            found: Mapping[str, Any] = row.variables
            return found
    raise TimedOut(_("The instance %(key)s has not ended within %(seconds)s s; it goes on.", key=key, seconds=seconds))
