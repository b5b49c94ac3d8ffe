"""An installation of separate processes over a PostgreSQL and a Redis that are named from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from app.kernel.servers import embedded_redis

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("web", "worker", "clock")
_pause = threading.Event()


def until(holds: Callable[[], bool], seconds: float = 60.0, what: str = "it") -> None:
    """Ask again and again until it holds.

    Raises:
        AssertionError: it does not within the time.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        _pause.wait(0.1)


@dataclass
class Installation:
    """The commands of one installation and the processes that it runs."""

    environment: dict[str, str]
    url: str
    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def marshrut(self, *arguments: str) -> str:
        """Run a command to its end; returns what it printed."""
        command = [sys.executable, "-m", "app", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, *names: str) -> None:
        """Start long-running commands; what they say goes to files."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as output:
                self.running[name] = subprocess.Popen(
                    [sys.executable, "-m", "app", name],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )

    def start_missing(self) -> None:
        """Start whichever of web, worker and clock does not run, and wait until all are ready.

        The tests of a module come in any order.
        """
        self.start(*(name for name in PARTS if name not in self.running))
        until(self.ready, what="readiness")

    def kill(self, *names: str) -> None:
        """Kill -9, with their children, as a power failure would."""
        for name in names:
            process = self.running.pop(name)
            os.killpg(process.pid, 9)
            process.wait(timeout=10)

    def stop(self) -> None:
        """Ask all to stop; whoever does not within ten seconds is killed."""
        for process in self.running.values():
            process.terminate()
        for name, process in list(self.running.items()):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill(name)
        self.running.clear()

    def ready(self) -> bool:
        """Whether the web process says that all parts are there."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def client(self, login: str, password: str = "demo") -> httpx.Client:
        """An API client of a demo account."""
        return httpx.Client(base_url=self.url, auth=(login, password), timeout=30)


@pytest.fixture(scope="module")
def installation(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A migrated, deployed, demo-loaded installation, nothing running yet."""
    folder = tmp_path_factory.mktemp("installation")
    url = make_url(database_url)
    name = f"{url.database}_o"
    plain = url.set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": plain.set(database=name).render_as_string(hide_password=False),
        "REDIS_URL": embedded_redis(folder / "redis"),
        "DATA_DIR": str(folder),
        "SECRET_KEY": "operation-test-operation-test-operation",
        "MARSHRUT_ENV": "production",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    made = Installation(environment, f"http://127.0.0.1:{port}", folder)
    try:
        made.marshrut("migrate")
        made.marshrut("deploy")
        made.marshrut("demo")
        yield made
    finally:
        made.stop()
        with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        _stop_redis(environment["REDIS_URL"])


def _stop_redis(url: str) -> None:
    import redis

    client = redis.Redis.from_url(url)
    client.shutdown(nosave=True)
    client.close()
