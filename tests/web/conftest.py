"""The demo region, loaded once per module, and browsers in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.demo.region import load_region
from app.kernel.db import db
from app.people import memory

from .browsing import Browser


class Open(Protocol):
    """Opens a browser, signed in when a login is given."""

    def __call__(self, login: str = "", password: str = "demo") -> Browser: ...


@pytest.fixture(scope="module")
def populated(app: Flask) -> Iterator[Connection]:
    """A transaction that holds the demo region (every password is `demo`) and is rolled back after the module."""
    with db.engine.connect() as connection, connection.begin() as transaction:
        # What tests undo stays in the tables until the end: whole tables are read slower and slower, indexes are not.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        db.bind(connection)
        try:
            with db.unit_of_work():
                load_region("demo")
        finally:
            db.bind(None)
        yield connection
        transaction.rollback()


@pytest.fixture
def connection(populated: Connection) -> Iterator[Connection]:
    """The demo region; what the test changes is undone."""
    savepoint = populated.begin_nested()
    db.bind(populated)
    memory.forget()
    try:
        yield populated
    finally:
        db.bind(None)
        memory.forget()
        savepoint.rollback()


@pytest.fixture
def region(connection: Connection) -> Connection:
    """The demo region."""
    return connection


@pytest.fixture
def browse(app: Flask, region: Connection) -> Open:
    """Open a browser in the demo region."""

    def opened(login: str = "", password: str = "demo") -> Browser:
        return Browser(app, login, password)

    return opened
