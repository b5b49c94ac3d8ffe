"""Long files of results are taken by a worker, row by row; what stops in the middle goes on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from app.courses.models import Course, ImportRun
from app.courses.models.courses import RUNNING
from app.courses.operations import courses, finding, imports, taking
from app.courses.rules import words
from app.jobs import kinds, working
from app.jobs.models import DONE, FAILED, BackgroundJob, BackgroundNote
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden
from tests.courses.factories import LEADER, make_course, make_listener, person
from tests.courses.test_import import result_file


@pytest.fixture
def run(app: Flask, connection: Connection, monday: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImportRun]:
    """An uploaded file of six listeners in a running course; four rows count as long."""
    monkeypatch.setattr(taking, "AT_ONCE", 4)
    monkeypatch.setattr(kinds, "_actors", [lambda login: LEADER])
    with app.app_context():
        with db.unit_of_work():
            course = make_course()
            for number in range(1, 7):
                make_listener(course, f"t{number}")
            courses.set_status(LEADER, course.code, RUNNING)
            content = result_file(*([f"t{number}", None, 10 + number, 20, None] for number in range(1, 7)))
            uploaded = imports.upload_results(LEADER, course.code, words.ENTRY, "результаты.xlsx", content)
        yield uploaded


def _code(run: ImportRun) -> str:
    with db.unit_of_work() as session:
        return session.get_one(Course, run.course_key).code


def _start(run: ImportRun) -> int:
    with db.unit_of_work():
        key = taking.take_later(LEADER, _code(run), run.key)
    assert key is not None
    return key


def _results(run: ImportRun) -> list[str]:
    code = _code(run)
    with db.unit_of_work():
        listeners = (finding.listener(code, f"t{number}") for number in range(1, 7))
        return [listener.teacher for listener in listeners if listener.test(words.ENTRY) is not None]


def test_a_long_file_is_taken_row_by_row_once(run: ImportRun) -> None:
    key = _start(run)
    with db.unit_of_work(), pytest.raises(Conflict):
        taking.take_later(LEADER, _code(run), run.key)
    with db.unit_of_work(), pytest.raises(Conflict):
        imports.take_import(LEADER, _code(run), run.key)
    assert _results(run) == []
    working.work_off()
    assert _results(run) == [f"t{number}" for number in range(1, 7)]
    with db.unit_of_work() as session:
        job = session.get_one(BackgroundJob, key)
        assert (job.state, job.done, job.total) == (DONE, 6, 6)
        assert job.link == f"/courses/{_code(run)}/results/{run.key}"
        assert session.get_one(ImportRun, run.key).taken_count == 6


def test_a_row_that_somebody_entered_meanwhile_is_a_remark(run: ImportRun) -> None:
    _start(run)
    with db.unit_of_work():
        imports.enter_result(LEADER, _code(run), "t2", words.ENTRY, Decimal(5), Decimal(20))
    working.work_off()
    with db.unit_of_work() as session:
        note = session.scalars(select(BackgroundNote)).one()
        assert "Результаты" in note.place
        assert note.text == "Учитель t2: Результат этого слушателя уже внесён."
        assert session.get_one(ImportRun, run.key).taken_count == 5


def test_a_broken_row_stops_nothing_for_ever(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    take_one, broken = imports.take_one, [True]

    def breaks(actor: object, course: object, found: object, row: dict[str, object]) -> str:
        message = take_one(actor, course, found, row)  # type: ignore[arg-type]
        if row["listener"] == "t3" and broken:
            broken.pop()
            raise RuntimeError("the database went away")
        return message

    monkeypatch.setattr(imports, "take_one", breaks)
    key = _start(run)
    working.work_off()
    assert _results(run) == ["t1", "t2"]
    with db.unit_of_work() as session:
        clock.move(session.get_one(BackgroundJob, key).run_at)
    working.work_off()
    assert len(_results(run)) == 6
    with db.unit_of_work() as session:
        assert session.get_one(ImportRun, run.key).taken_count == 6


def test_who_leads_the_course_no_more_records_nothing(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    key = _start(run)
    monkeypatch.setattr(kinds, "_actors", [lambda login: person("other", "course_leader")])
    working.work_off()
    assert _results(run) == []
    with db.unit_of_work() as session:
        assert session.get_one(BackgroundJob, key).state == FAILED


def test_only_the_leader_starts_it(run: ImportRun) -> None:
    with db.unit_of_work(), pytest.raises(Forbidden):
        taking.take_later(person("auditor", "auditor"), _code(run), run.key)
    with db.unit_of_work() as session:
        assert session.scalars(select(BackgroundJob)).all() == []
