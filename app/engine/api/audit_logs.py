"""Audit logs: what people did to instances, read from the history; what instances did by themselves is not told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, and_, case, func, literal, or_, select

from app.api import Blueprint, current_actor
from app.api.search import Search, Statement
from app.engine import policies
from app.engine.api.searches import TENANT, on_tenant
from app.engine.api.shapes.audit_logs import AuditLogQuery, AuditLogResult, AuditLogResults
from app.engine.models import HistoryEvent, ProcessInstance
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

blueprint = Blueprint("audit-logs", __name__, url_prefix="/v2/audit-logs", description="Who did what.")
OPERATIONS: Mapping[str, tuple[str, str]] = {
    "start": ("PROCESS_INSTANCE", "CREATE"),
    "cancel": ("PROCESS_INSTANCE", "CANCEL"),
    "complete": ("USER_TASK", "COMPLETE"),
    "claim": ("USER_TASK", "ASSIGN"),
    "assign": ("USER_TASK", "ASSIGN"),
    "delegate": ("USER_TASK", "ASSIGN"),
    "release": ("USER_TASK", "UNASSIGN"),
    "extend": ("USER_TASK", "UPDATE"),
    "update_task": ("USER_TASK", "UPDATE"),
    "migrate": ("PROCESS_INSTANCE", "MIGRATE"),
    "undo_migration": ("PROCESS_INSTANCE", "MIGRATE"),
    "modify": ("PROCESS_INSTANCE", "MODIFY"),
    "set_variables": ("VARIABLE", "UPDATE"),
    "resolve": ("INCIDENT", "RESOLVE"),
    "complete_job": ("JOB", "COMPLETE"),
    "fail_job": ("JOB", "UPDATE"),
    "throw_error": ("JOB", "UPDATE"),
}
"""Verbs of the history as Camunda's entity and operation."""
_entity = case({verb: entity for verb, (entity, _operation) in OPERATIONS.items()}, value=HistoryEvent.verb)
_operation = case({verb: operation for verb, (_entity, operation) in OPERATIONS.items()}, value=HistoryEvent.verb)
_category = case((HistoryEvent.task_key.is_not(None), "USER_TASKS"), else_="DEPLOYED_RESOURCES")
_actor = func.nullif(HistoryEvent.actor, "")
_actor_type = case((HistoryEvent.actor != "", "USER"), else_="UNKNOWN")
_entity_key = func.coalesce(HistoryEvent.task_key, HistoryEvent.instance_key)

audit_logs = Search(
    keys=(HistoryEvent.key,),
    filters={
        "audit_log_key": HistoryEvent.key,
        "process_definition_key": ProcessInstance.definition_key,
        "process_instance_key": HistoryEvent.instance_key,
        "operation_type": _operation,
        "timestamp": HistoryEvent.at,
        "actor_id": _actor,
        "actor_type": _actor_type,
        "entity_key": _entity_key,
        "entity_type": _entity,
        "tenant_id": on_tenant,
        "category": _category,
        "form_key": HistoryEvent.form_key,
        "process_definition_id": ProcessInstance.process_id,
        "user_task_key": HistoryEvent.task_key,
    },
    sorts={
        "actorId": _actor,
        "actorType": _actor_type,
        "auditLogKey": HistoryEvent.key,
        "category": _category,
        "entityKey": _entity_key,
        "entityType": _entity,
        "operationType": _operation,
        "processDefinitionId": ProcessInstance.process_id,
        "processDefinitionKey": ProcessInstance.definition_key,
        "processInstanceKey": HistoryEvent.instance_key,
        "result": literal("SUCCESS"),
        "tenantId": TENANT,
        "timestamp": HistoryEvent.at,
        "userTaskKey": HistoryEvent.task_key,
    },
)


def _visible(actor: Actor) -> Statement:
    """Events of instances whose values the actor sees; of the others they see, their own."""
    own = and_(HistoryEvent.actor == actor.login, policies.visible(actor))
    return (
        select(
            HistoryEvent,
            ProcessInstance.process_id,
            ProcessInstance.definition_key,
            ProcessInstance.root_key,
            _entity.label("entity_type"),
            _operation.label("operation_type"),
            _category.label("category"),
        )
        .join(ProcessInstance, ProcessInstance.key == HistoryEvent.instance_key)
        .where(HistoryEvent.verb.in_(OPERATIONS), or_(policies.values_visible(actor), own))
    )


def _result(row: Row[Any]) -> dict[str, Any]:
    """A row of `_visible` as `AuditLogResult` writes it."""
    event: HistoryEvent = row.HistoryEvent
    return {
        "audit_log_key": event.key,
        "entity_key": event.task_key or event.instance_key,
        "entity_type": row.entity_type,
        "operation_type": row.operation_type,
        "timestamp": event.at,
        "actor_id": event.actor or None,
        "actor_type": "USER" if event.actor else "UNKNOWN",
        "category": row.category,
        "process_definition_id": row.process_id,
        "process_definition_key": row.definition_key,
        "process_instance_key": event.instance_key,
        "root_process_instance_key": row.root_key,
        "element_instance_key": event.task_key,
        "user_task_key": event.task_key,
        "form_key": event.form_key,
        "entity_description": event.element_id,
        "inbound_channel_type": event.channel,
    }


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(AuditLogQuery)
@blueprint.response(200, AuditLogResults)
def search_audit_logs(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search audit logs

    Everything for auditors and owners; others find their own acts.
    """
    found = audit_logs.page_of(_visible(current_actor()), query)
    return {"items": [_result(row) for row in found.items], "page": found.page}


@blueprint.route("/<audit_log_key>")
@blueprint.response(200, AuditLogResult)
def get_audit_log(audit_log_key: int) -> dict[str, Any]:
    """Get an audit log"""
    row = db.session.execute(_visible(current_actor()).where(HistoryEvent.key == audit_log_key)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such entry."))
    return _result(row)
