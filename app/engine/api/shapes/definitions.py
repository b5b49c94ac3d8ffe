"""Shapes of process definitions and deployments."""

from __future__ import annotations

from marshmallow import fields, validate

from app.api.conditions import text_filter
from app.api.schemas import ApiSchema, Key, Tenant, query_of, result_of

DEFINITION_STATES = ("ACTIVE", "DRAINING", "DELETED")
DEFINITION_SORTS = (
    "name",
    "processDefinitionId",
    "processDefinitionKey",
    "resourceName",
    "tenantId",
    "version",
    "versionTag",
)


class ProcessDefinitionResult(ApiSchema):
    """One version of a process."""

    name = fields.String(required=True, allow_none=True)
    resource_name = fields.String(required=True)
    version = fields.Integer(required=True)
    version_tag = fields.String(required=True, allow_none=True)
    process_definition_id = fields.String(required=True)
    tenant_id = Tenant(required=True)
    process_definition_key = Key(required=True)
    has_start_form = fields.Boolean(required=True)
    state = fields.Constant("ACTIVE", required=True)


class ProcessDefinitionFilter(ApiSchema):
    """What narrows a search for process definitions."""

    name = text_filter()
    is_latest_version = fields.Boolean()
    resource_name = fields.String()
    version = fields.Integer(strict=True)
    version_tag = fields.String()
    process_definition_id = text_filter()
    tenant_id = Tenant()
    process_definition_key = Key()
    has_start_form = fields.Boolean()
    state = fields.String(validate=validate.OneOf(DEFINITION_STATES))


ProcessDefinitionQuery = query_of(ProcessDefinitionFilter, DEFINITION_SORTS, "ProcessDefinition")
ProcessDefinitionResults = result_of(ProcessDefinitionResult, "ProcessDefinitionResults")


class DeployedProcess(ApiSchema):
    """A deployed process."""

    process_definition_id = fields.String(required=True)
    process_definition_version = fields.Integer(required=True)
    resource_name = fields.String(required=True)
    tenant_id = Tenant(required=True)
    process_definition_key = Key(required=True)


class DeployedDecision(ApiSchema):
    """A deployed decision."""

    decision_definition_id = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    tenant_id = Tenant(required=True)
    decision_requirements_id = fields.String(required=True)
    decision_definition_key = Key(required=True)
    decision_requirements_key = Key(required=True)


class DeployedRequirements(ApiSchema):
    """The file of decisions that belong together."""

    decision_requirements_id = fields.String(required=True)
    decision_requirements_name = fields.String(required=True)
    version = fields.Integer(required=True)
    resource_name = fields.String(required=True)
    tenant_id = Tenant(required=True)
    decision_requirements_key = Key(required=True)


class DeployedForm(ApiSchema):
    """A deployed form."""

    form_id = fields.String(required=True)
    version = fields.Integer(required=True)
    resource_name = fields.String(required=True)
    tenant_id = Tenant(required=True)
    form_key = Key(required=True)


class DeploymentMetadata(ApiSchema):
    """One deployed thing: exactly one member is not null."""

    process_definition = fields.Nested(DeployedProcess, required=True, allow_none=True)
    decision_definition = fields.Nested(DeployedDecision, required=True, allow_none=True)
    decision_requirements = fields.Nested(DeployedRequirements, required=True, allow_none=True)
    form = fields.Nested(DeployedForm, required=True, allow_none=True)
    resource = fields.Raw(required=True, allow_none=True)


class DeploymentWarning(ApiSchema):
    """What does not prevent a deployment but should be mended (ours: Camunda has no such list)."""

    resource_name = fields.String(required=True)
    element_id = fields.String(required=True, allow_none=True)
    rule = fields.String(required=True)
    message = fields.String(required=True)


class DeploymentResult(ApiSchema):
    """What was deployed together."""

    deployment_key = Key(required=True)
    tenant_id = Tenant(required=True)
    deployments = fields.List(fields.Nested(DeploymentMetadata), required=True)
    warnings = fields.List(fields.Nested(DeploymentWarning), required=True)
