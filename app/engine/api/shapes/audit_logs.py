"""Shapes of audit logs."""

from __future__ import annotations

from marshmallow import fields

from app.api.conditions import key_filter, moment_filter, state_filter, text_filter
from app.api.schemas import ApiSchema, Key, Moment, Tenant, query_of, result_of

ENTITIES = (
    "AUTHORIZATION",
    "BATCH",
    "CLIENT",
    "DECISION",
    "GROUP",
    "INCIDENT",
    "JOB",
    "MAPPING_RULE",
    "PROCESS_INSTANCE",
    "RESOURCE",
    "ROLE",
    "TENANT",
    "USER",
    "USER_TASK",
    "VARIABLE",
)
OPERATIONS = (
    "ASSIGN",
    "CANCEL",
    "COMPLETE",
    "CREATE",
    "DELETE",
    "EVALUATE",
    "MIGRATE",
    "MODIFY",
    "RESOLVE",
    "RESUME",
    "SUSPEND",
    "UNASSIGN",
    "UNKNOWN",
    "UPDATE",
)
CATEGORIES = ("ADMIN", "DEPLOYED_RESOURCES", "USER_TASKS")
ACTORS = ("ANONYMOUS", "CLIENT", "UNKNOWN", "USER")
SORTS = (
    "actorId",
    "actorType",
    "auditLogKey",
    "category",
    "entityKey",
    "entityType",
    "operationType",
    "processDefinitionId",
    "processDefinitionKey",
    "processInstanceKey",
    "result",
    "tenantId",
    "timestamp",
    "userTaskKey",
)


class Nothing(fields.Constant[None]):
    """A member that the clients demand and nothing here fills."""

    def __init__(self) -> None:
        super().__init__(None, required=True, allow_none=True)


class AuditLogResult(ApiSchema):
    """Something that a person or the platform did to an instance."""

    audit_log_key = Key(required=True)
    entity_key = Key(required=True)
    entity_type = fields.String(required=True)
    operation_type = fields.String(required=True)
    batch_operation_key = Nothing()
    batch_operation_type = Nothing()
    timestamp = Moment(required=True)
    actor_id = fields.String(required=True, allow_none=True)
    actor_type = fields.String(required=True)
    agent_element_id = Nothing()
    tenant_id = Tenant(required=True)
    result = fields.Constant("SUCCESS", required=True)
    category = fields.String(required=True)
    process_definition_id = fields.String(required=True)
    process_definition_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True)
    element_instance_key = Key(required=True, allow_none=True)
    job_key = Nothing()
    user_task_key = Key(required=True, allow_none=True)
    decision_requirements_id = Nothing()
    decision_requirements_key = Nothing()
    decision_definition_id = Nothing()
    decision_definition_key = Nothing()
    decision_evaluation_key = Nothing()
    deployment_key = Nothing()
    form_key = Key(required=True, allow_none=True)
    resource_key = Nothing()
    related_entity_key = Nothing()
    related_entity_type = Nothing()
    entity_description = fields.String(required=True, allow_none=True)
    inbound_channel_type = fields.String(required=True, allow_none=True)
    inbound_channel_tool_name = Nothing()


class AuditLogFilter(ApiSchema):
    """What narrows a search for audit logs."""

    audit_log_key = key_filter()
    process_definition_key = key_filter()
    process_instance_key = key_filter()
    operation_type = state_filter(OPERATIONS)
    timestamp = moment_filter()
    actor_id = text_filter()
    actor_type = state_filter(ACTORS)
    entity_key = key_filter()
    entity_type = state_filter(ENTITIES)
    tenant_id = text_filter()
    category = state_filter(CATEGORIES)
    form_key = key_filter()
    process_definition_id = text_filter()
    user_task_key = key_filter()


AuditLogQuery = query_of(AuditLogFilter, SORTS, "AuditLog")
AuditLogResults = result_of(AuditLogResult, "AuditLogResults")
