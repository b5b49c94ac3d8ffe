"""Shapes of process instances."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.api.conditions import integer_filter, key_filter, moment_filter, state_filter, text_filter
from app.api.schemas import ApiSchema, Key, Moment, Tenant, query_of, result_of
from app.engine.api.shapes.common import Empty, Unknown, VariableValue

INSTANCE_STATES = ("ACTIVE", "COMPLETED", "TERMINATED", "SUSPENDED")
INSTANCE_SORTS = (
    "businessId",
    "endDate",
    "hasIncident",
    "parentElementInstanceKey",
    "parentProcessInstanceKey",
    "processDefinitionId",
    "processDefinitionKey",
    "processDefinitionName",
    "processDefinitionVersion",
    "processDefinitionVersionTag",
    "processInstanceKey",
    "startDate",
    "state",
    "suspendedDate",
    "tenantId",
)
LONGEST_WAIT_MS = 60_000


class ProcessInstanceResult(ApiSchema):
    """One run of a process."""

    process_definition_id = fields.String(required=True)
    process_definition_name = fields.String(required=True, allow_none=True)
    process_definition_version = fields.Integer(required=True)
    process_definition_version_tag = fields.String(required=True, allow_none=True)
    start_date = Moment(required=True)
    end_date = Moment(required=True, allow_none=True)
    state = fields.String(required=True)
    suspended_date = fields.Constant(None, required=True)
    has_incident = fields.Boolean(required=True)
    tenant_id = Tenant(required=True)
    process_instance_key = Key(required=True)
    process_definition_key = Key(required=True)
    parent_process_instance_key = Key(required=True, allow_none=True)
    parent_element_instance_key = fields.Constant(None, required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    tags = Empty(list, required=True)
    business_id = fields.String(required=True, allow_none=True)


class ProcessInstanceFilterFields(ApiSchema):
    """What narrows a search for instances."""

    process_definition_id = text_filter()
    process_definition_name = text_filter()
    process_definition_version = integer_filter()
    process_definition_version_tag = text_filter()
    process_definition_key = key_filter()
    start_date = moment_filter()
    end_date = moment_filter()
    state = state_filter(INSTANCE_STATES)
    has_incident = fields.Boolean()
    suspended_date = moment_filter()
    tenant_id = text_filter()
    variables = fields.List(fields.Nested(VariableValue), validate=validate.Length(max=20))
    process_instance_key = key_filter()
    parent_process_instance_key = key_filter()
    parent_element_instance_key = Unknown()
    batch_operation_id = Unknown()
    batch_operation_key = Unknown()
    error_message = text_filter()
    has_retries_left = Unknown()
    element_instance_state = Unknown()
    element_id = Unknown()
    has_element_instance_incident = Unknown()
    incident_error_hash_code = Unknown()
    tags = fields.List(fields.String())
    business_id = text_filter()


class ProcessInstanceFilter(ProcessInstanceFilterFields):
    """What narrows a search, with alternatives."""

    or_ = fields.List(fields.Nested(ProcessInstanceFilterFields), data_key="$or", validate=validate.Length(max=20))


ProcessInstanceQuery = query_of(ProcessInstanceFilter, INSTANCE_SORTS, "ProcessInstance")
ProcessInstanceResults = result_of(ProcessInstanceResult, "ProcessInstanceResults")


class CreateProcessInstance(ApiSchema):
    """Start a process: by `processDefinitionKey`, or by `processDefinitionId` and a version or version tag."""

    process_definition_key = Key()
    process_definition_id = fields.String(validate=validate.Length(min=1, max=250))
    process_definition_version = fields.Integer(load_default=-1, strict=True)
    process_definition_version_tag = fields.String()
    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    tenant_id = Tenant(load_default="<default>")
    operation_reference = fields.Integer()
    start_instructions = fields.List(Unknown(), load_default=list)
    runtime_instructions = fields.List(Unknown(), load_default=list)
    await_completion = fields.Boolean(load_default=False)
    fetch_variables = fields.List(fields.String(), load_default=list, allow_none=True)
    request_timeout = fields.Integer(load_default=0, validate=validate.Range(min=0, max=LONGEST_WAIT_MS), strict=True)
    tags = fields.List(fields.String(), load_default=list)
    business_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=256))

    @validates_schema
    def one_way(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one way of naming the process."""
        if ("process_definition_key" in data) == ("process_definition_id" in data):
            raise ValidationError("Give either processDefinitionKey or processDefinitionId.", "processDefinitionKey")


class CreateProcessInstanceResult(ApiSchema):
    """The started instance; `variables` are those of the finished instance when completion was awaited."""

    process_definition_id = fields.String(required=True)
    process_definition_version = fields.Integer(required=True)
    tenant_id = Tenant(required=True)
    variables = fields.Dict(required=True)
    process_definition_key = Key(required=True)
    process_instance_key = Key(required=True)
    tags = Empty(list, required=True)
    business_id = fields.String(required=True, allow_none=True)


class CancelProcessInstance(ApiSchema):
    """Cancel an instance. `reason` is ours: Camunda has no word for it."""

    operation_reference = fields.Integer()
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
