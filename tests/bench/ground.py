"""What the bench runs on: its own database (fsync on, synchronous commit on), an account, the deployed models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

from app.kernel import log
from app.kernel.actor import Actor, Assignment
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.ids import next_key
from app.kernel.servers import embedded_postgres, embedded_redis

ROOT = Path(__file__).resolve().parents[2]
MODELS = Path(__file__).parent / "models"
FOLDER = ROOT / "var" / "bench"
DATABASE = "bench"
LOGIN, PASSWORD = "bench", "bench-Password-17"
ROLE = "bench"
REGION = "bench_region"
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
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')


def _populate() -> Actor:
    """One person with the role that the models' tasks are for, and the models themselves."""
    from app.main import load_background
    from app.people.models import Account, Organisation, Person, RoleAssignment
    from app.people.passwords import hash_of

    load_background()
    now = datetime.now(UTC)
    with db.unit_of_work() as session:
        session.add(
            Organisation(
                code=REGION,
                kind="region",
                level="region",
                name="Bench",
                short_name="Bench",
                parent_code=None,
                path=[REGION],
                timezone="Europe/Moscow",
                categories=[],
                projects=[],
            )
        )
        person = Person(
            id=next_key(),
            last_name="Bench",
            first_name="B",
            middle_name="",
            email="",
            phone="",
            position="",
            organisation_code=REGION,
        )
        session.add(person)
        session.flush()
        session.add(
            Account(
                person_id=person.id,
                login=LOGIN,
                password_hash=hash_of(PASSWORD),
                password_changed_at=now,
                consent_version="1",
                consent_at=now,
                created_at=now,
            )
        )
        for role in (ROLE, "platform_admin", "process_designer"):
            session.add(
                RoleAssignment(
                    person_id=person.id, role=role, organisation_code=REGION, created_at=now, created_by=LOGIN
                )
            )
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


def in_an_hour() -> datetime:
    """A moment that does not come during the bench."""
    return datetime.now(UTC) + timedelta(hours=1)
