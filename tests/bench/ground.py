"""What the bench runs on: its own database (fsync on, synchronous commit on), an account, the deployed models."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

from app.kernel import clock, log
from app.kernel.actor import PLATFORM, Actor, Assignment
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.servers import embedded_postgres, embedded_redis

ROOT = Path(__file__).resolve().parents[2]
MODELS = Path(__file__).parent / "models"
FOLDER = ROOT / "var" / "bench"
DATABASE = f"bench_{os.getpid()}"
LOGIN, PASSWORD = "bench", "bench-Password-17"
ROLE = "bench"
REGION = "bench-region"
NAMES = ("one_task", "ten_tasks", "loop", "gateway_script_timer", "multi_instance")


@dataclass(frozen=True)
class Ground:
    """The installation that is measured."""

    settings: Settings
    actor: Actor

    @property
    def dsn(self) -> str:
        """The database for psycopg."""
        assert self.settings.database_url is not None
        return self.settings.database_url.replace("+psycopg", "")


@contextmanager
def ground() -> Iterator[Ground]:
    """A new database with everything deployed; dropped at the end."""
    admin = embedded_postgres(FOLDER / "pg", "postgres").replace("+psycopg", "")
    _drop(admin)
    url = embedded_postgres(FOLDER / "pg", DATABASE)
    settings = Settings(
        data_dir=FOLDER,
        database_url=url,
        redis_url=embedded_redis(FOLDER / "redis"),
        secret_key="bench-secret-bench-secret-bench-secret",
        log_level="ERROR",
    )
    log.configure(settings)
    db.connect(url)
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    try:
        yield Ground(settings, _populate())
    finally:
        db.engine.dispose()
        _drop(admin)


def _drop(admin: str) -> None:
    """Drop this bench's database, and those of benches that were broken off."""
    with psycopg.connect(admin, autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench%'").fetchall()
        for (name,) in names:
            owner = name.rpartition("_")[2]
            if name == DATABASE or not (owner.isdecimal() and Path(f"/proc/{owner}").exists()):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _populate() -> Actor:
    """One person with the role that the models' tasks are for, and the models themselves."""
    from app.main import load_background
    from app.people import operations as people
    from app.people.models import Account, RoleAssignment

    load_background()
    with db.unit_of_work() as session:
        people.create_organisation(PLATFORM, REGION, "region_authority", "Bench")
        people.create_person(
            PLATFORM,
            LOGIN,
            last_name="Bench",
            first_name="B",
            organisation=REGION,
            password=PASSWORD,
            must_change_password=False,
            roles=[("designer", REGION)],
            consent=True,
        )
        session.flush()
        person = session.query(Account).filter_by(login=LOGIN).one().person_id
        role = RoleAssignment(
            person_id=person, role=ROLE, organisation_code=REGION, created_at=clock.now(), created_by=""
        )
        session.add(role)  # no role of the catalogue: the models' tasks are for `bench`
    actor = Actor(
        login=LOGIN,
        name="Bench",
        assignments=(Assignment(ROLE, REGION, "region", (REGION,)),),
        groups=frozenset({ROLE, f"{ROLE}@{REGION}"}),
        channel="api",
    )
    _deploy(actor)
    return actor


def _deploy(actor: Actor) -> None:
    from app.engine import operations
    from app.engine.views import Resource

    files = [Resource(f"{name}.bpmn", (MODELS / f"{name}.bpmn").read_bytes()) for name in NAMES]
    with db.unit_of_work():
        operations.deploy(actor, files, internal=True)
