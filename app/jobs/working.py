"""Workers take jobs up here: the fair choice, the lease, the steps, and how a job ends.

A job is in the hands of whoever holds its lease. A worker that dies lets the lease run out, and another one goes on
from the last committed step; a worker that only seemed dead finds, at the end of its step, that the lease is not its
own any more and rolls back. So a step is never lost and never counts twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import case, text, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import clock, outbox
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, NotFound
from app.kernel.log import logger

from . import kinds
from .models import CANCELLED, DONE, FAILED, PAUSED, QUEUED, RUNNING
from .models import BackgroundJob as Job
from .models import BackgroundNote as JobNote
from .operations import LANE
from .run import Run

log = logger(__name__)
LEASE = timedelta(seconds=20)
"""How long a worker is believed to be alive without a sign."""
TURN = 10.0
"""Seconds after which a job makes room when others wait."""
MAX_ATTEMPTS = 5
"""How often a job is taken up without one committed step before it counts as failed."""
_CLAIMS = 7_305_112_022_002
stopping = threading.Event()
"""Set when this process is asked to end: jobs in hand are put down after the step."""
in_hand: set[str] = set()
"""The leases that this process holds."""

_CHOOSE = text("""
    WITH limits AS (SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:at_once AS bigint[])) AS l(kind, at_once)),
    busy AS (SELECT key, kind, login FROM background_job WHERE state = 'running' AND lease_until >= :now)
    SELECT j.key FROM background_job j JOIN limits l USING (kind)
    WHERE ((j.state = 'queued' AND j.run_at <= :now) OR (j.state = 'running' AND j.lease_until < :now))
        AND (SELECT count(*) FROM busy b WHERE b.kind = j.kind) < l.at_once
    ORDER BY (SELECT count(*) FROM busy b WHERE b.kind = j.kind),
        (SELECT count(*) FROM busy b WHERE b.login = j.login), j.run_at, j.key
    LIMIT 1
""")
"""The next job: of the kind with fewest running, of the person with fewest running, the one that waits longest."""


@dataclass(frozen=True, slots=True)
class _Taken:
    key: int
    kind: str
    login: str
    lease: str


def work_off(limit: int = 1000) -> int:
    """Do waiting jobs, one after the other, until none may be taken up or `limit` turns are done."""
    for done in range(limit):
        taken = None if stopping.is_set() else _take()
        if taken is None:
            return done
        in_hand.add(taken.lease)
        try:
            _work(taken)
        finally:
            in_hand.discard(taken.lease)
    return limit


def renew() -> None:
    """Say that this process is alive: its leases count on. To be called every few seconds from beside."""
    if not in_hand:
        return
    with db.unit_of_work() as session:
        leases = list(in_hand)
        session.execute(update(Job).where(Job.lease.in_(leases)).values(lease_until=clock.now() + LEASE))


def _take() -> _Taken | None:
    """Take the lease of the next job."""
    known = kinds.known()
    with db.unit_of_work() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIMS})
        limits = {"kinds": list(known), "at_once": [kind.at_once for kind in known.values()]}
        key = session.execute(_CHOOSE, {**limits, "now": clock.now()}).scalar()
        if key is None:
            return None
        job = session.get_one(Job, key, with_for_update=True)
        if job.state == RUNNING:
            log.warning("a job is taken over", job=key, kind=job.kind)
        job.state, job.lease, job.lease_until = RUNNING, uuid4().hex, clock.now() + LEASE
        job.started_at = job.started_at or clock.now()
        job.attempts += 1
        return _Taken(key, job.kind, job.login, job.lease)


def _work(taken: _Taken) -> None:
    """One turn of a job: its steps until it ends, makes room, or something happens."""
    try:
        with db.unit_of_work():
            actor = kinds.actor_of(taken.login)
    except NotFound:
        with force_locale("ru"):
            _end(taken, FAILED, error=_("The account of the person who started this is closed."))
        return
    with force_locale(actor.locale):
        try:
            _steps(taken, actor)
        except AppError as error:
            _end(taken, FAILED, error=str(error.message) or _("This work is not possible any more."))
        except Exception as error:
            log.exception("a step of a job failed", job=taken.key, kind=taken.kind)
            _later(taken, f"{type(error).__name__}: {error}"[:4000])


def _steps(taken: _Taken, actor: Actor) -> None:
    with db.unit_of_work() as session:
        job = session.get_one(Job, taken.key)
    if job.attempts > MAX_ATTEMPTS:  # it killed its worker each time
        _end(taken, FAILED, error=_broken(taken.key))
        return
    run = _run_of(job, actor)
    steps = kinds.known()[taken.kind].steps(run)
    begun = time.monotonic()
    try:
        while True:
            if _step(taken, run, steps):
                return
            if stopping.is_set() or (time.monotonic() - begun > TURN and _others_wait(taken)):
                _make_room(taken)
                return
    except _LeaseLost:
        log.warning("a job was taken over by another worker", job=taken.key)
    finally:
        steps.close()  # type: ignore[attr-defined]


def _run_of(job: Job, actor: Actor) -> Run:
    noted = int(job.checkpoint.get("_noted", 0))
    return Run(
        key=job.key,
        actor=actor,
        payload=dict(job.payload),
        files=list(job.files),
        checkpoint={name: value for name, value in job.checkpoint.items() if name != "_noted"},
        done=job.done,
        total=job.total,
        message=job.message,
        results=list(job.results),
        noted=noted,
    )


class _LeaseLost(Exception):
    """Another worker has the job: what this step did is rolled back."""


def _step(taken: _Taken, run: Run, steps: Iterator[None]) -> bool:
    """Up to the next `yield`, committed with the progress. Returns whether the turn is over: done, stopped, paused."""
    with db.unit_of_work() as session:
        ended = next(steps, True) is True
        if run.notes:
            rows = [{"job_key": run.key, "number": n, "place": place, "text": words} for n, place, words in run.notes]
            session.execute(insert(JobNote), rows)
            run.notes.clear()
        values: dict[str, object] = {
            "done": run.done,
            "total": run.total,
            "message": str(run.message),
            "checkpoint": {**run.checkpoint, "_noted": run.noted},
            "results": list(run.results),
            "attempts": 0,
            "error": None,
            "lease_until": clock.now() + LEASE,
        }
        if ended:
            values |= {"state": DONE, "lease": None, "lease_until": None, "ended_at": clock.now()}
        mine = (Job.key == taken.key, Job.lease == taken.lease, Job.state == RUNNING)
        changed = update(Job).where(*mine).values(values).returning(Job.cancel_wanted, Job.pause_wanted)
        wanted = session.execute(changed).one_or_none()
        if wanted is None:
            raise _LeaseLost
        if ended:
            kinds.ended(taken.key)
    if not ended and (wanted.cancel_wanted or wanted.pause_wanted):
        _make_room(taken)
    return bool(ended or wanted.cancel_wanted or wanted.pause_wanted)


def _end(taken: _Taken, state: str, *, error: str | None = None, detail: str | None = None) -> None:
    _put_down(taken, state=state, error=error, detail=detail, ended_at=clock.now())


def _later(taken: _Taken, detail: str) -> None:
    """Try again after a pause; a job that never gets on fails in the end."""
    with db.unit_of_work() as session:
        attempts = session.get_one(Job, taken.key).attempts
    if attempts >= MAX_ATTEMPTS:
        _end(taken, FAILED, error=_broken(taken.key), detail=detail)
    else:
        _put_down(taken, state=QUEUED, detail=detail, run_at=clock.now() + timedelta(seconds=2**attempts))


def _broken(key: int) -> str:
    return str(
        _(
            "Something went wrong in the program. What was done so far is kept. Try to repeat it; "
            "if that does not help, tell the administrator the number %(key)s.",
            key=key,
        )
    )


def _make_room(taken: _Taken) -> None:
    _put_down(taken, state=QUEUED, run_at=clock.now(), attempts=0)


def _put_down(taken: _Taken, **values: Any) -> None:
    """Give the lease back, if it is still ours. What would be queued is what its person wants as of this moment."""
    if values["state"] == QUEUED:
        values["state"] = case((Job.cancel_wanted, CANCELLED), (Job.pause_wanted, PAUSED), else_=QUEUED)
        values["ended_at"] = case((Job.cancel_wanted, clock.now()))
    with db.unit_of_work() as session:
        mine = (Job.key == taken.key, Job.lease == taken.lease, Job.state == RUNNING)
        statement = update(Job).where(*mine).values(lease=None, lease_until=None, **values)
        left = session.execute(statement.returning(Job.state)).scalar()
        log.info("a job is put down", job=taken.key, state=left)
        if left == QUEUED:
            outbox.nudge_after_commit(LANE)
        elif left not in (None, PAUSED):
            kinds.ended(taken.key)


_OTHERS = text("""
    SELECT EXISTS (SELECT 1 FROM background_job WHERE key <> :key AND state = 'queued' AND run_at <= :now
        AND (kind <> :kind OR login <> :login))
""")


def _others_wait(taken: _Taken) -> bool:
    """Whether work of another kind or person waits."""
    facts = {"key": taken.key, "kind": taken.kind, "login": taken.login, "now": clock.now()}
    with db.unit_of_work() as session:
        return bool(session.execute(_OTHERS, facts).scalar())
