"""Real worker processes that are killed in the middle: another one goes on, no row is lost, none counts twice."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.jobs import kinds, operations
from app.jobs.models import CANCELLED, DONE, QUEUED, RUNNING
from app.kernel.config import Settings
from app.kernel.db import db
from tests.inbox import region

from . import counting
from .conftest import job, person

ROOT = Path(__file__).resolve().parents[2]
ROWS = 300
_pause = threading.Event()


def until(holds: Callable[[], bool], seconds: float = 90.0) -> None:
    """Ask again and again until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        _pause.wait(0.05)


@pytest.fixture
def counted(committed: None, app: Flask) -> Iterator[None]:
    """People, and a table for what is counted; committed, as other processes must see them."""
    assert counting.KIND in kinds.known()
    with app.app_context(), db.unit_of_work():
        region.build()
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE counted (number bigint, process bigint)"))
    yield
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE counted"))


@pytest.fixture
def worker(settings: Settings, counted: None) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts worker processes; whichever is left over is killed."""
    running: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "DATABASE_URL": str(settings.database_url),
        "REDIS_URL": str(settings.redis_url),
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": "x" * 40,
    }

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.jobs.counting"]
        running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def _start() -> int:
    with db.unit_of_work():
        return operations.start(person("teacher"), counting.KIND, {"rows": ROWS}, title="Счёт")


def _counted() -> list[tuple[int, int]]:
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT number, process FROM counted ORDER BY number"))
        return [(row.number, row.process) for row in rows]


def test_a_killed_worker_loses_and_doubles_nothing(app: Flask, worker: Callable[[], subprocess.Popen[bytes]]) -> None:
    with app.app_context():
        first = worker()
        key = _start()
        until(lambda: job(key).done >= 20)
        second = worker()
        first.kill()
        first.wait()
        half = job(key)
        assert half.state == RUNNING
        assert 20 <= half.done < ROWS
        assert len(_counted()) == half.done
        until(lambda: job(key).state == DONE)
    rows = _counted()
    assert [number for number, _process in rows] == list(range(ROWS))
    assert {process for _number, process in rows} == {first.pid, second.pid}
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM background_note")).scalar() == ROWS


def test_cancelling_stops_another_process_between_two_rows(
    app: Flask, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    with app.app_context():
        worker()
        key = _start()
        until(lambda: job(key).done >= 5)
        with db.unit_of_work():
            operations.cancel(person("teacher"), key)
        until(lambda: job(key).state == CANCELLED)
        stopped = job(key)
    assert 5 <= stopped.done < ROWS
    assert [number for number, _process in _counted()] == list(range(stopped.done))


def test_a_worker_that_is_asked_to_stop_puts_its_job_down(
    app: Flask, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    with app.app_context():
        first = worker()
        key = _start()
        until(lambda: job(key).done >= 5)
        first.terminate()
        assert first.wait(timeout=60) == 0
        put_down = job(key)
    assert (put_down.state, put_down.lease) == (QUEUED, None)
    assert 5 <= put_down.done < ROWS
    assert [number for number, _process in _counted()] == list(range(put_down.done))
