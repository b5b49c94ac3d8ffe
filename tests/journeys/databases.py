"""Databases that begin in a known state: a stage is played once, every test gets a copy of it to change freely."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from app.kernel.db import db


class Databases:
    """Copies of databases on the server of the run's database."""

    def __init__(self, url: str) -> None:
        self._home = make_url(url)
        self._made: list[str] = []
        self._number = count(1)

    def empty(self) -> str:
        """A new database with the newest tables. Returns its name."""
        name = self._name()
        self._run(f'CREATE DATABASE "{name}"')
        self._settle(name)
        config = Config("alembic.ini")
        config.set_main_option("sqlalchemy.url", self.url(name).replace("%", "%%"))
        command.upgrade(config, "head")
        return name

    def copy(self, of: str) -> str:
        """A copy of a database that nobody is connected to. Returns its name."""
        name = self._name()
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
        self._settle(name)
        return name

    @contextmanager
    def opened(self, name: str) -> Iterator[None]:
        """The program works on this database; nothing is connected to it afterwards."""
        db.connect(self.url(name))
        try:
            yield
        finally:
            db.engine.dispose()
            db.connect(self._home.render_as_string(hide_password=False))

    def drop_all(self) -> None:
        """Remove what was made. (Each removal makes the server write everything to disk: once is enough.)"""
        while self._made:
            self._run(f'DROP DATABASE IF EXISTS "{self._made.pop()}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """Address of a database for the program."""
        return self._home.set(database=name).render_as_string(hide_password=False)

    def _name(self) -> str:
        name = f"{self._home.database}_j{next(self._number)}"
        self._made.append(name)
        return name

    def _settle(self, name: str) -> None:
        self._run(f'ALTER DATABASE "{name}" SET synchronous_commit = off')

    def _plain(self, name: str) -> str:
        return self._home.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._plain(self._home.database or ""), autocommit=True) as connection:
            connection.execute(statement.encode())
