"""Shapes of user tasks."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.api.conditions import integer_filter, key_filter, moment_filter, state_filter, text_filter
from app.api.schemas import ApiSchema, Key, Moment, Tenant, query_of, result_of
from app.engine.api.shapes.common import Empty, Unknown, VariableValue

TASK_STATES = (
    "CREATING",
    "CREATED",
    "ASSIGNING",
    "UPDATING",
    "COMPLETING",
    "COMPLETED",
    "CANCELING",
    "CANCELED",
    "FAILED",
)
TASK_SORTS = ("businessId", "completionDate", "creationDate", "dueDate", "followUpDate", "name", "priority")


class UserTaskResult(ApiSchema):
    """A task of a person."""

    name = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True)
    element_id = fields.String(required=True)
    candidate_groups = fields.List(fields.String(), required=True)
    candidate_users = fields.List(fields.String(), required=True)
    process_definition_id = fields.String(required=True)
    creation_date = Moment(required=True)
    completion_date = Moment(required=True, allow_none=True)
    follow_up_date = Moment(required=True, allow_none=True)
    due_date = Moment(required=True, allow_none=True)
    tenant_id = Tenant(required=True)
    external_form_reference = fields.String(required=True, allow_none=True)
    process_definition_version = fields.Integer(required=True)
    custom_headers = Empty(dict, required=True)
    priority = fields.Integer(required=True)
    user_task_key = Key(required=True)
    element_instance_key = Key(required=True)
    process_name = fields.String(required=True, allow_none=True)
    process_definition_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    business_id = fields.String(required=True, allow_none=True)
    form_key = Key(required=True, allow_none=True)
    tags = Empty(list, required=True)


class UserTaskFilterFields(ApiSchema):
    """What narrows a search for tasks."""

    state = state_filter(TASK_STATES)
    assignee = text_filter()
    business_id = text_filter()
    priority = integer_filter()
    element_id = fields.String()
    name = text_filter()
    candidate_group = text_filter()
    candidate_user = text_filter()
    tenant_id = text_filter()
    process_definition_id = text_filter()
    creation_date = moment_filter()
    completion_date = moment_filter()
    follow_up_date = moment_filter()
    due_date = moment_filter()
    process_instance_variables = fields.List(fields.Nested(VariableValue), validate=validate.Length(max=20))
    local_variables = Unknown()
    user_task_key = Key()
    process_definition_key = key_filter()
    process_instance_key = key_filter()
    element_instance_key = Key()
    tags = fields.List(fields.String())


class UserTaskFilter(UserTaskFilterFields):
    """What narrows a search, with alternatives."""

    or_ = fields.List(fields.Nested(UserTaskFilterFields), data_key="$or", validate=validate.Length(max=20))


UserTaskQuery = query_of(UserTaskFilter, TASK_SORTS, "UserTask")
UserTaskResults = result_of(UserTaskResult, "UserTaskResults")


class UserTaskAssignment(ApiSchema):
    """Give the task to a person."""

    assignee = fields.String(required=True, validate=validate.Length(min=1, max=250))
    allow_override = fields.Boolean(load_default=None, allow_none=True)
    action = fields.String(load_default=None, allow_none=True)


class UserTaskCompletion(ApiSchema):
    """Complete the task. Of the variables, `outcome` presses a button of the task's page, `comment` goes with it."""

    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    action = fields.String(load_default=None, allow_none=True)


class MomentOrNothing(Moment):
    """A moment; an empty text empties the attribute, null leaves it as it is."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return "" if value == "" else super()._deserialize(value, attr, data, **kwargs)


class Changeset(ApiSchema):
    """Attributes to change; those left out or null stay."""

    due_date = MomentOrNothing(allow_none=True)
    follow_up_date = MomentOrNothing(allow_none=True)
    candidate_users = fields.List(fields.String(), allow_none=True)
    candidate_groups = fields.List(fields.String(), allow_none=True)
    priority = fields.Integer(allow_none=True, validate=validate.Range(min=0, max=100), strict=True)


class UserTaskUpdate(ApiSchema):
    """Change attributes of the task."""

    changeset = fields.Nested(Changeset, load_default=dict, allow_none=True)
    action = fields.String(load_default=None, allow_none=True)
