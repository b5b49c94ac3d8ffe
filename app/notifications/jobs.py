"""Outbox handlers: hand letters over, write digests; who started background work hears of its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.jobs import kinds
from app.jobs.models import CANCELLED, DONE, BackgroundJob
from app.kernel import clock, outbox, recurring
from app.kernel.db import db

from . import letters, operations
from .operations import delivering, digests, fetching, sweeping

__all__ = ["deliver", "letters", "look_for_bounces", "sweeping", "tell_end", "write_digest"]
LONG = timedelta(seconds=15)
"""Who waited less has seen the end on the page."""


@outbox.handler(operations.DELIVER, lane=outbox.MAIL)
def deliver(payload: dict[str, Any]) -> None:
    """Hand over one letter, once."""
    delivering.deliver(payload["mail"])


@outbox.handler(operations.DIGEST, lane=outbox.MAIL)
def write_digest(payload: dict[str, Any]) -> None:
    """Write one person's digest."""
    with force_locale("ru"):
        digests.write_digest(payload["login"])


recurring.look(fetching.put_down_look)


@outbox.handler(fetching.FETCH, lane=outbox.MAIL)
def look_for_bounces(_payload: dict[str, Any]) -> None:
    """Read the mailbox of undelivered letters."""
    with force_locale("ru"):
        fetching.fetch_bounces()


@kinds.on_end
def tell_end(key: int) -> None:
    """Tell who started long work that it has ended."""
    job = db.session.get_one(BackgroundJob, key)
    if job.state == CANCELLED or clock.now() - job.created_at < LONG:
        return
    good = job.state == DONE
    result = (job.message if good else job.error) or ""
    operations.notify(
        [job.login],
        _l("Finished: %(what)s", what=job.title) if good else _l("Not finished: %(what)s", what=job.title),
        result,
        link=f"/jobs/{key}",
        dedupe_key=f"job:{key}:{clock.now().isoformat()}",
        kind="result",
        event="job.ended" if good else None,
        facts={"работа": job.title, "итог": result},
    )
