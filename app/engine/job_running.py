"""Doing our own jobs: service types that leave the database run here, outside of the action that reached them.

A job is held by an advisory lock of the transaction that does it: a worker that dies in the middle gives it back at
once, and nobody who cancels the instance meanwhile has to wait.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.engine import inline, live, services
from app.engine.definitions import definition
from app.engine.models import Job
from app.engine.models.instances import ACTIVE
from app.engine.operations.jobs import OPEN, complete_job, fail_job, throw_job_error
from app.engine.services import BpmnError, ServiceCall, ServiceType
from app.engine.statements import run
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict
from app.kernel.log import logger

log = logger(__name__)
_LOCK = "SELECT pg_try_advisory_xact_lock(%(key)s) AS held"
_SHARE = 20
"""How many due jobs a worker looks at to find one that nobody holds."""


def run_jobs(limit: int = 100) -> int:
    """Do due jobs, each in its own transaction, until none is left or `limit` is reached. Returns how many."""
    for done in range(limit):
        if not _run_one():
            return done
    return limit


def _run_one() -> bool:
    key: int | None = None
    try:
        with db.unit_of_work():
            job = _take()
            if job is None:
                return False
            key = job.key
            _do(job)
        return True
    except Exception as error:
        if key is None:
            raise
        _failed(key, error)
        return True


def _take() -> Job | None:
    """A due job that no other worker does."""
    due = (
        select(Job.key)
        .where(Job.internal, Job.state == OPEN, Job.run_at <= clock.now())
        .order_by(Job.run_at, Job.key)
        .limit(_SHARE)
    )
    for key in db.session.scalars(due).all():
        if run(_LOCK, {"key": key})[0].held:
            job = db.session.get(Job, key, populate_existing=True)
            if job is not None and job.state == OPEN:
                return job
    return None


def _do(job: Job) -> None:
    """Run the handler and hand its outcome to the instance."""
    kind = services.known(job.type)
    if kind is None:
        fail_job(PLATFORM, job.key, retries=0, message=f"nobody does {job.type!r} any more")
        return
    call = _call(job)
    if call is None:
        return
    try:
        result = _result(kind, call)
    except BpmnError as error:
        throw_job_error(PLATFORM, job.key, error.code, error.message, error.variables)
    else:
        complete_job(PLATFORM, job.key, result)


def _result(kind: ServiceType, call: ServiceCall) -> dict[str, Any]:
    return dict(kind.handler(call) or {})


def _call(job: Job) -> ServiceCall | None:
    """What the handler is given; None when the instance has moved on."""
    at = live.head(job.instance_key)
    instance = live.take(at) if at.status == ACTIVE else None
    if instance is None or job.token not in instance.waits:
        return None
    found = inline.call_of(PLATFORM, inline.facts_of(at, definition(at.definition_key)), instance, job.token)
    live.untouched(at, instance)
    return found


def _failed(key: int, error: Exception) -> None:
    """Count a failed attempt: later again, with growing pauses; at last an incident."""
    message = str(error) if isinstance(error, AppError) else f"{type(error).__name__}: {error}"
    log.warning("job failed", key=key, exc_info=error)
    try:
        with db.unit_of_work() as session:
            job = session.get(Job, key)
            if job is not None and job.state == OPEN:
                left = job.retries - 1
                pause = timedelta(seconds=min(10 * 4 ** max(0, 3 - left), 3600))
                fail_job(PLATFORM, key, retries=left, message=message, backoff=pause if left > 0 else None)
    except Conflict:
        log.info("a failed job is not needed any more", key=key)
