"""Rounds of the monitoring go by the stage calendar of the programme: they begin, end and move with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.engine import operations as engine
from app.engine import queries as processes
from app.engine import schedule
from app.engine.models import UserTask
from app.engine.views import TaskFilter
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.monitoring.models import MonitoringSchool
from app.people.queries import actor_for
from app.programmes import operations
from app.programmes.operations.stage_rounds import Moving
from app.programmes.rules.stages import Stage
from tests.processes.conftest import region, stage  # noqa: F401
from tests.programmes import scenes

pytestmark = pytest.mark.usefixtures("stage")
FIRST, LAST, LATER = date(2026, 4, 6), date(2026, 4, 24), date(2026, 5, 8)
ZONE = "Europe/Moscow"


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off() + engine.fire_due(100):
        pass


def started(code: str, variables: dict[str, Any], timer: str | None = None) -> None:
    """A calendar of the region's programme, and a round of the process: by the clock, else by the institute."""
    with db.unit_of_work():
        programme = scenes.programme()
        stages = [Stage(1, "I этап", FIRST, LAST)]
        operations.set_calendar(actor_for("region_coordinator"), programme.code, code, 2026, "Мониторинг", stages)
    with db.unit_of_work():
        actor = PLATFORM if timer else actor_for("iro_coordinator")
        engine.start_instance(actor, code, variables, start_at=timer, internal=timer is not None)
    settle()


def later(code: str, *, confirmed: bool) -> list[Moving]:
    """What moves when the stage ends two weeks later; with `confirmed` it does."""
    wanted, keeper = [Stage(1, "I этап", FIRST, LATER)], "region_coordinator"
    with db.unit_of_work():
        found = operations.preview_move(actor_for(keeper), scenes.REGION, code, 2026, wanted)
        if confirmed:
            operations.move_stages(actor_for(keeper), scenes.REGION, code, 2026, wanted, "Карантин", 1)
    settle()
    return found


def due(element: str) -> set[date]:
    """The deadlines of the open tasks of an element."""
    with db.unit_of_work():
        rows = db.session.query(UserTask).filter_by(element_id=element, state="open").all()
        return {schedule.local_day(row.due_at, ZONE) for row in rows if row.due_at is not None}


def kinds(found: list[Moving]) -> set[tuple[str, date, date]]:
    """What moves, from when, to when."""
    return {(each.kind, each.before, each.after) for each in found}


@pytest.mark.parametrize("timer", [None, "spring_autumn"])
def test_a_school_round_begins_ends_and_moves_with_its_stage(timer: str | None) -> None:
    code = "school_monitoring"
    started(code, {}, timer)
    with db.unit_of_work():
        actor = actor_for("iro_coordinator")
        task = next(row for row in processes.tasks_for(actor, TaskFilter()).items if row.element_id == "prepare_tools")
        card = {"stage": "I", "year": 2026, "opens_on": FIRST.isoformat(), "schools": ["lebedyan-1"]}
        engine.complete_user_task(actor, task.key, card)
    settle()
    assert due("assess_self") == {LAST}
    expected = {("task", LAST, LATER), ("timer", LAST, LATER)}
    assert kinds(later(code, confirmed=False)) == expected
    assert due("assess_self") == {LAST}
    assert kinds(later(code, confirmed=True)) == expected
    assert due("assess_self") == {LATER}
    with db.unit_of_work():
        assert db.session.query(MonitoringSchool).one().window_until == LATER
    with clock.frozen(schedule.end_of(date(2026, 4, 27), ZONE)):
        settle()
        with db.unit_of_work():
            assert db.session.query(MonitoringSchool).one().window_closed is False


@pytest.mark.parametrize("timer", [None, "stage_day"])
def test_a_municipal_round_is_due_when_its_stage_ends_and_moves_with_it(timer: str | None) -> None:
    code = "municipal_monitoring"
    given = {"year": 2026, "stage_month": 4, "municipalities": ["lebedyan", "gryazi"]}
    started(code, {} if timer else given, timer)
    assert due("fill_rows") == {LAST}
    assert kinds(later(code, confirmed=True)) == {("task", LAST, LATER)}
    assert due("fill_rows") == {LATER}
