"""Shapes of operations on many instances."""

from __future__ import annotations

from marshmallow import fields, validate

from app.api.conditions import key_filter, state_filter, text_filter
from app.api.schemas import ApiSchema, Key, Moment, query_of, result_of
from app.engine.api.shapes.common import Empty

TYPES = (
    "ADD_VARIABLE",
    "CANCEL_PROCESS_INSTANCE",
    "DELETE_DECISION_DEFINITION",
    "DELETE_DECISION_INSTANCE",
    "DELETE_PROCESS_DEFINITION",
    "DELETE_PROCESS_INSTANCE",
    "MIGRATE_PROCESS_INSTANCE",
    "MODIFY_PROCESS_INSTANCE",
    "RESOLVE_INCIDENT",
    "RESUME_PROCESS_INSTANCE",
    "SUSPEND_PROCESS_INSTANCE",
    "UPDATE_JOB",
    "UPDATE_VARIABLE",
)
STATES = ("ACTIVE", "CANCELED", "COMPLETED", "CREATED", "FAILED", "PARTIALLY_COMPLETED", "SUSPENDED")
ITEM_STATES = ("ACTIVE", "CANCELED", "COMPLETED", "FAILED")
SORTS = ("actorId", "actorType", "batchOperationKey", "endDate", "operationType", "startDate", "state")
ITEM_SORTS = ("batchOperationKey", "itemKey", "processedDate", "processInstanceKey", "state")


class BatchOperationResult(ApiSchema):
    """An operation on many instances and how far it is."""

    batch_operation_key = Key(required=True)
    state = fields.String(required=True)
    batch_operation_type = fields.String(required=True, attribute="operation_type")
    start_date = Moment(required=True, allow_none=True)
    end_date = Moment(required=True, allow_none=True)
    actor_type = fields.String(required=True)
    actor_id = fields.String(required=True)
    operations_total_count = fields.Integer(required=True)
    operations_failed_count = fields.Integer(required=True)
    operations_completed_count = fields.Integer(required=True)
    errors = Empty(list, required=True)


class BatchOperationFilter(ApiSchema):
    """What narrows a search for operations."""

    batch_operation_key = key_filter()
    operation_type = state_filter(TYPES)
    state = state_filter(STATES)
    actor_type = fields.String(validate=validate.OneOf(["ANONYMOUS", "CLIENT", "UNKNOWN", "USER"]))
    actor_id = text_filter()


BatchOperationQuery = query_of(BatchOperationFilter, SORTS, "BatchOperation")
BatchOperationResults = result_of(BatchOperationResult, "BatchOperationResults")


class BatchItemResult(ApiSchema):
    """One instance of an operation."""

    operation_type = fields.String(required=True)
    batch_operation_key = Key(required=True)
    item_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    state = fields.String(required=True)
    processed_date = Moment(required=True, allow_none=True)
    error_message = fields.String(required=True, allow_none=True)


class BatchItemFilter(ApiSchema):
    """What narrows a search for instances of operations."""

    batch_operation_key = key_filter()
    item_key = key_filter()
    process_instance_key = key_filter()
    state = state_filter(ITEM_STATES)
    operation_type = state_filter(TYPES)


BatchItemQuery = query_of(BatchItemFilter, ITEM_SORTS, "BatchItem")
BatchItemResults = result_of(BatchItemResult, "BatchItemResults")
