"""How filters and sort fields of the API map to the engine's tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Text, and_, any_, cast, exists, false, func, literal, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from app.api.conditions import Column, Condition, Criterion
from app.api.schemas import DEFAULT_TENANT
from app.api.search import Search
from app.engine.models import Incident, ProcessDefinition, ProcessInstance, UserTask
from app.kernel.errors import Invalid

TASK_STATES = {"CREATED": "open", "COMPLETED": "completed", "CANCELED": "cancelled"}
INSTANCE_STATES = {"ACTIVE": "active", "COMPLETED": "completed", "TERMINATED": "terminated"}
TENANT = literal(DEFAULT_TENANT)


def in_our_words(states: dict[str, str], column: Column) -> Callable[[Condition], Criterion]:
    """A filter on Camunda's states for a column with ours; a state that never occurs here finds nothing."""

    def rule(condition: Condition) -> Criterion:
        parts: list[Criterion] = []
        for operator, value in condition.operators:
            if operator == "$like":
                hits = [ours for theirs, ours in states.items() if Condition(((operator, value),)).holds(theirs)]
                parts.append(column.in_(hits))
            else:
                one = Condition(((operator, value),)).map(lambda theirs: states.get(theirs, theirs))
                parts.append(one.on(column))
        return and_(true(), *parts)

    return rule


def variables_match(column: Column) -> Callable[[list[dict[str, Any]]], Criterion]:
    """A filter on variables kept as JSONB in a column; values are JSON text."""

    def rule(wanted: list[dict[str, Any]]) -> Criterion:
        return and_(true(), *(_variable(column, one["name"], one["value"]) for one in wanted))

    return rule


def _variable(column: Any, name: str, condition: Condition) -> Criterion:
    found = column[name]
    parts: list[Criterion] = []
    for operator, value in condition.operators:
        if operator == "$exists":
            parts.append(column.has_key(name) if value else ~column.has_key(name))
        elif operator == "$like":
            parts.append(Condition((("$like", value),)).on(cast(found, Text)))
        else:
            parts.append(Condition(((operator, value),)).map(_json).on(found))
    return and_(*parts)


def over_values(filters: Mapping[str, Any], *names: str) -> bool:
    """Whether a filter asks for values of variables: only instances whose values the caller reads may answer."""
    alternatives = filters.get("or_") or ()
    return any(name in filters for name in names) or any(over_values(one, *names) for one in alternatives)


def _json(text: str) -> ColumnElement[Any]:
    """A value of a variable filter as JSONB.

    Raises:
        Invalid: it is not JSON text.
    """
    try:
        json.loads(text)
    except ValueError as error:
        message = _("%(text)s is not JSON; a text needs its quotes.", text=text[:40])
        raise Invalid(message, {"value": [message]}) from error
    return cast(literal(text), JSONB)


def _any_of(column: Any) -> Callable[[Condition], Criterion]:
    def rule(condition: Condition) -> Criterion:
        exact = condition.exact()
        return literal(exact) == any_(column) if exact is not None else condition.on_any(func.unnest(column))

    return rule


def _tags(wanted: list[str]) -> Criterion:
    """Nothing has tags here."""
    return true() if not wanted else false()


def on_tenant(condition: Any) -> Criterion:
    """A filter on the tenant: there is one."""
    return condition.on(TENANT) if isinstance(condition, Condition) else literal(condition == DEFAULT_TENANT)


def _no_moment(condition: Condition) -> Criterion:
    """An attribute that nothing has (suspension)."""
    return true() if condition.operators == (("$exists", False),) else false()


def _completed_at(condition: Condition) -> Criterion:
    return and_(UserTask.state == "completed", condition.on(UserTask.ended_at))


def _error_message(condition: Condition) -> Criterion:
    mine = Incident.instance_key == ProcessInstance.key
    return exists(select(1).where(mine, Incident.resolved_at.is_(None), condition.on(Incident.message)))


def _is_latest(wanted: bool) -> Criterion:
    newer = aliased(ProcessDefinition)
    same = newer.process_id == ProcessDefinition.process_id
    found = exists(select(1).where(same, newer.version > ProcessDefinition.version))
    return ~found if wanted else found


user_tasks = Search(
    keys=(UserTask.key,),
    filters={
        "state": in_our_words(TASK_STATES, UserTask.state),
        "assignee": UserTask.assignee,
        "business_id": ProcessInstance.business_key,
        "priority": UserTask.priority,
        "element_id": UserTask.element_id,
        "name": UserTask.name,
        "candidate_group": _any_of(UserTask.candidate_groups),
        "candidate_user": _any_of(UserTask.candidate_users),
        "tenant_id": on_tenant,
        "process_definition_id": UserTask.process_id,
        "creation_date": UserTask.created_at,
        "completion_date": _completed_at,
        "follow_up_date": UserTask.follow_up_at,
        "due_date": UserTask.due_at,
        "process_instance_variables": variables_match(ProcessInstance.variables),
        "user_task_key": UserTask.key,
        "process_definition_key": UserTask.definition_key,
        "process_instance_key": UserTask.instance_key,
        "element_instance_key": UserTask.key,
        "tags": _tags,
    },
    sorts={
        "businessId": ProcessInstance.business_key,
        "completionDate": UserTask.ended_at,
        "creationDate": UserTask.created_at,
        "dueDate": UserTask.due_at,
        "followUpDate": UserTask.follow_up_at,
        "name": UserTask.name,
        "priority": UserTask.priority,
    },
)

process_instances = Search(
    keys=(ProcessInstance.key,),
    filters={
        "process_definition_id": ProcessInstance.process_id,
        "process_definition_name": ProcessDefinition.name,
        "process_definition_version": ProcessDefinition.version,
        "process_definition_version_tag": ProcessDefinition.version_tag,
        "process_definition_key": ProcessInstance.definition_key,
        "start_date": ProcessInstance.started_at,
        "end_date": ProcessInstance.ended_at,
        "state": in_our_words(INSTANCE_STATES, ProcessInstance.status),
        "has_incident": lambda wanted: ProcessInstance.incidents > 0 if wanted else ProcessInstance.incidents == 0,
        "suspended_date": _no_moment,
        "tenant_id": on_tenant,
        "variables": variables_match(ProcessInstance.variables),
        "process_instance_key": ProcessInstance.key,
        "parent_process_instance_key": ProcessInstance.parent_key,
        "error_message": _error_message,
        "tags": _tags,
        "business_id": ProcessInstance.business_key,
    },
    sorts={
        "businessId": ProcessInstance.business_key,
        "endDate": ProcessInstance.ended_at,
        "hasIncident": ProcessInstance.incidents,
        "parentProcessInstanceKey": ProcessInstance.parent_key,
        "processDefinitionId": ProcessInstance.process_id,
        "processDefinitionKey": ProcessInstance.definition_key,
        "processDefinitionName": ProcessDefinition.name,
        "processDefinitionVersion": ProcessDefinition.version,
        "processDefinitionVersionTag": ProcessDefinition.version_tag,
        "processInstanceKey": ProcessInstance.key,
        "startDate": ProcessInstance.started_at,
        "state": ProcessInstance.status,
        "tenantId": TENANT,
    },
)

process_definitions = Search(
    keys=(ProcessDefinition.key,),
    filters={
        "name": ProcessDefinition.name,
        "is_latest_version": _is_latest,
        "resource_name": ProcessDefinition.resource_name,
        "version": ProcessDefinition.version,
        "version_tag": ProcessDefinition.version_tag,
        "process_definition_id": ProcessDefinition.process_id,
        "tenant_id": on_tenant,
        "process_definition_key": ProcessDefinition.key,
        "state": lambda wanted: true() if wanted == "ACTIVE" else false(),
    },
    sorts={
        "name": ProcessDefinition.name,
        "processDefinitionId": ProcessDefinition.process_id,
        "processDefinitionKey": ProcessDefinition.key,
        "resourceName": ProcessDefinition.resource_name,
        "tenantId": TENANT,
        "version": ProcessDefinition.version,
        "versionTag": ProcessDefinition.version_tag,
    },
)
