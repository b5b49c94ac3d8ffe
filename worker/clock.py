"""`marshrut clock`: fires timers and deadlines when they come due.

Several may run; one leads, by an advisory lock of the database, the others stand by. What came due while none ran is
fired once after the start.
"""

from __future__ import annotations

import threading
import time

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from app.engine import cases, correlation
from app.engine.operations import fire_due
from app.kernel import clock, recurring
from app.kernel.db import db
from app.kernel.errors import Unavailable
from app.kernel.log import logger
from worker.process import application, prepare, stop_on_signals

log = logger(__name__)
TICK = 0.5
"""Seconds between two looks."""
ROUND = 100
"""Timers between two looks whether the process shall end."""
SWEEP = 300.0
"""Seconds between two sweeps of expired messages, answered cases and recurring work."""
_LEADER = 7_305_112_022_001
_LOCK = "SELECT pg_try_advisory_lock(%s)"


class Leadership:
    """The lock of the leading clock, held by a connection of its own: when that breaks, another may lead."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._connection: psycopg.Connection[tuple[bool]] | None = None

    def held(self) -> bool:
        """Whether this process leads, having tried to."""
        try:
            if self._connection is not None:
                self._connection.execute("SELECT 1")
                return True
            connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
            row = connection.execute(_LOCK, (_LEADER,)).fetchone()
            if row is not None and row[0]:
                self._connection = connection
                return True
            connection.close()
        except psycopg.Error as error:
            log.warning("the database does not answer", error=str(error))
            self.give_up()
        return False

    def give_up(self) -> None:
        """Let another lead."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def tick(swept: float, stopped: threading.Event) -> float:
    """Fire everything that is due. Returns when the last sweep was."""
    while not stopped.is_set() and fire_due(ROUND) == ROUND:
        pass
    now = time.monotonic()
    if now - swept < SWEEP:
        return swept
    with db.unit_of_work():
        correlation.forget_expired(clock.now())
        cases.close_needless()
    recurring.run()
    return now


def run(leadership: Leadership, stopped: threading.Event) -> None:
    """Lead or stand by until stopped."""
    swept = 0.0
    while not stopped.is_set():
        try:
            if leadership.held():
                swept = tick(swept, stopped)
        except (SQLAlchemyError, Unavailable) as error:
            log.warning("the database does not answer", error=str(error))
        except Exception:
            log.exception("a timer could not be fired")
        stopped.wait(TICK)
    leadership.give_up()


def main() -> None:
    """Run until SIGTERM."""
    settings = prepare(pool_size=2)
    assert settings.database_url is not None  # `prepare` starts one where none is named
    with application(settings).app_context():
        run(Leadership(settings.database_url), stop_on_signals())


if __name__ == "__main__":
    main()
