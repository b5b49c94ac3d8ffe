"""The demo region's people and all models, deployed once for the module; every test undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.demo.region import load_region
from app.engine import operations
from app.engine.views import Resource
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from tests.conftest import MONDAY

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "demo-password"
SUFFIXES = ("*.bpmn", "*.dmn")


def model_files() -> list[Path]:
    """Every model, decision and form of the repository."""
    found = [path for suffix in SUFFIXES for path in (ROOT / "workflows").rglob(suffix)]
    return sorted(found) + sorted((ROOT / "forms").rglob("*.form"))


@pytest.fixture(scope="module")
def region(app: Flask) -> Iterator[Connection]:
    """A transaction of the module with people and models, rolled back at its end."""
    with db.engine.connect() as connection, connection.begin() as transaction, app.app_context():
        db.bind(connection)
        db.forget()
        with clock.frozen(MONDAY):
            with db.unit_of_work():
                load_region(PASSWORD)
            with db.unit_of_work():
                resources = [Resource(path.name, path.read_bytes()) for path in model_files()]
                operations.deploy(PLATFORM, resources, internal=True)
        try:
            yield connection
        finally:
            db.bind(None)
            db.forget()
            transaction.rollback()


@contextmanager
def staged(region: Connection) -> Iterator[None]:
    """A savepoint on the Monday of the tests."""
    with clock.frozen(MONDAY):
        savepoint = region.begin_nested()
        db.forget()
        try:
            yield
        finally:
            savepoint.rollback()
            db.forget()


@pytest.fixture
def stage(region: Connection) -> Iterator[None]:
    """A savepoint around a test."""
    with staged(region):
        yield
