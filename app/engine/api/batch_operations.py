"""Operations on many instances: how far they are, pausing, going on, stopping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Row, case, select

from app.api import Blueprint, current_actor, no_content
from app.api.listing import Listing
from app.api.search import Search
from app.engine import queries
from app.engine.api.shapes.batches import (
    BatchItemQuery,
    BatchItemResults,
    BatchOperationQuery,
    BatchOperationResult,
    BatchOperationResults,
)
from app.engine.models import BatchItem, BatchOperation, ProcessInstance
from app.engine.models.migrations import CANCEL, DONE, MIGRATE, MODIFY, REFUSED, UNDO
from app.engine.moving.trial import sentence_of
from app.engine.queries.migrations import BatchView, batch_visible
from app.jobs import operations as jobs
from app.jobs.models import CANCELLED, FAILED, PAUSED, QUEUED, RUNNING, BackgroundJob
from app.jobs.models import DONE as ENDED
from app.kernel.errors import NotFound

blueprint = Blueprint("batch-operations", __name__, url_prefix="/v2", description="Operations on many instances.")
TYPES = {
    MIGRATE: "MIGRATE_PROCESS_INSTANCE",
    UNDO: "MIGRATE_PROCESS_INSTANCE",
    MODIFY: "MODIFY_PROCESS_INSTANCE",
    CANCEL: "CANCEL_PROCESS_INSTANCE",
}
STATES = {
    QUEUED: "CREATED",
    RUNNING: "ACTIVE",
    PAUSED: "SUSPENDED",
    ENDED: "COMPLETED",
    FAILED: "FAILED",
    CANCELLED: "CANCELED",
}
NEWEST = 1000
"""How many operations a search looks at."""
_type = case(TYPES, value=BatchOperation.kind)
_state = case(
    (BatchItem.state == DONE, "COMPLETED"),
    (BatchItem.state == REFUSED, "FAILED"),
    (BackgroundJob.state == CANCELLED, "CANCELED"),
    else_="ACTIVE",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the API tells it; the attributes are those of its filters."""

    batch_operation_key: int
    operation_type: str
    state: str
    start_date: datetime | None
    end_date: datetime | None
    actor_id: str
    operations_total_count: int
    operations_failed_count: int
    operations_completed_count: int
    actor_type: str = "USER"


_listing: Listing[Operation] = Listing(
    key="batch_operation_key",
    sorts={
        "actorId": "actor_id",
        "actorType": "actor_type",
        "batchOperationKey": "batch_operation_key",
        "endDate": "end_date",
        "operationType": "operation_type",
        "startDate": "start_date",
        "state": "state",
    },
)
_items = Search(
    keys=(BatchItem.batch_key, BatchItem.instance_key),
    filters={
        "batch_operation_key": BatchItem.batch_key,
        "item_key": BatchItem.instance_key,
        "process_instance_key": BatchItem.instance_key,
        "state": _state,
        "operation_type": _type,
    },
    sorts={
        "batchOperationKey": BatchItem.batch_key,
        "itemKey": BatchItem.instance_key,
        "processedDate": BatchItem.at,
        "processInstanceKey": BatchItem.instance_key,
        "state": _state,
    },
)


@blueprint.route("/batch-operations/<batch_operation_key>")
@blueprint.response(200, BatchOperationResult)
def get_batch_operation(batch_operation_key: int) -> dict[str, Any]:
    """Get a batch operation"""
    return asdict(_told(queries.batch(current_actor(), batch_operation_key)))


@blueprint.route("/batch-operations/search", methods=["POST"])
@blueprint.arguments(BatchOperationQuery)
@blueprint.response(200, BatchOperationResults)
def search_batch_operations(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search batch operations

    Among the newest thousand; for those who read models, and for who began the operation.
    """
    every = [_told(one) for one in queries.batches(current_actor(), limit=NEWEST)]
    found = _listing.page_of(every, query)
    return {"items": [asdict(one) for one in found.items], "page": found.page}


@blueprint.route("/batch-operations/<batch_operation_key>/suspension", methods=["POST"])
@blueprint.response(204)
def suspend_batch_operation(batch_operation_key: int) -> Response:
    """Suspend a batch operation

    It pauses after the instance in hand; `resumption` goes on with it.
    """
    jobs.pause(current_actor(), _job(batch_operation_key))
    return no_content()


@blueprint.route("/batch-operations/<batch_operation_key>/resumption", methods=["POST"])
@blueprint.response(204)
def resume_batch_operation(batch_operation_key: int) -> Response:
    """Resume a batch operation"""
    jobs.resume(current_actor(), _job(batch_operation_key))
    return no_content()


@blueprint.route("/batch-operations/<batch_operation_key>/cancellation", methods=["POST"])
@blueprint.response(204)
def cancel_batch_operation(batch_operation_key: int) -> Response:
    """Cancel a batch operation

    What is done stays done.
    """
    jobs.cancel(current_actor(), _job(batch_operation_key))
    return no_content()


@blueprint.route("/batch-operation-items/search", methods=["POST"])
@blueprint.arguments(BatchItemQuery)
@blueprint.response(200, BatchItemResults)
def search_batch_operation_items(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search the instances of batch operations

    For those who read models, and for who began the operation.
    """
    statement = (
        select(
            BatchItem.batch_key,
            BatchItem.instance_key,
            BatchItem.reasons,
            BatchItem.at,
            BatchOperation.source_key,
            ProcessInstance.root_key,
            _state.label("state"),
            _type.label("type"),
        )
        .join(BatchOperation, BatchOperation.key == BatchItem.batch_key)
        .join(BackgroundJob, BackgroundJob.key == BatchOperation.job_key)
        .join(ProcessInstance, ProcessInstance.key == BatchItem.instance_key)
        .where(batch_visible(current_actor()))
    )
    found = _items.page_of(statement, query)
    return {"items": [_item(row) for row in found.items], "page": found.page}


def _job(key: int) -> int:
    """The background job of an operation.

    Raises:
        NotFound: there is none for this actor.
    """
    found = queries.batch(current_actor(), key)
    if found.kind not in TYPES:
        raise NotFound(_("There is no such operation."))
    return found.job_key


def _told(found: BatchView) -> Operation:
    return Operation(
        batch_operation_key=found.key,
        operation_type=TYPES[found.kind],
        state=STATES[found.state],
        start_date=found.started_at,
        end_date=found.ended_at,
        actor_id=found.login,
        operations_total_count=found.total,
        operations_failed_count=found.counts[REFUSED],
        operations_completed_count=found.counts[DONE],
    )


def _item(row: Row[Any]) -> dict[str, Any]:
    return {
        "operation_type": row.type,
        "batch_operation_key": row.batch_key,
        "item_key": row.instance_key,
        "process_instance_key": row.instance_key,
        "root_process_instance_key": row.root_key,
        "state": row.state,
        "processed_date": row.at,
        "error_message": "; ".join(sentence_of(row.source_key, *reason) for reason in row.reasons) or None,
    }
