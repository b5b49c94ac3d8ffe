"""The schema `sandbox`: our own tables once more, invented people, copies of what is deployed.

Nothing in it is worth keeping: when the migrations or the region of the sandbox have changed, it is made anew.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_babel import force_locale
from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from app.files import access as files_access
from app.files.models import File
from app.files.operations import attach
from app.files.rules import TYPES
from app.forms.attachments import accepted
from app.forms.definition import Component
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import Base, db
from app.people import queries as people
from app.people.operations import create_organisation, create_person
from app.schools.operations import put_into_group

SCHEMA = "sandbox"
PASSWORD = "sandbox"
"""What the invented people sign with; nobody can sign in with it."""
PLAY, MAKE = 7_240_551, 7_240_552
"""Advisory locks of the whole database: one run at a time, one making at a time."""
_SAMPLES = ("pdf", "docx", "xlsx", "pptx", "jpg", "png", "txt", "csv", "zip")
"""Types of the files that stand in for chosen ones; a file's key is its place here, from 1."""
FIRST_BLOCK = 4_000_000_000
"""The sandbox's own keys begin far above those that are copied."""
REGION = Path(__file__).parent / "region.yaml"
_DEFINITIONS = ("deployment", "process_definition", "decision_definition", "deployment_item", "form")
_COPIED = (*_DEFINITIONS, "document_template", "start_event")
"""Tables whose new rows are copied; parents before their children."""
_UNKNOWN = ("deployed_by",)
"""Columns that name a person: they stay empty."""
_SHADOWS = """
    CREATE FUNCTION pg_advisory_xact_lock(bigint) RETURNS void LANGUAGE sql AS 'SELECT';
    CREATE FUNCTION pg_try_advisory_xact_lock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
"""


def address(url: str) -> str:
    """The database's URL with the sandbox as the only schema.

    `pg_catalog` comes second, so that the sandbox's own advisory locks, which do nothing, stand before PostgreSQL's:
    a run, which is alone anyway, never waits for a lock of the real work, nor makes it wait.
    """
    options = {"options": f"-csearch_path={SCHEMA},pg_catalog -cstatement_timeout=60s"}
    return make_url(url).update_query_dict(options).render_as_string(hide_password=False)


def make(url: str, root: Path) -> None:
    """Make the schema, unless it stands as the program wants it. Connects `db` to it.

    Args:
        url: of the real database.
        root: folder with `migrations/`.
    """
    config = Config(str(root / "alembic.ini"))
    config.set_main_option("script_location", str(root / "migrations"))
    wanted = _stamp(config)
    db.connect(address(url), pool_size=2)
    lone = create_engine(url, poolclass=NullPool)
    with lone.connect().execution_options(isolation_level="AUTOCOMMIT") as waiting:
        waiting.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MAKE})
        if waiting.scalar(_STAMPED) == wanted:
            return
        with lone.begin() as connection:
            _migrate(connection, config)
        with db.unit_of_work():
            _populate()
        waiting.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{wanted}'"))


_STAMPED = text(f"SELECT obj_description(to_regnamespace('{SCHEMA}'), 'pg_namespace')")


def _stamp(config: Config) -> str:
    """What the schema is made of: the last migration, the region, this file."""
    content = b"".join((REGION.read_bytes(), Path(__file__).read_bytes()))
    head = ScriptDirectory.from_config(config).get_current_head()
    return f"{head} {hashlib.sha256(content).hexdigest()[:16]}"


def _migrate(connection: Connection, config: Config) -> None:
    connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
    connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    connection.execute(text(f"SET LOCAL search_path = {SCHEMA}, pg_catalog"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(text(_SHADOWS))
    connection.execute(text("SELECT setval('key_seq', :first)"), {"first": FIRST_BLOCK})


@cache
def region() -> dict[str, Any]:
    """Content of `region.yaml`: `organisations` and `people`."""
    content: dict[str, Any] = yaml.safe_load(REGION.read_text(encoding="utf-8"))
    return content


def role_of(login: str) -> tuple[str, str]:
    """Role and number of an invented person: logins are made of them."""
    role = login if people.role_name(login) != login else login.rstrip("0123456789")
    return role, login.removeprefix(role)


def name_of(login: str) -> str:
    """What pages call an invented person, in the reader's language."""
    role, number = role_of(login)
    return f"{people.role_name(role)} {number}".strip()


def _populate() -> None:
    """Invented places, and people whose names say that they are invented: «Директор школы (песочница)»."""
    for code, kind, name, parent, *groups in region()["organisations"]:
        create_organisation(PLATFORM, code, kind, f"{name} (песочница)", short_name=name, parent=parent)
        for group in groups:
            put_into_group(PLATFORM, group, [code], since=date(2000, 1, 1), reason="Песочница")
    for login, place, *others in region()["people"]:
        role, number = role_of(login)
        with force_locale("ru"):
            name = people.role_name(role)
        create_person(
            PLATFORM,
            login,
            last_name=f"{name} {number}".strip(),
            first_name="(песочница)",
            position=name,
            organisation=place,
            password=PASSWORD,
            must_change_password=False,
            roles=[(each, place) for each in (role, *others)],
            consent=True,
        )

    for key, extension in enumerate(_SAMPLES, 1):
        name, kind = f"Пример.{extension}", TYPES[extension]
        facts: dict[str, Any] = {"name": name, "content_type": kind, "size": 1, "sha256": "0" * 64, "uploader": ""}
        db.session.add(File(key=key, created_at=clock.now(), **facts))
        db.session.flush()
        attach([key], SCHEMA, key)


def sample_for(component: Component) -> int:
    """Key of the file that stands in for one chosen in a file field."""
    taken = accepted(component, {})
    return next((key for key, extension in enumerate(_SAMPLES, 1) if extension in taken), 1)


files_access.register(SCHEMA, lambda _actor, _key: True)


def copy_deployed() -> None:
    """Bring the copies of what is deployed up to date: mostly there is nothing to do. Commits."""
    with db.engine.begin() as connection:
        for name in reversed(_COPIED):
            there = f"SELECT FROM public.{name} p {_same(name)}"
            connection.execute(text(f"DELETE FROM {name} s WHERE NOT EXISTS ({there})"))
        for name in _COPIED:
            connection.execute(text(_copying(name)))


def _same(name: str) -> str:
    keys = [column.name for column in Base.metadata.tables[name].primary_key]
    return "WHERE " + " AND ".join(f"s.{key} = p.{key}" for key in keys)


@cache
def _copying(name: str) -> str:
    columns = [column.name for column in Base.metadata.tables[name].columns]
    taken = ["''" if column in _UNKNOWN else f"p.{column}" for column in columns]
    return (
        f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(taken)} FROM public.{name} p "
        f"WHERE NOT EXISTS (SELECT FROM {name} s {_same(name)})"
    )
