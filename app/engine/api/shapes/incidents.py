"""Shapes of incidents."""

from __future__ import annotations

from marshmallow import fields

from app.api.conditions import key_filter, moment_filter, state_filter, text_filter
from app.api.schemas import ApiSchema, Key, Moment, Tenant, query_of, result_of

STATES = ("ACTIVE", "MIGRATED", "PENDING", "RESOLVED", "UNKNOWN")
ERRORS = (
    "AD_HOC_SUB_PROCESS_NO_RETRIES",
    "CALLED_DECISION_ERROR",
    "CALLED_ELEMENT_ERROR",
    "CONDITION_ERROR",
    "DECISION_EVALUATION_ERROR",
    "EXECUTION_LISTENER_NO_RETRIES",
    "EXTRACT_VALUE_ERROR",
    "FORM_NOT_FOUND",
    "IO_MAPPING_ERROR",
    "JOB_NO_RETRIES",
    "MESSAGE_SIZE_EXCEEDED",
    "RESOURCE_NOT_FOUND",
    "SECRET_RESOLUTION_ERROR",
    "TASK_LISTENER_NO_RETRIES",
    "UNHANDLED_ERROR_EVENT",
    "UNKNOWN",
    "UNSPECIFIED",
)
SORTS = (
    "creationTime",
    "elementId",
    "elementInstanceKey",
    "errorType",
    "incidentKey",
    "jobKey",
    "processDefinitionId",
    "processDefinitionKey",
    "processInstanceKey",
    "state",
    "tenantId",
)


class IncidentResult(ApiSchema):
    """Something that stopped an instance until somebody mends it."""

    process_definition_id = fields.String(required=True)
    error_type = fields.String(required=True)
    error_message = fields.String(required=True)
    element_id = fields.String(required=True)
    creation_time = Moment(required=True)
    state = fields.String(required=True)
    tenant_id = Tenant(required=True)
    incident_key = Key(required=True)
    process_definition_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    element_instance_key = Key(required=True)
    job_key = Key(required=True, allow_none=True)


class IncidentFilter(ApiSchema):
    """What narrows a search for incidents."""

    process_definition_id = text_filter()
    error_type = state_filter(ERRORS)
    error_message = text_filter()
    element_id = text_filter()
    creation_time = moment_filter()
    state = state_filter(STATES)
    tenant_id = text_filter()
    incident_key = key_filter()
    process_definition_key = key_filter()
    process_instance_key = key_filter()
    element_instance_key = key_filter()
    job_key = key_filter()


class IncidentResolution(ApiSchema):
    """Try the failed element again."""

    operation_reference = fields.Integer(load_default=None, allow_none=True)


IncidentQuery = query_of(IncidentFilter, SORTS, "Incident")
IncidentResults = result_of(IncidentResult, "IncidentResults")
