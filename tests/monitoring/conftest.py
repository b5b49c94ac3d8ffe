"""A unit of work with the small region and the questionnaires, on the Monday of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations as people
from tests.courses.world import make_world

from . import building


@pytest.fixture
def work(connection: Connection, monday: datetime) -> Iterator[Session]:
    """An open unit of work, rolled back with the test."""
    with db.unit_of_work() as session:
        make_world()
        people.create_person(
            PLATFORM,
            "municipal_coordinator",
            last_name="Орлова",
            first_name="Анна",
            position="методист",
            organisation="lebedyan",
            roles=[("municipal_coordinator", "lebedyan")],
        )
        building.deploy_questionnaires()
        yield session
