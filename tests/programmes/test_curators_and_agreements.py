"""LEB-05: a measure that counts what the schools really have, through its own process."""

from __future__ import annotations

from typing import Any

import pytest

from app.demo.support import load_support
from app.engine import operations as engine
from app.engine import queries as processes
from app.engine.views import TaskFilter
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people import operations as people
from app.people.queries import actor_for
from app.programmes import queries
from app.programmes.models import Measure
from app.programmes.rules import thresholds
from tests.agreements.scenes import signed
from tests.curators.scenes import appoint, pool
from tests.curators.scenes import programme as participants
from tests.processes.conftest import region, stage  # noqa: F401
from tests.programmes import scenes

pytestmark = pytest.mark.usefixtures("stage")
SCHOOLS = ("leb-05", "lebedyan-1", "lebedyan-2", "lebedyan-3")


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off() + engine.fire_due(100):
        pass


def do(login: str, element: str, values: dict[str, Any], outcome: str = "submit") -> None:
    """Complete the open task of an element as somebody, and let everything that follows happen."""
    with db.unit_of_work():
        actor = actor_for(login)
        page = processes.tasks_for(actor, TaskFilter())
        key = next(task.key for task in page.items if task.element_id == element)
        engine.complete_user_task(actor, key, values, outcome=outcome)
    settle()


def begun() -> str:
    """Measure 1.7 of the Lebedyan plan, begun; four of the district's schools take part. Returns its row key."""
    with db.unit_of_work():
        people.create_organisation(PLATFORM, SCHOOLS[0], "school", "Школа № 4", short_name="№ 4", parent="lebedyan")
        participants(*SCHOOLS)
        pool(iro_methodist=4)
        load_support()
        row_key = "LEB-2026:1.7"
        variables = {"row_key": row_key, "organisation": "lebedyan", "year": 2026}
        engine.publish_message(PLATFORM, "roadmap.approved", row_key, variables, internal=True)
    settle()
    return row_key


def measure(row_key: str) -> Measure:
    """The measure as its coordinator sees it."""
    return queries.measure(actor_for("municipal_coordinator"), row_key)


def covered(row_key: str) -> tuple[str, bool, tuple[str, ...]]:
    """Share of the schools with curator and agreement, whether it is enough, and who is missing."""
    with db.unit_of_work():
        (found,) = queries.judged(actor_for("municipal_coordinator"), measure(row_key))
        return thresholds.shown(found.value), found.met, found.missing


def test_leb_05_done_only_when_all_four_schools_have_a_curator_and_a_signed_agreement() -> None:
    row_key = begun()
    assert covered(row_key) == ("0", False, SCHOOLS)
    with db.unit_of_work():
        for school in SCHOOLS[:3]:
            appoint("iro_methodist", school)
            signed("lebedyan-mms", school)
        signed("lebedyan-mms", SCHOOLS[3])
    assert covered(row_key) == ("75", False, SCHOOLS[3:])
    do("mms_methodist", "execute", {"how": "report"})
    with db.unit_of_work():
        paper = scenes.paper("mms_methodist")
    report = {"status": "выполнено", "fact_date": clock.today().isoformat(), "evidence": paper}
    with pytest.raises(Invalid) as refused:
        do("mms_methodist", "report", report)
    assert "75 % (3 / 4)" in str(refused.value.message)
    with db.unit_of_work():
        appoint("iro_methodist", SCHOOLS[3])
    do("mms_methodist", "report", report)
    do("municipal_coordinator", "accept", {}, "approve")
    with db.unit_of_work():
        assert measure(row_key).state == "done"
    assert covered(row_key) == ("100", True, ())
