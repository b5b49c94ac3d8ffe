"""Shapes of variables."""

from __future__ import annotations

from marshmallow import fields

from app.api.conditions import key_filter, text_filter
from app.api.schemas import ApiSchema, Key, Tenant, query_of, result_of

VARIABLE_SORTS = ("name", "processInstanceKey", "scopeKey", "tenantId", "value", "variableKey")


class VariableResult(ApiSchema):
    """A variable; `value` is JSON as text."""

    name = fields.String(required=True)
    value = fields.String(required=True)
    is_truncated = fields.Boolean(required=True)
    tenant_id = Tenant(required=True)
    variable_key = Key(required=True)
    scope_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True, allow_none=True)


class VariableFilter(ApiSchema):
    """What narrows a search for variables."""

    name = text_filter()
    value = text_filter()
    tenant_id = Tenant()
    is_truncated = fields.Boolean()
    variable_key = key_filter()
    scope_key = key_filter()
    process_instance_key = key_filter()


class UserTaskVariableFilter(ApiSchema):
    """What narrows a search for the variables that a task sees."""

    name = text_filter()


class Truncation(ApiSchema):
    """Whether long values are cut."""

    truncate_values = fields.Boolean(load_default=True)


VariableQuery = query_of(VariableFilter, VARIABLE_SORTS, "Variable")
UserTaskVariableQuery = query_of(UserTaskVariableFilter, VARIABLE_SORTS, "UserTaskVariable")
VariableResults = result_of(VariableResult, "VariableResults")
