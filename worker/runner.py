"""`marshrut worker`: threads that work off outbox and jobs, woken through the broker.

Each lane also looks into the database every few seconds: losing the broker delays work, it loses none.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType

from celery.signals import worker_shutting_down
from sqlalchemy.exc import SQLAlchemyError

from app.jobs import working
from app.kernel.errors import Unavailable
from app.kernel.log import logger
from worker import app as celery
from worker.process import application, prepare
from worker.work import THREADS, lanes, work_off

log = logger(__name__)
LOOK_EVERY = 3.0
"""Seconds between two looks without being woken."""
BEAT = 4.0
"""Seconds between two signs of life to the jobs in hand; several fit into a lease."""


def look_after(stopped: threading.Event, work: Callable[[], int] = work_off, every: float = LOOK_EVERY) -> None:
    """Work off what is due, again and again, until stopped. A database that is away is waited for."""
    while not stopped.is_set():
        try:
            work()
        except (SQLAlchemyError, Unavailable) as error:
            log.warning("the database does not answer", error=str(error))
        except Exception:
            log.exception("a round of work failed")
        stopped.wait(every)


def _beat() -> int:
    working.renew()
    return 0


def _end_early(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM before Celery listens to it."""
    working.stopping.set()
    raise SystemExit(0)


def main() -> None:
    """Run until SIGTERM; work in hand is finished first, long jobs are put down after the step in hand."""
    settings = prepare(pool_size=THREADS + 6)
    assert settings.redis_url is not None  # `prepare` starts a broker where none is named
    own = lanes(application(settings))
    stopped = threading.Event()
    watches = {name: partial(look_after, stopped, lane) for name, lane in own.items()}
    watches["beat"] = partial(look_after, stopped, _beat, BEAT)
    looking = [threading.Thread(target=watch, name=name, daemon=True) for name, watch in watches.items()]
    worker_shutting_down.connect(lambda **_facts: working.stopping.set(), weak=False)
    options = ["--pool=threads", f"--concurrency={THREADS}", "--loglevel=WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    try:
        signal.signal(signal.SIGTERM, _end_early)
        for thread in looking:
            thread.start()
        celery.make(settings.redis_url, own).worker_main(["worker", *options, *quiet])
    finally:
        working.stopping.set()
        stopped.set()
        for thread in looking:
            if thread.is_alive():
                thread.join(timeout=10)


if __name__ == "__main__":
    main()
