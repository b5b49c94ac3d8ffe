"""Counts of one instance: how often its elements were reached, and the flows that were taken."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.api import Blueprint, current_actor
from app.api.schemas import ApiSchema, Key, Tenant
from app.engine import policies, queries
from app.engine.api.element_instances import hidden
from app.engine.bpmn import ProcessModel
from app.engine.definitions import definition
from app.engine.views import InstanceView
from app.kernel.actor import Actor

blueprint = Blueprint(
    "instance-statistics", __name__, url_prefix="/v2/process-instances", description="Counts of one instance."
)


class ElementStatistics(ApiSchema):
    """How often one element was reached, and what came of it."""

    element_id = fields.String(required=True)
    active = fields.Integer(required=True)
    canceled = fields.Integer(required=True)
    incidents = fields.Integer(required=True)
    completed = fields.Integer(required=True)


class ElementStatisticsResults(ApiSchema):
    """The counts of all elements that were reached."""

    items = fields.List(fields.Nested(ElementStatistics), required=True)


class SequenceFlow(ApiSchema):
    """A flow that was taken."""

    sequence_flow_id = fields.String(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True)
    process_definition_key = Key(required=True)
    process_definition_id = fields.String(required=True)
    element_id = fields.String(required=True)
    tenant_id = Tenant(required=True)


class SequenceFlows(ApiSchema):
    """All flows that were taken."""

    items = fields.List(fields.Nested(SequenceFlow), required=True)


@blueprint.route("/<process_instance_key>/statistics/element-instances")
@blueprint.response(200, ElementStatisticsResults)
def get_process_instance_statistics(process_instance_key: int) -> dict[str, Any]:
    """Get the element counts of an instance"""
    actor = current_actor()
    about, model, unseen = _about(actor, process_instance_key)
    found = queries.travelled(actor, about.key)
    names = dict.fromkeys((*found.completed, *found.cancelled, *found.live, *found.failed))
    items = [
        {
            "element_id": name,
            "active": found.live.get(name, 0),
            "canceled": found.cancelled.get(name, 0),
            "incidents": found.failed.count(name),
            "completed": found.completed.get(name, 0),
        }
        for name in names
        if name in model.elements and name not in unseen
    ]
    return {"items": items}


@blueprint.route("/<process_instance_key>/sequence-flows")
@blueprint.response(200, SequenceFlows)
def get_process_instance_sequence_flows(process_instance_key: int) -> dict[str, Any]:
    """Get the flows that an instance has taken"""
    actor = current_actor()
    about, model, unseen = _about(actor, process_instance_key)
    items = [
        {
            "sequence_flow_id": flow.id,
            "element_id": flow.id,
            "process_instance_key": about.key,
            "root_process_instance_key": about.root_key,
            "process_definition_key": about.definition_key,
            "process_definition_id": about.process_id,
        }
        for name in queries.travelled(actor, about.key).flows
        if (flow := model.flows.get(name)) is not None and unseen.isdisjoint((flow.source, flow.target))
    ]
    return {"items": items}


def _about(actor: Actor, key: int) -> tuple[InstanceView, ProcessModel, frozenset[str]]:
    """An instance with its model and the elements of which the actor must not learn.

    Raises:
        NotFound: none, or outside the actor's scope.
    """
    about = queries.instance(actor, key)
    model = definition(about.definition_key).model
    return about, model, frozenset() if policies.sees_values(actor, about.owner_group) else hidden(actor, model)
