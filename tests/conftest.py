"""One real PostgreSQL database per test run, a savepoint per test, a frozen clock on request."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Connection, make_url, text

from app.kernel import clock
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.servers import embedded_postgres, embedded_redis
from app.main import create_app
from app.people import passwords

# A loaded machine is slow, not wrong: examples have no deadline. `make test` can be repeated exactly; `make fuzz` looks
# for what nobody has seen yet.
hypothesis_settings.register_profile("marshrut", deadline=None, derandomize=os.environ.get("EXAMPLES") != "new")
hypothesis_settings.load_profile("marshrut")

ROOT = Path(__file__).resolve().parents[1]
MONDAY = datetime(2026, 4, 6, 6, 0, tzinfo=UTC)
"""A working Monday, 09:00 in Moscow."""


LONGEST = (
    "tests/journeys/test_pages.py",
    "tests/web/test_matrix.py",
    "tests/operation/",
    "tests/journeys/",
    "tests/processes/",
    "tests/courses/",
)
"""Modules that take minutes, the longest first: begun last, one worker would be at them while the other waits."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest modules; among the others the order stays random (pytest-randomly has shuffled before)."""
    items.sort(key=lambda item: next((n for n, path in enumerate(LONGEST) if item.nodeid.startswith(path)), 99))


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> Iterator[str]:
    """A migrated database of this run: on `TEST_DATABASE_URL`'s server, or on the embedded one in `var/test`."""
    name = f"t{os.getpid()}_{worker_id}"
    outside = os.environ.get("TEST_DATABASE_URL")
    admin = outside or embedded_postgres(ROOT / "var" / "test" / "pg", "postgres")
    server = make_url(admin).set(drivername="postgresql+psycopg")
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        if not outside:
            _careless(connection)
        connection.execute(f'CREATE DATABASE "{name}"')
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        # Two tests in each other's way are an error that names them, not a run that never ends.
        connection.execute(f"ALTER DATABASE \"{name}\" SET lock_timeout = '60s'")
    url = server.set(database=name).render_as_string(hide_password=False)
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
    yield url
    db.disconnect()
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _careless(connection: psycopg.Connection[Any]) -> None:
    """The tests' own server need not survive a power failure: databases are made and dropped without waiting for disks.

    (Processes that are killed lose nothing by it: what a server has accepted it keeps.)
    """
    for name in ("fsync", "full_page_writes"):
        connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
    connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    """Settings of the test installation."""
    return Settings(
        data_dir=ROOT / "var" / "test" / f"data{os.getpid()}",
        database_url=database_url,
        redis_url=os.environ.get("TEST_REDIS_URL") or embedded_redis(ROOT / "var" / "test" / "redis"),
        secret_key="test-secret-test-secret-test-secret",
        log_level="WARNING",
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    """The application of this run, connected to the run's database."""
    passwords.configure(time_cost=1, memory_cost=8)
    application = create_app(settings)
    application.testing = True
    return application


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A transaction around the test: every unit of work inside is a savepoint, all is rolled back at the end."""
    with db.engine.connect() as connection, connection.begin() as transaction:
        db.bind(connection)
        try:
            yield connection
        finally:
            db.bind(None)
            transaction.rollback()


@pytest.fixture
def committed(app: Flask) -> Iterator[None]:
    """A test that really commits (several connections, processes): all tables are emptied after it."""
    yield
    empty_tables()


def empty_tables() -> None:
    """Empty all tables. A session that a test left open is ended, and told of, instead of blocking the run."""
    with db.engine.begin() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
        ).all()
        quoted = [f'"{name}"' for (name,) in names]
        for left in connection.execute(text(_LEFT_OPEN)).all():
            print("a session was left open:", left, file=sys.stderr)
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text(f"LOCK TABLE {', '.join(quoted)} IN ACCESS EXCLUSIVE MODE"))
        # A test writes few rows: to delete them is much cheaper than new files for all tables and their indexes.
        filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in quoted)
        for name in connection.execute(text(filled)).scalars().all():
            connection.execute(text(f"DELETE FROM {name}"))


_LEFT_OPEN = """
    SELECT pid, state, left(query, 200), pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
      AND state_change < now() - interval '1 second'
"""


@pytest.fixture
def monday() -> Iterator[datetime]:
    """The clock stands at 09:00 Moscow time of Monday, 6 April 2026; `clock.move` moves it."""
    with clock.frozen(MONDAY):
        yield MONDAY
