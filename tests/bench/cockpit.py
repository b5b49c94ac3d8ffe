"""The cockpit at full size: 40 municipalities × 10 schools × 35 measures, a task of every school for every measure."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import text

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.main import create_app
from app.people import operations as people
from tests.bench.ground import LOGIN, REGION, Ground
from tests.bench.measure import Goal, Row, at_most, timed
from tests.bench.statements import sign_in
from tests.cockpit import building

MUNICIPALITIES, SCHOOLS, MEASURES = 40, 10, 35
CODE = "BENCH"
GOAL_MS = 300


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """The page as a coordinator of the region gets it, and the tasks behind one cell."""
    _fill(4 if quick else MUNICIPALITIES)
    client = create_app(ground.settings).test_client()
    sign_in(client)
    whole = timed((lambda: _page(client, f"/cockpit/{CODE}") for _ in range(40)), 5)
    cell = timed((lambda: _page(client, f"/cockpit/{CODE}/works?place=m1&measure={CODE}:1.1") for _ in range(40)), 5)
    size = f"{4 if quick else MUNICIPALITIES} municipalities × {SCHOOLS} schools × {MEASURES} measures"
    rows = [Row(f"cockpit, {size}", whole), Row("cockpit: the tasks behind a cell", cell)]
    return rows, [at_most("cockpit as a page, p95 in ms", None if quick else whole.p95, GOAL_MS)]


def _fill(municipalities: int) -> None:
    with db.unit_of_work():
        people.assign_role(PLATFORM, LOGIN, "region_coordinator", REGION)
        schools = building.schools(municipalities, SCHOOLS, below=REGION)
        built = building.programme(CODE, organisation=REGION)
        states = (building.COMPLETED, building.OPEN, building.LATE)
        for number in range(MEASURES):
            month = 1 + number % 12
            made = building.measure(built, f"{1 + number // 9}.{1 + number % 9}", (month,))
            building.run(made, [(code, states[(n + number) % 3]) for n, code in enumerate(schools)])
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE user_task, process_instance, organisation, measure, occurrence"))


def _page(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code} at {clock.now()}")
