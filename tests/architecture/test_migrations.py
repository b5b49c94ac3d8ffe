"""Migrations: one line, up and down on an empty database, and no drift from the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, inspect, make_url, text

from app.kernel import ids
from app.kernel.db import Base

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """A new, empty database beside the run's."""
    url = make_url(database_url)
    name = f"{url.database}_m"
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    engine = create_engine(url.set(database=name), poolclass=NullPool)
    yield engine
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


_SCHOOL = """
    INSERT INTO organisation
        (code, kind, level, name, short_name, path, timezone, categories, projects, active, version)
    VALUES ('s', 'school', 'school', 'Школа', 'Школа', '{s}', 'Europe/Moscow',
        '["shnor", "risk_zone", "shnor"]', '[]', true, 1)
"""


def _config(engine: Engine) -> Config:
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("sqlalchemy.url", engine.url.render_as_string(hide_password=False).replace("%", "%%"))
    return config


def test_the_history_is_one_line(empty: Engine) -> None:
    script = ScriptDirectory.from_config(_config(empty))
    assert len(script.get_heads()) == 1
    assert all(not isinstance(revision.down_revision, tuple) for revision in script.walk_revisions())


def test_a_category_that_stands_twice_becomes_one_membership(empty: Engine) -> None:
    config = _config(empty)
    command.upgrade(config, "0024_school_programmes")
    with empty.begin() as connection:
        connection.execute(text(_SCHOOL))
    command.upgrade(config, "0025_school_categories")
    with empty.connect() as connection:
        found = connection.execute(text("SELECT group_code, key FROM school_membership ORDER BY 1")).all()
    assert [code for code, _ in found] == ["risk_zone", "shnor"]
    keys = {key for _, key in found}
    assert len(keys) == 2
    assert min(keys) >= ids.FIRST
    assert all((key - ids.FIRST) % ids.BLOCK == 0 for key in keys)  # blocks of the sequence, nobody else's


def test_up_without_drift_and_down_again(app: object, empty: Engine) -> None:
    config = _config(empty)
    command.upgrade(config, "head")
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    command.downgrade(config, "base")
    with empty.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        left = connection.execute(text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")).all()
        assert left == []
    command.upgrade(config, "head")
