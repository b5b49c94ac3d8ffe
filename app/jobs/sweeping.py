"""Deleting what is old: put down by the clock once a night, done by the workers batch by batch, counted in the log."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context
from sqlalchemy import delete, exists, select

from app.files.models import File, FileUse
from app.kernel import clock, outbox, recurring, retention
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.log import logger

from .models import UNFINISHED
from .models import BackgroundJob as Job

log = logger(__name__)
NIGHT, SWEEP = "retention.night", "retention.sweep"
HOUR = 3
"""The hour of the installation's night at which it begins."""
_USE = "job"


@recurring.look
def put_down_night() -> bool:
    """Put the next night down, unless it waits already. The leading clock asks every few minutes.

    Returns:
        Whether it was put down now.
    """
    if db.session.scalar(select(exists().where(outbox.OutboxEntry.kind == NIGHT, ~outbox.OutboxEntry.failed))):
        return False
    outbox.enqueue(NIGHT, {}, run_at=_next_night(clock.now(), ZoneInfo(_settings().timezone)))
    return True


def _next_night(now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    nights = (datetime.combine(day, time(HOUR), zone) for day in (today, today + timedelta(days=1)))
    return next(night for night in nights if night > now)


@outbox.handler(NIGHT, lane=outbox.FIGURES)
def begin_night(_payload: dict[str, Any]) -> None:
    """Put down what is to be deleted this night: an entry for each kind of rows."""
    settings = _settings()
    for name, (kept, _sweep) in retention.sweeps().items():
        if days := settings.retention[kept]:
            before = clock.now() - timedelta(days=days)
            outbox.enqueue(SWEEP, {"name": name, "before": before.isoformat(), "gone": 0})


@outbox.handler(SWEEP, lane=outbox.FIGURES)
def sweep(payload: dict[str, Any]) -> None:
    """Delete one batch; when it was full, the next one is put down in the same transaction."""
    name = str(payload["name"])
    _kept, function = retention.sweeps()[name]
    count = function(datetime.fromisoformat(payload["before"]), retention.BATCH)
    gone = int(payload["gone"]) + count
    if count >= retention.BATCH:
        outbox.enqueue(SWEEP, {**payload, "gone": gone})
    elif gone:
        log.info("old rows were deleted", what=name, count=gone, before=payload["before"])


@retention.sweep("jobs", kept="jobs")
def old_jobs(before: datetime, limit: int) -> int:
    """Jobs that ended long ago, with their remarks and with those files that nothing else shows."""
    ended = select(Job.key, Job.files, Job.results).where(Job.state.not_in(UNFINISHED), Job.ended_at < before)
    rows = db.session.execute(ended.order_by(Job.key).limit(limit).with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    keys = [row.key for row in rows]
    db.session.execute(delete(FileUse).where(FileUse.kind == _USE, FileUse.object_key.in_([str(key) for key in keys])))
    files = {int(key) for row in rows for key in (*row.files, *row.results)}
    used = select(FileUse.file_key).where(FileUse.file_key == File.key)
    db.session.execute(delete(File).where(File.key.in_(files), ~used.exists()))
    db.session.execute(delete(Job).where(Job.key.in_(keys)))
    return len(keys)


def _settings() -> Settings:
    """Those of the application; of the environment where there is none."""
    found: Settings = current_app.extensions["marshrut"] if has_app_context() else Settings.from_env()
    return found
