"""Two people at the very same moment: real connections, really committed; one comes first, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.demo.region import load_region
from app.engine import operations as engine
from app.engine.models import UserTask
from app.engine.models.tasks import OPEN
from app.engine.views import Resource
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.models import ConceptReview, Measure, MeasureFact, Occurrence, StageCalendar
from app.programmes.operations import concepts
from app.programmes.operations.passports import Passport
from app.programmes.rules.stages import Stage
from tests.conftest import MONDAY
from tests.processes import instances
from tests.programmes import scenes

ROOT = Path(__file__).resolve().parents[2]
MODELS = ("workflows/roadmap_measure/*.*mn", "forms/roadmap_measure/*.form", "workflows/shared/sla.dmn")
CODE, DEPUTY = "РТСТ-2026", "programme_coordinator"


@pytest.fixture
def district(app: Flask, committed: None) -> Flask:
    """The demo region with a programme of Lebedyan whose only measure runs, committed."""
    db.forget()
    with app.app_context(), clock.frozen(MONDAY):
        with db.unit_of_work():
            load_region("demo")
            files = [path for wanted in MODELS for path in sorted(ROOT.glob(wanted))]
            engine.deploy(PLATFORM, [Resource(path.name, path.read_bytes()) for path in files], internal=True)
        facts = scenes.measure(CODE, "lebedyan", period="апрель", document="", executors="МБУ КИРО")
        scenes.deputy("municipal_coordinator", "lebedyan", DEPUTY)
        with db.unit_of_work():
            engine.publish_message(PLATFORM, "roadmap.approved", facts["row_key"], facts["start"], internal=True)
        settle()
    return app


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off() + engine.fire_due(100):
        pass


def together(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Every act in a thread and a unit of work of its own; what came of each."""
    start = Barrier(len(acts))

    def do(act: Callable[[], object]) -> str:
        with app.app_context():
            start.wait(10)
            try:
                with db.unit_of_work():
                    act()
            except (Conflict, Invalid, NotFound) as refusal:
                return type(refusal).__name__
            return "done"

    with clock.frozen(MONDAY), ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(do, acts))


def task(element: str) -> int:
    """The open task of an element."""
    query = select(UserTask.key).where(UserTask.element_id == element, UserTask.state == OPEN)
    return db.session.scalars(query).one()


def step(app: Flask, login: str, element: str, values: dict[str, Any]) -> None:
    """Somebody does the open task of an element."""
    with app.app_context(), clock.frozen(MONDAY):
        with db.unit_of_work():
            engine.complete_user_task(actor_for(login), task(element), values)
        settle()


def reported(app: Flask, **answers: Any) -> list[Callable[[], object]]:
    """A report waits; the acts of both coordinators who accept it."""
    step(app, "mms_methodist", "execute", {"how": "report"})
    step(app, "mms_methodist", "report", answers)
    with app.app_context(), db.unit_of_work():
        key = task("accept")

    def accept(login: str) -> Callable[[], object]:
        return lambda: engine.complete_user_task(actor_for(login), key, {}, outcome="approve")

    return [accept("municipal_coordinator"), accept(DEPUTY)]


def test_a_report_that_two_accept_counts_once(district: Flask) -> None:
    acts = reported(district, status="выполнено", fact_date="2026-04-06")
    assert together(district, *acts) == ["Conflict", "done"]
    with district.app_context(), clock.frozen(MONDAY):
        settle()
        with db.unit_of_work():
            assert db.session.query(MeasureFact).count() == 1
            assert db.session.query(Measure).one().state == "done"


def test_a_move_that_two_accept_moves_once(district: Flask) -> None:
    acts = reported(district, status="перенесено", comment="Карантин", new_period="2026-05-12")
    assert together(district, *acts) == ["Conflict", "done"]
    with district.app_context(), db.unit_of_work():
        occurrence = db.session.query(Occurrence).one()
        assert (occurrence.opens_on, occurrence.planned_on) == (date(2026, 5, 12), date(2026, 4, 1))
        assert [move.state for move in occurrence.moves] == ["accepted"]


def test_a_wish_that_is_accepted_and_refused_at_once_has_one_answer(district: Flask) -> None:
    ref = f"{CODE}:1.1/1"
    with district.app_context(), clock.frozen(MONDAY), db.unit_of_work():
        operations.propose_move(ref, date(2026, 5, 12), "Карантин", "mms_methodist")
    answers = together(
        district,
        lambda: operations.decide_move(actor_for("municipal_coordinator"), ref, accepted=True),
        lambda: operations.decide_move(actor_for(DEPUTY), ref, accepted=False),
    )
    assert answers == ["Conflict", "done"]
    with district.app_context(), db.unit_of_work():
        (move,) = db.session.query(Occurrence).one().moves
        assert move.state in ("accepted", "refused")


def test_stages_that_two_move_move_once(district: Flask) -> None:
    stage, code = Stage(1, "I этап", date(2026, 6, 1), date(2026, 6, 30)), "school_monitoring"
    with district.app_context(), clock.frozen(MONDAY), db.unit_of_work():
        operations.set_calendar(PLATFORM, CODE, code, 2026, "Мониторинг", [stage])

    def move(login: str, month: int) -> Callable[[], object]:
        later = [Stage(1, "I этап", date(2026, month, 1), date(2026, month, 28))]
        return lambda: operations.move_stages(actor_for(login), CODE, code, 2026, later, "ГИА", 1)

    assert together(district, move("municipal_coordinator", 7), move(DEPUTY, 8)) == ["Conflict", "done"]
    with district.app_context(), db.unit_of_work():
        rows = db.session.query(StageCalendar).order_by(StageCalendar.version).all()
        assert [(row.version, row.current) for row in rows] == [(1, False), (2, True)]


def test_what_two_carry_over_stands_there_once(district: Flask) -> None:
    with district.app_context(), clock.frozen(MONDAY), db.unit_of_work():
        next_year = Passport("РТСТ-2027", "Следующий год", "lebedyan", date(2027, 1, 1), date(2027, 12, 31))
        operations.create_programme(PLATFORM, next_year)

    def carry(login: str) -> Callable[[], object]:
        return lambda: operations.carry_over(actor_for(login), "РТСТ-2027", [f"{CODE}:1.1"])

    assert together(district, carry("municipal_coordinator"), carry(DEPUTY)) == ["Conflict", "done"]
    with district.app_context(), db.unit_of_work():
        roadmap = queries.roadmap_of(queries.programme(PLATFORM, "РТСТ-2027").key)
        assert roadmap is not None
        assert [row.carried_from for row in queries.measures.measures_of(roadmap.key)] == [f"{CODE}:1.1"]


def test_one_of_two_begins_the_programme_of_a_municipality(district: Flask) -> None:
    def begin(instance: int) -> Callable[[], object]:
        return lambda: operations.open_municipal(PLATFORM, "lebedyan", 2027, instance, passed_on=False)

    assert together(district, begin(1), begin(2)) == ["Invalid", "done"]
    with district.app_context(), db.unit_of_work():
        assert queries.programme(PLATFORM, "MP-lebedyan-2027").instance_key in (1, 2)


def test_two_processes_take_up_one_document_and_the_same_proposals(district: Flask) -> None:
    with district.app_context(), clock.frozen(MONDAY):
        code = str(scenes.statute("lebedyan")["statute"]).removeprefix("doc:")
        scenes.analysis("lebedyan", [{"document": "иной", "change": "Совет собирать ежемесячно"}])
        with db.unit_of_work():
            keys = [instances.begun(), instances.begun()]
    takes = [lambda key=key: concepts.take_document(concepts.locked_document(code), key) for key in keys]
    assert together(district, *takes) == ["Conflict", "done"]
    reviews = [lambda key=key: concepts.open_review("lebedyan", 2026, key, []) for key in keys]
    assert together(district, *reviews) == ["done", "done"]
    with district.app_context(), db.unit_of_work() as session:
        assert sorted(len(each.corrections) for each in session.scalars(select(ConceptReview))) == [0, 1]
