"""A unit of work around each test, and a bank in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.assessment.models import ItemBank
from app.assessment.operations import banks
from app.kernel.actor import Actor, Assignment
from app.kernel.db import db

AUTHOR = Actor("iro_methodist", "Воронова Т. Ю.", assignments=(Assignment("iro_methodist", "iro"),))
READER = Actor("course_leader", "Миронова Е. В.", assignments=(Assignment("course_leader", "iro"),))


@pytest.fixture
def work(connection: Connection, monday: datetime) -> Iterator[Session]:
    """An open unit of work, rolled back with the test."""
    with db.unit_of_work() as session:
        yield session


@pytest.fixture
def bank(work: Session) -> ItemBank:
    """An empty bank of the institute."""
    return banks.create_bank(AUTHOR, "МАТ", "математика", "Математика")
