"""`marshrut worker`: threads that work off outbox and jobs, woken through the broker.

It also looks into the database every few seconds: losing the broker delays work, it loses none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from app.kernel.errors import Unavailable
from app.kernel.log import logger
from worker import app as celery
from worker.process import prepare
from worker.work import work_off

log = logger(__name__)
THREADS = 4
LOOK_EVERY = 3.0
"""Seconds between two looks without being woken."""


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


def main() -> None:
    """Run until SIGTERM; work in hand is finished first."""
    settings = prepare(pool_size=THREADS + 2)
    assert settings.redis_url is not None  # `prepare` starts a broker where none is named
    stopped = threading.Event()
    looking = threading.Thread(target=look_after, args=(stopped,), name="look-after", daemon=True)
    looking.start()
    options = ["--pool=threads", f"--concurrency={THREADS}", "--loglevel=WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    try:
        celery.make(settings.redis_url).worker_main(["worker", *options, *quiet])
    finally:
        stopped.set()
        looking.join(timeout=10)


if __name__ == "__main__":
    main()
