"""Results of ВПР, ОГЭ and ЕГЭ: checked row by row, taken once, seen in scope."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.jobs import queries as jobs
from app.jobs import working
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.schools.models import AssessmentResult
from app.schools.operations import results
from app.schools.queries import results as queries
from app.schools.rules import results_file as file
from tests.courses.world import actor, make_world
from tests.processes.quality_scenes import HEAD, results_file

ROWS: list[list[Any]] = [
    ["lebedyan-1", "Математика", "ОГЭ", 2026, 9, 40, "3,1", 12, 35, 60],
    ["Организация lebedyan-2", "математика", "огэ", 2026, 9, 25, 3.9, 1, 71, 80],
    ["gryazi-1", "русский язык", "ВПР", 2026, 6, 30, None, None, None, 41],
]


@pytest.fixture
def world(work: Session) -> Session:
    """The small region."""
    make_world()
    return work


def upload(*rows: list[Any], by: str = "cmoko_analyst") -> Any:
    return results.upload_results(actor(by), "результаты.xlsx", results_file(*rows))


def test_good_rows_are_taken_and_the_others_named_by_sheet_row_and_column(world: Session) -> None:
    wrong = [
        ["lebedyan-9", "математика", "ОГЭ", 2026, 9, 10, 3, 1, 50, 50],
        ["lebedyan-1", "физика", "олимпиада", 2026, 9, 10, 3, 1, 50, 50],
        ["lebedyan-1", "физика", "ОГЭ", "давно", 9, 10, 3, 1, 50, 50],
        ["lebedyan-1", "физика", "ОГЭ", 2026, 12, 10, 3, 1, 50, 50],
        ["lebedyan-1", "физика", "ОГЭ", 2026, 9, 10, 3, 11, 50, 50],
        ["lebedyan-1", "физика", "ОГЭ", 2026, 9, 10, 3, 1, 101, 50],
        ["lebedyan-1", None, "ОГЭ", 2026, 9, 10, 3, 1, 50, 50],
        ROWS[0],
    ]
    run = upload(*ROWS, *wrong)
    assert [(row["school"], row["subject"], row["procedure"]) for row in run.rows] == [
        ("lebedyan-1", "математика", "ОГЭ"),
        ("lebedyan-2", "математика", "ОГЭ"),
        ("gryazi-1", "русский язык", "ВПР"),
    ]
    places = [(problem["row"], problem["column"]) for problem in run.problems]
    assert places == [(5, ""), (6, "C"), (7, "D"), (8, "E"), (9, "H"), (10, "I"), (11, "B"), (12, "")]
    assert {problem["sheet"] for problem in run.problems} == {"Результаты"}
    assert results.take_results(actor("cmoko_analyst"), run.key) == 3
    first = queries.results_of(2026)[0]
    assert (first.school, str(first.mean), first.below_min, first.tasks[0]["pct"]) == ("lebedyan-1", "3.1", 12, 35)
    assert db.session.query(AuditEvent).filter_by(subject_kind="assessment").count() == 1


def test_nothing_is_taken_twice_and_other_figures_correct(world: Session) -> None:
    analyst = actor("cmoko_analyst")
    first, second = upload(*ROWS), upload(*ROWS)
    assert results.take_results(analyst, first.key) == 3
    with pytest.raises(Conflict):
        results.take_results(analyst, first.key)
    assert results.take_results(analyst, second.key) == 0
    again = upload(*ROWS)
    assert (again.rows, [problem["row"] for problem in again.problems]) == ([], [2, 3, 4])
    corrected = upload([*ROWS[0][:7], 10, *ROWS[0][8:]])
    assert results.take_results(analyst, corrected.key) == 1
    assert db.session.query(AssessmentResult).filter_by(school="lebedyan-1").one().below_min == 10


def test_only_the_assessment_centre_imports(world: Session) -> None:
    with pytest.raises(Forbidden):
        upload(*ROWS, by="iro_coordinator")
    with pytest.raises(NotFound):
        upload(*ROWS, by="teacher")
    run = upload(*ROWS)
    with pytest.raises(Forbidden):
        results.take_results(actor("school_head"), run.key)
    assert queries.imports(actor("iro_coordinator")) == []
    assert [row.key for row in queries.imports(actor("auditor"))] == [run.key]
    with pytest.raises(NotFound):
        queries.import_run(actor("school_head"), run.key)


@pytest.mark.parametrize(("name", "head"), [("a.csv", HEAD), ("a.xlsx", ["Школа", "Предмет"])], ids=["type", "head"])
def test_other_files_are_refused(name: str, head: list[Any]) -> None:
    with pytest.raises(Invalid) as refused:
        file.read(results_file(*ROWS, head=head), name)
    assert "file" in refused.value.errors


def many(count: int) -> list[list[Any]]:
    """Rows of one school, a subject each."""
    return [["lebedyan-1", f"предмет {number}", "ОГЭ", 2026, 9, 40, 3.1, 12, 35, 60] for number in range(count)]


def test_a_long_file_is_recorded_by_the_workers_in_steps(world: Session) -> None:
    analyst, run = actor("cmoko_analyst"), upload(*many(450))
    job = results.start_taking(analyst, run.key)
    assert results.start_taking(analyst, run.key) == job  # a double click
    assert len(queries.results_of(2026)) == 0
    working.work_off()
    found = jobs.job(analyst, job)
    assert (found.state, found.done, found.total) == ("done", 450, 450)
    assert len(queries.results_of(2026)) == 450
    with pytest.raises(Conflict):
        results.start_taking(analyst, run.key)


def test_what_a_cancelled_job_has_recorded_counts_for_nothing_the_next_time(world: Session) -> None:
    analyst, run = actor("cmoko_analyst"), upload(*many(3))
    assert results.take_some(run.key, run.rows[:2]) == 2  # the first step, then somebody cancels
    assert run.taken_at is None
    assert results.take_results(analyst, run.key) == 1
    assert len(queries.results_of(2026)) == 3
