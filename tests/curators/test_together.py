"""Two orders at the same moment, on connections of their own: one curator per school, whoever was first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.curators import operations
from app.curators.models import CuratorAppointment
from app.curators.operations.asking import Wish
from app.curators.rules.kinds import PERSONAL
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from tests.agreements.test_together import alone, committed_region  # noqa: F401
from tests.inbox.test_together import together

from .scenes import pool_of, programme

ORDER = {"number": "1", "date": "2026-04-06", "document_id": None}
SCHOOL = "lebedyan-1"


def rows(*states: str) -> list[CuratorAppointment]:
    """Appointments of the school in these states."""
    query = select(CuratorAppointment).where(CuratorAppointment.target == SCHOOL, CuratorAppointment.state.in_(states))
    with db.unit_of_work() as session:
        return list(session.scalars(query))


@pytest.mark.usefixtures("committed_region")
def test_two_processes_take_up_a_school_at_once_and_one_has_it(app: Flask) -> None:
    with db.unit_of_work():
        programme(SCHOOL)

    def take_up(instance: int) -> Callable[[], object]:
        return lambda: operations.open_places(PLATFORM, [(PERSONAL, SCHOOL)], instance_key=instance)

    assert together(alone(app, take_up(1)), alone(app, take_up(2))) == ["done", "done"]
    (row,) = rows("open", "offered", "agreed")
    assert row.instance_key in (1, 2)


@pytest.mark.usefixtures("committed_region")
def test_an_order_worked_off_twice_at_once_appoints_once(app: Flask) -> None:
    with db.unit_of_work():
        programme(SCHOOL)
        pool_of("curator")
        (row,) = operations.open_places(PLATFORM, [(PERSONAL, SCHOOL)], instance_key=1)
        wishes = [Wish(row.key, "curator", "rows.0.person")]
        until = clock.today().replace(month=12, day=31)
        operations.offer(PLATFORM, 1, wishes, since=clock.today(), until=until)
        operations.agree(PLATFORM, 1, row.key)
    appoint = alone(app, lambda: operations.appoint(PLATFORM, 1, ORDER))
    together(appoint, appoint)
    (held,) = rows("active")
    assert (held.person, held.order_number) == ("curator", "1")
    assert rows("ended", "dropped") == []
