"""A result that is imported while the same listener's task is completed: real connections, really committed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import text

from app.courses.models.courses import OPEN, RUNNING
from app.courses.operations import finding, imports, outside, transferring
from app.courses.rules import words
from app.demo.region import load_region
from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.people import queries as people
from tests.conftest import MONDAY
from tests.courses.factories import make_listener
from tests.courses.test_processes import LOGIN, Listening, person
from tests.processes.conftest import model_files

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture
def running(app: Flask, committed: None) -> Listening:
    """A listener before the entry test, committed."""
    db.forget()
    with app.app_context(), clock.frozen(MONDAY):
        with db.unit_of_work():
            load_region("demo")
        with db.unit_of_work():
            resources = [Resource(path.name, path.read_bytes()) for path in model_files()]
            engine.deploy(PLATFORM, resources, internal=True)
        return Listening()


def _until_somebody_waits() -> None:
    pause = Event()
    for _look in range(1000):
        with db.engine.connect() as connection:
            if connection.execute(_WAITING).scalar_one():
                return
        pause.wait(0.01)
    raise AssertionError("nobody waits for a lock")


def test_a_result_and_a_completion_of_one_listener_do_not_wait_for_each_other(app: Flask, running: Listening) -> None:
    """The completion locks the process and then the listener's row, as its services do; the import comes between."""
    holds = Event()

    def complete() -> None:
        with app.app_context(), db.unit_of_work():
            engine.hold_instance(running.key)
            holds.set()
            _until_somebody_waits()
            finding.listener(running.code, LOGIN, lock=True)

    def enter() -> None:
        holds.wait(10)
        with app.app_context(), db.unit_of_work():
            leader = person("course_leader")
            imports.enter_result(leader, running.code, LOGIN, words.ENTRY, Decimal(96), Decimal(100))

    with clock.frozen(MONDAY), ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(complete), pool.submit(enter)]:
            done.result(30)
    with app.app_context(), db.unit_of_work():
        assert finding.listener(running.code, LOGIN).level == words.SUFFICIENT


def test_a_course_that_is_handed_over_and_a_completion_of_it_do_not_wait_for_each_other(
    app: Flask, running: Listening
) -> None:
    """The completion holds its process and then the course, as `course.hold-place` does; the handing over comes
    between. Would it lock the course first, the two would wait for each other."""
    holds = Event()

    def complete() -> None:
        with app.app_context(), db.unit_of_work():
            engine.hold_instance(running.key)
            holds.set()
            _until_somebody_waits()
            finding.course(running.code, lock=True)

    def hand_over() -> None:
        holds.wait(10)
        with app.app_context(), db.unit_of_work():
            transferring.replace_leader(person("iro_coordinator"), running.code, "course_leader2", "Отпуск")

    with clock.frozen(MONDAY), ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(complete), pool.submit(hand_over)]:
            done.result(30)
    with app.app_context(), db.unit_of_work():
        assert finding.course(running.code).leader == "course_leader2"


def test_a_transfer_and_a_completion_of_one_listener_do_not_wait_for_each_other(app: Flask, running: Listening) -> None:
    """The completion comes between the processes and the rows of the transfer."""
    holds = Event()
    with app.app_context(), db.unit_of_work():
        school = finding.listener(running.code, LOGIN).school
        other = next(code for code in ("gryazi-1", "lebedyan-2") if code != school)

    def complete() -> None:
        with app.app_context(), db.unit_of_work():
            engine.hold_instance(running.key)
            holds.set()
            _until_somebody_waits()
            finding.listener(running.code, LOGIN, lock=True)

    def transfer() -> None:
        holds.wait(10)
        with app.app_context(), db.unit_of_work():
            transferring.follow_teacher(PLATFORM, LOGIN, school, other)

    with clock.frozen(MONDAY), ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(complete), pool.submit(transfer)]:
            done.result(30)
    with app.app_context(), db.unit_of_work():
        assert finding.listener(running.code, LOGIN).school == other


def test_one_id_names_one_result_whoever_is_sent_at_the_same_moment(app: Flask, running: Listening) -> None:
    with app.app_context(), clock.frozen(MONDAY), db.unit_of_work():
        course = finding.course(running.code)
        course.status, course.enrol_until = OPEN, clock.today()
        make_listener(course, "teacher2", "gryazi-1")
        course.status = RUNNING
        leader = people.actor_for("course_leader")
    taken = Event()

    def send(login: str) -> bool:
        return outside.take_result(
            leader, running.code, "A-1", listener=login, kind=words.ENTRY,
            points=Decimal(96), maximum=Decimal(100), finished_at=None, sections=(),
        )  # fmt: skip

    def first() -> bool:
        with app.app_context(), db.unit_of_work():
            recorded = send(LOGIN)
            taken.set()
            _until_somebody_waits()
            return recorded

    def second() -> bool:
        taken.wait(10)
        with app.app_context(), db.unit_of_work():
            return send("teacher2")

    with clock.frozen(MONDAY), ThreadPoolExecutor(2) as pool:
        begun, late = pool.submit(first), pool.submit(second)
        assert begun.result(30)
        with pytest.raises(Conflict):
            late.result(30)
