"""One round of work: whatever the database holds that is due."""

from __future__ import annotations

from app.engine import job_running, passing
from app.kernel import outbox

ROUND = 200
"""Entries of one kind before the next kind has its turn."""


def work_off() -> int:
    """Work until nothing is due: what actions left for other instances, every feature's outbox entries, our jobs.

    Returns:
        How many pieces were done.
    """
    done = 0
    while True:
        fresh = passing.work_off(ROUND) + outbox.work_off(ROUND) + job_running.run_jobs(ROUND)
        if not fresh:
            return done
        done += fresh
