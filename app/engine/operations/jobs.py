"""Jobs of external workers and of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.engine import live, policies
from app.engine.action import act, event
from app.engine.definitions import definition
from app.engine.models import Incident, Job
from app.engine.models.instances import ACTIVE
from app.engine.runtime import Instance
from app.engine.runtime.incidents import JOB
from app.engine.views import JobView
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound

OPEN, COMPLETED, FAILED, ERROR = "open", "completed", "failed", "error"


def activate_jobs(
    actor: Actor,
    type: str,
    *,
    worker: str = "",
    limit: int = 10,
    timeout: timedelta = timedelta(minutes=5),
    variables: Sequence[str] | None = None,
) -> list[JobView]:
    """Lock open jobs for a worker until `timeout` is over; a worker that dies gives them back by that.

    Args:
        variables: only these; all that the element sees when None.

    Raises:
        Forbidden: the actor does not operate the engine.
    """
    policies.demand(policies.may_operate(actor))
    now = clock.now()
    free = (
        select(Job.key)
        .where(Job.type == type, Job.state == OPEN, Job.run_at <= now, ~Job.internal)
        .order_by(Job.run_at, Job.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    keys = db.session.scalars(free).all()
    db.session.execute(
        update(Job).where(Job.key.in_(keys)).values(run_at=now + timeout, worker=worker),
        execution_options={"synchronize_session": False},
    )
    rows = db.session.scalars(
        select(Job).where(Job.key.in_(keys)).order_by(Job.key), execution_options={"populate_existing": True}
    )
    return [found for row in rows if (found := _view(row, variables)) is not None]


def _view(row: Job, names: Sequence[str] | None) -> JobView | None:
    """A job with its variables; None when its instance has moved on meanwhile."""
    at = live.head(row.instance_key)
    instance = live.take(at) if at.status == ACTIVE else None
    if instance is None:
        return None
    waiting = instance.waits.get(row.token)
    seen = dict(waiting.data) if waiting is not None else {}
    live.untouched(at, instance)
    return JobView(
        key=row.key,
        type=row.type,
        instance_key=row.instance_key,
        element_id=row.element_id,
        process_id=row.process_id,
        definition_key=row.definition_key,
        definition_version=definition(row.definition_key).version,
        retries=row.retries,
        deadline=row.run_at,
        headers=row.headers,
        variables=seen if names is None else {name: seen[name] for name in names if name in seen},
        worker=row.worker,
    )


def complete_job(actor: Actor, job_key: int, variables: Mapping[str, Any] | None = None) -> None:
    """The work is done; its variables enter the instance.

    Raises:
        NotFound: there is no such job.
        Conflict: it is over, or its instance is.
        Invalid: a variable is not JSON.
    """
    job = _open_job(actor, job_key)
    _end(job, COMPLETED)
    token = job.token
    _act(actor, job, "complete_job", {}, lambda instance: instance.finish(token, variables or {}))


def fail_job(actor: Actor, job_key: int, *, retries: int, message: str = "", backoff: timedelta | None = None) -> None:
    """The work failed; without retries left an incident is raised.

    Raises:
        NotFound, Conflict: as for `complete_job`.
    """
    job = _open_job(actor, job_key)
    job.retries, job.error, job.worker = max(0, retries), message[:2000], None
    job.run_at = clock.now() + (backoff or timedelta(0))
    if job.retries:
        return
    job.state = FAILED
    token = job.token
    text = message or "the job failed"
    _act(actor, job, "fail_job", {"message": message}, lambda instance: instance.fail(token, text, JOB))
    db.session.execute(
        update(Incident)
        .where(Incident.instance_key == job.instance_key, Incident.token == token, Incident.resolved_at.is_(None))
        .values(job_key=job_key)
    )


def throw_job_error(
    actor: Actor, job_key: int, code: str, message: str = "", variables: Mapping[str, Any] | None = None
) -> None:
    """Throw a BPMN error from the element of the job.

    Raises:
        NotFound, Conflict: as for `complete_job`.
    """
    job = _open_job(actor, job_key)
    _end(job, ERROR)
    token = job.token
    details = {"code": code, "message": message}
    _act(actor, job, "throw_error", details, lambda i: i.throw_error(token, code, variables or {}, message))


def _open_job(actor: Actor, job_key: int) -> Job:
    policies.demand(policies.may_operate(actor))
    job = db.session.get(Job, job_key)
    if job is None:
        raise NotFound(_l("There is no such job."))
    live.head(job.instance_key, lock=True)  # the instance before what belongs to it: everybody locks in this order
    db.session.refresh(job)
    if job.state != OPEN:
        raise Conflict(_l("The job is over already."))
    return job


def _end(job: Job, state: str) -> None:
    job.state, job.ended_at = state, clock.now()


def _act(actor: Actor, job: Job, verb: str, details: dict[str, Any], do: Callable[[Instance], object]) -> None:
    """Do what a job's outcome means on its instance."""
    happening = event(
        actor, verb, element_id=job.element_id, details={"job": str(job.key), "type": job.type, **details}
    )
    try:
        done = act(actor, job.instance_key, happening, do)
    except LookupError as error:
        raise Conflict(_l("The job is not needed any more.")) from error
    except ValueError as error:
        raise Invalid(_l("The variables are not valid JSON: %(reason)s", reason=str(error))) from error
    if done is None:
        raise Conflict(_l("The process is over already."))
