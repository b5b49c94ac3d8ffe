"""Jobs of external workers: take, complete, fail, throw an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Response
from sqlalchemy import select

from app.api import Blueprint, NotOffered, current_actor, no_content
from app.engine import operations
from app.engine.api import waiting
from app.engine.api.elements import element_key, task_keys
from app.engine.api.shapes.jobs import JobActivation, JobActivationResult, JobCompletion, JobError, JobFailure
from app.engine.models import Job, ProcessInstance
from app.engine.views import JobView
from app.kernel.actor import Actor
from app.kernel.db import db

blueprint = Blueprint("engine-jobs", __name__, url_prefix="/v2/jobs", description="Work for external workers.")
DEFAULT_POLL_MS, LONGEST_POLL_MS = 10_000, 30_000


@blueprint.route("/activation", methods=["POST"], transactions=False)
@blueprint.arguments(JobActivation)
@blueprint.response(200, JobActivationResult)
def activate_jobs(body: Mapping[str, Any]) -> dict[str, Any]:
    """Activate jobs

    Waits up to `requestTimeout` milliseconds (0: 10 s; negative: not at all) until there is one. A worker that does not
    report within `timeout` loses its jobs to the next who asks.
    """
    if body["with_lease"]:
        raise NotOffered("'withLease' of jobs")
    actor = current_actor()
    found = _take(actor, body)
    if found or body["request_timeout"] < 0:
        return {"jobs": found}
    seconds = min(body["request_timeout"] or DEFAULT_POLL_MS, LONGEST_POLL_MS) / 1000
    with waiting.place() as seated:
        for _look in waiting.pauses(seconds) if seated else ():
            found = _take(actor, body)
            if found:
                break
    return {"jobs": found}


def _take(actor: Actor, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    with db.unit_of_work():
        jobs = operations.activate_jobs(
            actor,
            body["type"],
            worker=body["worker"],
            limit=body["max_jobs_to_activate"],
            timeout=timedelta(milliseconds=body["timeout"]),
            variables=body["fetch_variable"] or None,
        )
        return _written(jobs)


def _written(jobs: Sequence[JobView]) -> list[dict[str, Any]]:
    """Jobs as `ActivatedJob` writes them."""
    if not jobs:
        return []
    query = (
        select(Job.key, Job.token, ProcessInstance.root_key, ProcessInstance.business_key)
        .join(ProcessInstance, ProcessInstance.key == Job.instance_key)
        .where(Job.key.in_([job.key for job in jobs]))
    )
    rows = {row.key: row for row in db.session.execute(query)}
    return [
        {
            "type": job.type,
            "process_definition_id": job.process_id,
            "process_definition_version": job.definition_version,
            "element_id": job.element_id,
            "custom_headers": dict(job.headers),
            "worker": job.worker or "",
            "retries": job.retries,
            "deadline": job.deadline,
            "variables": dict(job.variables),
            "job_key": job.key,
            "process_instance_key": job.instance_key,
            "process_definition_key": job.definition_key,
            "element_instance_key": element_key(job.instance_key, rows[job.key].token, task_keys(job.instance_key)),
            "root_process_instance_key": rows[job.key].root_key,
            "business_id": rows[job.key].business_key,
        }
        for job in jobs
    ]


@blueprint.route("/<job_key>/completion", methods=["POST"])
@blueprint.arguments(JobCompletion)
@blueprint.response(204)
def complete_job(body: Mapping[str, Any], job_key: int) -> Response:
    """Complete a job

    Its variables enter the instance. 409 when somebody has reported the job already.
    """
    _refuse(body, "job_lease_token", "result", "business_id")
    operations.complete_job(current_actor(), job_key, body["variables"] or {})
    return no_content()


@blueprint.route("/<job_key>/failure", methods=["POST"])
@blueprint.arguments(JobFailure)
@blueprint.response(204)
def fail_job(body: Mapping[str, Any], job_key: int) -> Response:
    """Fail a job

    It is offered again after `retryBackOff` milliseconds; without retries left an incident is raised.
    """
    _refuse(body, "job_lease_token", "variables")
    operations.fail_job(
        current_actor(),
        job_key,
        retries=body["retries"],
        message=body["error_message"],
        backoff=timedelta(milliseconds=body["retry_back_off"]),
    )
    return no_content()


@blueprint.route("/<job_key>/error", methods=["POST"])
@blueprint.arguments(JobError)
@blueprint.response(204)
def throw_job_error(body: Mapping[str, Any], job_key: int) -> Response:
    """Throw a BPMN error from a job"""
    _refuse(body, "job_lease_token")
    operations.throw_job_error(
        current_actor(), job_key, body["error_code"], body["error_message"] or "", body["variables"] or {}
    )
    return no_content()


def _refuse(body: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if body.get(name):
            raise NotOffered(f"'{name}' of jobs")
