"""A unit of work around each test, on the Monday of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.kernel.db import db


@pytest.fixture
def work(connection: Connection, monday: datetime) -> Iterator[Session]:
    """An open unit of work, rolled back with the test."""
    with db.unit_of_work() as session:
        yield session
