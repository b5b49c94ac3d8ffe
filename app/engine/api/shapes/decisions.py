"""Shapes of decisions."""

from __future__ import annotations

from marshmallow import fields, validate

from app.api.schemas import ApiSchema, Key, Tenant, query_of, result_of

SORTS = (
    "decisionDefinitionId",
    "decisionDefinitionKey",
    "decisionRequirementsId",
    "decisionRequirementsKey",
    "decisionRequirementsName",
    "decisionRequirementsVersion",
    "name",
    "tenantId",
    "version",
)


class DecisionDefinitionResult(ApiSchema):
    """A decision of a deployed DMN file."""

    decision_definition_id = fields.String(required=True)
    decision_definition_key = Key(required=True)
    decision_requirements_id = fields.String(required=True)
    decision_requirements_key = Key(required=True)
    decision_requirements_name = fields.String(required=True)
    decision_requirements_version = fields.Integer(required=True)
    name = fields.String(required=True)
    tenant_id = Tenant(required=True)
    version = fields.Integer(required=True)


class DecisionDefinitionFilter(ApiSchema):
    """What narrows a search for decisions."""

    decision_definition_id = fields.String()
    name = fields.String()
    is_latest_version = fields.Boolean()
    version = fields.Integer(strict=True)
    decision_requirements_id = fields.String()
    tenant_id = Tenant()
    decision_definition_key = Key()
    decision_requirements_key = Key()
    decision_requirements_name = fields.String()
    decision_requirements_version = fields.Integer(strict=True)


DecisionDefinitionQuery = query_of(DecisionDefinitionFilter, SORTS, "DecisionDefinition")
DecisionDefinitionResults = result_of(DecisionDefinitionResult, "DecisionDefinitionResults")


class DecisionEvaluation(ApiSchema):
    """Make a decision: by `decisionDefinitionKey`, or by `decisionDefinitionId` in its latest version."""

    decision_definition_key = Key()
    decision_definition_id = fields.String(validate=validate.Length(min=1, max=250))
    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    tenant_id = Tenant()


class EvaluatedInput(ApiSchema):
    """The value of an input column, as JSON text."""

    input_id = fields.String(required=True)
    input_name = fields.String(required=True)
    input_value = fields.String(required=True)


class EvaluatedOutput(ApiSchema):
    """The value of an output column, as JSON text."""

    output_id = fields.String(required=True)
    output_name = fields.String(required=True)
    output_value = fields.String(required=True)
    rule_id = fields.String(required=True, allow_none=True)
    rule_index = fields.Integer(required=True, allow_none=True)


class MatchedRule(ApiSchema):
    """A rule that matched; `ruleIndex` counts from 1."""

    rule_id = fields.String(required=True)
    rule_index = fields.Integer(required=True)
    evaluated_outputs = fields.List(fields.Nested(EvaluatedOutput), required=True)


class EvaluatedDecision(ApiSchema):
    """One decision that was made."""

    decision_definition_id = fields.String(required=True)
    decision_definition_name = fields.String(required=True)
    decision_definition_version = fields.Integer(required=True)
    decision_definition_type = fields.String(required=True)
    output = fields.String(required=True)
    tenant_id = Tenant(required=True)
    matched_rules = fields.List(fields.Nested(MatchedRule), required=True)
    evaluated_inputs = fields.List(fields.Nested(EvaluatedInput), required=True)
    decision_definition_key = Key(required=True)
    decision_evaluation_instance_key = fields.String(required=True)


class DecisionEvaluationResult(ApiSchema):
    """What was decided and why; with a failure, which decision failed."""

    decision_definition_id = fields.String(required=True)
    decision_definition_key = Key(required=True)
    decision_definition_name = fields.String(required=True)
    decision_definition_version = fields.Integer(required=True)
    decision_evaluation_key = Key(required=True)
    decision_instance_key = Key(required=True)
    decision_requirements_id = fields.String(required=True)
    decision_requirements_key = Key(required=True)
    evaluated_decisions = fields.List(fields.Nested(EvaluatedDecision), required=True)
    failed_decision_definition_id = fields.String(required=True, allow_none=True)
    failure_message = fields.String(required=True, allow_none=True)
    output = fields.String(required=True)
    tenant_id = Tenant(required=True)
