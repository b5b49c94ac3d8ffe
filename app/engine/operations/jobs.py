"""Jobs of external workers and of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from app.engine.views import JobView
from app.kernel.actor import Actor


def activate_jobs(
    actor: Actor,
    type: str,
    *,
    worker: str = "",
    limit: int = 10,
    timeout: timedelta = timedelta(minutes=5),
    variables: Sequence[str] | None = None,
) -> list[JobView]:
    """Lock open jobs for a worker until `timeout` is over."""
    raise NotImplementedError


def complete_job(actor: Actor, job_key: int, variables: Mapping[str, Any] | None = None) -> None:
    """The work is done; its variables enter the instance. Conflict when the job is over."""
    raise NotImplementedError


def fail_job(actor: Actor, job_key: int, *, retries: int, message: str = "", backoff: timedelta | None = None) -> None:
    """The work failed; without retries left an incident is raised."""
    raise NotImplementedError


def throw_job_error(
    actor: Actor, job_key: int, code: str, message: str = "", variables: Mapping[str, Any] | None = None
) -> None:
    """Throw a BPMN error from the element of the job."""
    raise NotImplementedError
