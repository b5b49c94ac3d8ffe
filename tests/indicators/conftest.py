"""A unit of work around each test, on the Monday of the tests, with a small region in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.kernel.db import db
from app.people import memory
from tests.courses.world import make_world


@pytest.fixture
def work(connection: Connection, monday: datetime) -> Iterator[Session]:
    """An open unit of work, rolled back with the test."""
    memory.forget()
    with db.unit_of_work() as session:
        make_world()
        yield session
    memory.forget()
