"""Start, pause, cancel and repeat long work.

key = jobs.start(actor, "people.import", {}, title=_("People from “%(name)s”", name=…), files=[file.key])
return shell.go("background.job", key=key)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from app.files import operations as file_store
from app.kernel import clock, outbox
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden
from app.kernel.ids import next_key

from . import kinds, policies, queries
from .models import CANCELLED, FAILED, PAUSED, QUEUED, RUNNING, UNFINISHED
from .models import BackgroundJob as Job

LANE = "jobs"
"""The lane of the workers that do long work."""
MOST_UNFINISHED = 10
"""Jobs of one person that wait or run."""


def start(
    actor: Actor,
    kind: str,
    payload: Mapping[str, Any] | None = None,
    *,
    title: object,
    files: Iterable[int] = (),
    total: int | None = None,
    link: str | None = None,
    once: str | None = None,
) -> int:
    """Put work down for the workers, in the current unit of work.

    Args:
        actor: for whom; the handler acts with this person's roles of the time when it runs.
        kind: a registered kind.
        payload: JSON data for the handler.
        title: what the person calls it; kept in the language of now.
        files: keys of uploads to work on.
        total: how many rows, if already known.
        link: local path where the person goes on afterwards.
        once: names the cause: while such a job is unfinished, its key is the answer (a double click).

    Returns:
        The job's key; its page is `url_for("background.job", key=key)`.

    Raises:
        Conflict: too many unfinished jobs of this person.
        KeyError: no handler of that kind.
    """
    kinds.known()[kind]
    _one_at_a_time(actor.login)
    cause = f"{actor.login}:{once}" if once else None
    same: int | None = db.session.scalar(_unfinished().where(Job.once == cause)) if cause else None
    if same is not None:
        return same
    _demand_room(actor.login)
    job = Job(
        key=next_key(),
        kind=kind,
        title=str(title),
        login=actor.login,
        payload=dict(payload or {}),
        files=list(files),
        total=total,
        link=link,
        once=cause,
        run_at=clock.now(),
        created_at=clock.now(),
    )
    db.session.add(job)
    db.session.flush()
    file_store.attach(job.files, "job", job.key)
    outbox.nudge_after_commit(LANE)
    return job.key


def _one_at_a_time(login: str) -> None:
    """Who starts or repeats work of the same person waits for this commit."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"job:{login}"))))


def _demand_room(login: str) -> None:
    if len(db.session.scalars(_unfinished().where(Job.login == login)).all()) >= MOST_UNFINISHED:
        raise Conflict(_l("Too much of your work is still waiting. Let some of it finish first."))


def _unfinished() -> Select[int]:
    return select(Job.key).where(Job.state.in_(UNFINISHED))


def cancel(actor: Actor, key: int) -> Job:
    """Stop a job: at once while it waits, after the step in hand while it runs. What is committed stays.

    Raises:
        NotFound: none, or not for this actor.
        Conflict: it has ended already.
    """
    job = queries.job(actor, key, lock=True)
    if job.state not in UNFINISHED:
        raise Conflict(_l("This work has ended already."))
    job.cancel_wanted = True
    if job.state != RUNNING:
        job.state, job.ended_at = CANCELLED, clock.now()
    db.session.flush()
    return job


def pause(actor: Actor, key: int) -> Job:
    """Put a job aside: at once while it waits, after the step in hand while it runs. `resume` goes on with it.

    Raises:
        NotFound: none, or not for this actor.
        Conflict: it has ended, is stopping, or is paused already.
    """
    job = queries.job(actor, key, lock=True)
    if job.state not in (QUEUED, RUNNING) or job.cancel_wanted:
        raise Conflict(_l("Only work that waits or runs can be paused."))
    job.pause_wanted = True
    if job.state == QUEUED:
        job.state = PAUSED
    db.session.flush()
    return job


def resume(actor: Actor, key: int) -> Job:
    """Go on with a paused job from its last committed step.

    Raises:
        NotFound: none, or not for this actor.
        Conflict: it is not paused.
    """
    job = queries.job(actor, key, lock=True)
    if job.state != PAUSED and not (job.state == RUNNING and job.pause_wanted):
        raise Conflict(_l("This work is not paused."))
    job.pause_wanted = False
    if job.state == PAUSED:
        job.state, job.run_at, job.attempts = QUEUED, clock.now(), 0
        outbox.nudge_after_commit(LANE)
    db.session.flush()
    return job


def retry(actor: Actor, key: int) -> Job:
    """Go on with a failed or cancelled job from its last committed step.

    Raises:
        NotFound: none, or not for this actor.
        Forbidden: somebody else's: the work would be done in that person's name.
        Conflict: it did not fail, the same work is under way, or too many jobs of this person are unfinished.
    """
    job = queries.job(actor, key, lock=True)
    if not policies.may_read_report(actor, job):
        raise Forbidden(_l("Only the person who started this work can repeat it."))
    if job.state not in (FAILED, CANCELLED):
        raise Conflict(_l("Only work that failed or was cancelled can be repeated."))
    _one_at_a_time(job.login)
    if job.once and db.session.scalar(_unfinished().where(Job.once == job.once)) is not None:
        raise Conflict(_l("The same work is already under way."))
    _demand_room(job.login)
    job.state, job.run_at, job.attempts = QUEUED, clock.now(), 0
    job.cancel_wanted, job.pause_wanted, job.error, job.detail, job.ended_at = False, False, None, None, None
    db.session.flush()
    outbox.nudge_after_commit(LANE)
    return job
