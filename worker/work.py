"""What the workers do, by lanes: work of one lane never waits for work of another.

`actions`: what actions left for other instances, outbox entries, our service jobs. `mail`: letters, which wait for mail
servers. `papers`: DOCX and PDF of official documents. `figures`: indicators computed at night. `jobs`: imports, exports
and other long work that people watch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask

from app.engine import job_running, passing
from app.jobs import operations as jobs
from app.jobs import working
from app.kernel import outbox

ROUND = 200
"""Entries of one kind before the next kind has its turn."""


def work_off() -> int:
    """Work until nothing of the actions is due. Returns how many pieces were done."""
    done = 0
    while True:
        fresh = passing.work_off(ROUND) + outbox.work_off(ROUND, lane=outbox.ACTIONS) + job_running.run_jobs(ROUND)
        if not fresh:
            return done
        done += fresh


def _papers() -> int:
    return outbox.work_off(ROUND, lane=outbox.PAPERS)


def _figures() -> int:
    return outbox.work_off(ROUND, lane=outbox.FIGURES)


def _letters() -> int:
    return outbox.work_off(ROUND, lane=outbox.MAIL)


WORK: Mapping[str, tuple[Callable[[], int], int]] = {
    outbox.ACTIONS: (work_off, 3),
    outbox.MAIL: (_letters, 1),
    outbox.PAPERS: (_papers, 1),
    outbox.FIGURES: (_figures, 1),
    jobs.LANE: (working.work_off, 2),
}
"""For each lane what its threads do, and how many of them one worker has."""
THREADS = sum(threads for _work, threads in WORK.values())


@dataclass
class Lane:
    """The threads of one lane in this process, with the language and settings of the application around them.

    Attributes:
        work: one round; returns how many pieces were done.
        threads: how many rounds may run side by side.
    """

    app: Flask
    work: Callable[[], int]
    threads: int
    _free: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = threading.Semaphore(self.threads)

    def __call__(self) -> int:
        """Do a round, unless all threads of the lane are busy: they find whatever is due themselves."""
        if not self._free.acquire(blocking=False):
            return 0
        try:
            with self.app.app_context():
                return self.work()
        finally:
            self._free.release()


def lanes(app: Flask) -> dict[str, Lane]:
    """All lanes of this process."""
    return {name: Lane(app, work, threads) for name, (work, threads) in WORK.items()}
