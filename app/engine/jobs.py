"""Handlers of the engine's outbox entries: each runs in a transaction of its own, after the action that left it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_, update

from app.audit import exporting
from app.audit.operations import verification
from app.engine import announcing, calling, cases, correlation, measure_results, telling
from app.engine.models import (
    BatchItem,
    BatchOperation,
    HistoryEvent,
    InstanceMigration,
    ProcessInstance,
    TaskDraft,
    UserTask,
)
from app.engine.models.tasks import OPEN
from app.engine.moving import working
from app.engine.queries import broken_chains
from app.jobs.models import BackgroundJob
from app.kernel import outbox, retention
from app.kernel.db import db

__all__ = ["broken_histories", "histories", "telling", "working"]

outbox.handler("engine.call")(calling.call)
outbox.handler("engine.return")(calling.hand_back)
outbox.handler("engine.raise")(calling.raise_above)
outbox.handler("engine.stop_called")(calling.stop_called)
outbox.handler("engine.correlate")(correlation.correlate)
outbox.handler("engine.deliver")(correlation.deliver)
outbox.handler("engine.take_buffered")(correlation.take_buffered)
outbox.handler("engine.message_start")(correlation.message_start)
outbox.handler("engine.next_start")(correlation.next_start)
outbox.handler("engine.signal")(correlation.signal)
outbox.handler("engine.trigger")(correlation.trigger)
outbox.handler("engine.start")(correlation.start_by_signal)
outbox.handler("engine.start_process")(calling.start_independent)
outbox.handler("engine.case")(cases.open_case)
outbox.handler("engine.case_decided")(cases.carry_out)
outbox.handler("engine.measure_result")(measure_results.publish_result)
outbox.handler("engine.announce")(announcing.announce)


@verification("history_event")
def broken_histories() -> Iterator[str]:
    """The histories of instances, for `marshrut audit verify`."""
    for key, reason in broken_chains():
        yield f"{key}: {reason}"


@exporting.source
def histories(since: datetime | None, until: datetime | None) -> Iterator[dict[str, Any]]:
    """Histories of instances with the ends of their chains, for `marshrut audit export`."""
    span = [HistoryEvent.at >= since] if since else []
    span += [HistoryEvent.at < until] if until else []
    query = select(HistoryEvent).where(*span).order_by(HistoryEvent.instance_key, HistoryEvent.seq)
    for row in db.session.scalars(query.execution_options(yield_per=1000)):
        yield {"record": "history_event", **exporting.plain(row)}
        db.session.expunge(row)
    heads = select(ProcessInstance.key, ProcessInstance.version, ProcessInstance.hash).order_by(ProcessInstance.key)
    for key, version, digest in db.session.execute(heads):
        yield {
            "record": "chain_head",
            "kind": "process_instance",
            "key": str(key),
            "seq": version,
            "hash": digest.hex(),
        }


@retention.sweep("migrations", kept="jobs")
def images_of_old_migrations(before: datetime, limit: int) -> int:
    """What undoing old migrations would need. The migrations themselves stay in the histories."""
    old = select(InstanceMigration.key).where(InstanceMigration.state.is_not(None), InstanceMigration.at < before)
    keys = list(db.session.scalars(old.limit(limit)))
    forgotten = update(InstanceMigration).where(InstanceMigration.key.in_(keys)).values(state=None, tasks={})
    db.session.execute(forgotten, execution_options={"synchronize_session": False})
    return len(keys)


@retention.sweep("batches", kept="jobs")
def batches_of_old_jobs(before: datetime, limit: int) -> int:
    """Operations on many instances whose background work is gone: what came of each instance, then they themselves."""
    kept = select(BackgroundJob.key).where(BackgroundJob.key == BatchOperation.job_key)
    old = select(BatchOperation.key).where(BatchOperation.created_at < before, ~kept.exists())
    items = select(BatchItem.batch_key, BatchItem.instance_key).where(BatchItem.batch_key.in_(old)).limit(limit)
    rows = [(row.batch_key, row.instance_key) for row in db.session.execute(items)]
    if rows:
        db.session.execute(delete(BatchItem).where(tuple_(BatchItem.batch_key, BatchItem.instance_key).in_(rows)))
    if len(rows) < limit:
        db.session.execute(delete(BatchOperation).where(BatchOperation.key.in_(old)))
    return len(rows)


@retention.sweep("drafts", kept="drafts")
def drafts_of_closed_tasks(before: datetime, limit: int) -> int:
    """Drafts that were saved long ago for tasks which are over. (Drafts of open tasks stay, however old.)"""
    waiting = select(UserTask.key).where(UserTask.key == TaskDraft.task_key, UserTask.state == OPEN)
    old = select(TaskDraft.task_key, TaskDraft.login).where(TaskDraft.saved_at < before, ~waiting.exists()).limit(limit)
    rows = [(row.task_key, row.login) for row in db.session.execute(old)]
    if rows:
        db.session.execute(delete(TaskDraft).where(tuple_(TaskDraft.task_key, TaskDraft.login).in_(rows)))
    return len(rows)
