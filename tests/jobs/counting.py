"""A kind of work for `test_killed.py`, and the process that does it: a worker of ours with this kind added."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import text

from app.jobs import kinds, working
from app.jobs.run import Run
from app.kernel.db import db

KIND = "test.count"


@kinds.handler(KIND, label="Счёт")
def count(run: Run) -> Iterator[None]:
    """One row per number; the work of each takes some 20 ms in the database."""
    run.total = run.payload["rows"]
    for number in range(run.done, run.payload["rows"]):
        db.session.execute(
            text("INSERT INTO counted SELECT :number, :process FROM pg_sleep(0.02)"),
            {"number": number, "process": os.getpid()},
        )
        run.note(number, "сосчитано")
        run.done = number + 1
        yield


if __name__ == "__main__":
    from worker import runner

    working.LEASE = timedelta(seconds=3)
    runner.BEAT = 0.5
    runner.main()
