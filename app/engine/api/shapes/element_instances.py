"""Shapes of element instances."""

from __future__ import annotations

from marshmallow import fields, validate

from app.api.conditions import moment_filter, state_filter, text_filter
from app.api.schemas import ApiSchema, Key, Moment, Tenant, query_of, result_of
from app.engine.api.elements import STATES, TYPES

SORTS = (
    "elementId",
    "elementInstanceKey",
    "elementName",
    "endDate",
    "incidentKey",
    "processDefinitionId",
    "processDefinitionKey",
    "processInstanceKey",
    "startDate",
    "state",
    "tenantId",
    "type",
)


class ElementInstanceResult(ApiSchema):
    """An element of the diagram that an instance has reached."""

    process_definition_id = fields.String(required=True)
    start_date = Moment(required=True)
    end_date = Moment(required=True, allow_none=True)
    element_id = fields.String(required=True)
    element_name = fields.String(required=True)
    type = fields.String(required=True)
    state = fields.String(required=True)
    has_incident = fields.Boolean(required=True)
    tenant_id = Tenant(required=True)
    element_instance_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    process_definition_key = Key(required=True)
    incident_key = Key(required=True, allow_none=True)


class ElementInstanceFilterFields(ApiSchema):
    """What narrows a search for element instances."""

    process_definition_id = fields.String()
    state = state_filter(STATES)
    type = fields.String(validate=validate.OneOf([*TYPES.values(), "MULTI_INSTANCE_BODY", "UNKNOWN", "UNSPECIFIED"]))
    element_id = text_filter()
    element_name = text_filter()
    has_incident = fields.Boolean()
    tenant_id = Tenant()
    element_instance_key = Key()
    process_instance_key = Key()
    process_definition_key = Key()
    incident_key = Key()
    start_date = moment_filter()
    end_date = moment_filter()
    element_instance_scope_key = Key()


class ElementInstanceFilter(ElementInstanceFilterFields):
    """What narrows a search, with alternatives."""

    or_ = fields.List(fields.Nested(ElementInstanceFilterFields), data_key="$or", validate=validate.Length(max=20))


ElementInstanceQuery = query_of(ElementInstanceFilter, SORTS, "ElementInstance")
ElementInstanceResults = result_of(ElementInstanceResult, "ElementInstanceResults")
