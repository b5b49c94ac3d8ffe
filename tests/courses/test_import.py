"""Excel import of results: every row judged, good ones taken once."""

from __future__ import annotations

import zipfile
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.courses.models import Course, ImportRun
from app.courses.models.courses import RUNNING
from app.courses.operations import courses, finding, imports, results
from app.courses.rules import words
from app.courses.rules.results_file import MOST_BYTES, read_results
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.conftest import MONDAY
from tests.courses.factories import LEADER, make_course, make_listener, person

HEAD = ["Логин", "Ф.И.О.", "Баллы", "Максимум", "Дата"]


def result_file(*rows: list[Any], head: list[Any] | None = None, title: str = "Результаты") -> bytes:
    """An Excel file with these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in [head or HEAD, *rows]:
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture
def course(work: Session) -> Course:
    """A running course with listeners t1…t4."""
    course = make_course()
    for number in range(1, 5):
        make_listener(course, f"t{number}")
    return courses.set_status(LEADER, course.code, RUNNING)


def _upload(course: Course, content: bytes, kind: str = words.ENTRY) -> ImportRun:
    return imports.upload_results(LEADER, course.code, kind, "результаты.xlsx", content)


def _places(run: ImportRun) -> list[tuple[str, int, str]]:
    return [(p["sheet"], p["row"], p["column"]) for p in run.problems]


def test_good_rows_are_taken_and_the_others_reported_by_place(course: Course) -> None:
    content = result_file(
        ["t1", None, 19, 20, "14.04.2026"],
        ["t2", None, "94,96", 100, None],
        ["t3", None, "много", 100, None],
        ["stranger", None, 5, 10, None],
        ["t1", None, 20, 20, None],
        [None, None, 5, 10, None],
        ["t4", None, 5, None, None],
        ["t4", None, 5, 10, "когда-то"],
        ["t4", None, None, None, None],
    )
    run = _upload(course, content)
    assert [(row["listener"], row["pct"]) for row in run.rows] == [("t1", "95,0"), ("t2", "94,9")]
    assert _places(run) == [
        ("Результаты", 4, "C"),
        ("Результаты", 5, ""),
        ("Результаты", 6, "C"),
        ("Результаты", 7, "A"),
        ("Результаты", 8, "D"),
        ("Результаты", 9, "E"),
    ]
    assert finding.listener(course.code, "t1").tests == []
    taken = imports.take_import(LEADER, course.code, run.key)
    assert (taken.recorded, taken.refused) == (2, [])
    db.session.expire_all()
    test = finding.listener(course.code, "t1").test(words.ENTRY)
    assert test is not None
    assert (test.pct, test.source, test.finished_at and test.finished_at.date().isoformat()) == (
        95,
        "import",
        "2026-04-14",
    )
    assert db.session.query(AuditEvent).filter_by(subject_kind="course", verb="import_results").count() == 1


def test_rmp_05_104_percent_is_refused_and_reported(course: Course) -> None:
    run = _upload(course, result_file(["t1", 104], ["t2", 100], head=["Логин", "Процент"]))
    assert _places(run) == [("Результаты", 2, "B")]
    assert "104,0" in run.problems[0]["message"]
    assert imports.take_import(LEADER, course.code, run.key).recorded == 1
    db.session.expire_all()
    assert finding.listener(course.code, "t1").tests == []
    assert len(finding.listener(course.code, "t2").tests) == 1


def test_nothing_is_imported_twice(course: Course) -> None:
    content = result_file(["t1", None, 19, 20, None])
    first, second = _upload(course, content), _upload(course, content)
    imports.take_import(LEADER, course.code, first.key)
    with pytest.raises(Conflict):
        imports.take_import(LEADER, course.code, first.key)
    taken = imports.take_import(LEADER, course.code, second.key)
    assert (taken.recorded, len(taken.refused)) == (0, 1)
    db.session.expire_all()
    assert len(finding.listener(course.code, "t1").tests) == 1
    third = _upload(course, content)
    assert (third.rows, _places(third)) == ([], [("Результаты", 2, "C")])


def test_names_do_when_they_are_unambiguous(course: Course) -> None:
    for login in ("n1", "n2"):
        finding.listener(course.code, {"n1": "t1", "n2": "t2"}[login]).teacher_name = "Королёва Анна"
    finding.listener(course.code, "t3").teacher_name = "Иванова Ольга Петровна"
    db.session.flush()
    rows = [["иванова ольга  петровна", 5, 10], ["Королева Анна", 5, 10]]
    run = _upload(course, result_file(*rows, head=["ФИО", "Балл", "Максимум"]))
    assert [row["listener"] for row in run.rows] == ["t3"]
    assert _places(run) == [("Результаты", 3, "")]


def test_a_percentage_formatted_cell_is_a_percentage(course: Course) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Логин", "% выполнения заданий"])
    sheet.append(["t1", 0.9496])
    sheet["B2"].number_format = "0.00%"
    sheet.append(["t2", "96 %"])
    target = BytesIO()
    book.save(target)
    run = _upload(course, target.getvalue())
    assert [row["points"] for row in run.rows] == ["94.96", "96"]


def test_sections_come_with_the_result(course: Course) -> None:
    head = [*HEAD, "Раздел: Алгебра (10)", "Раздел: Геометрия (10)"]
    run = _upload(course, result_file(["t1", None, 15, 20, None, 9, 6], ["t2", None, 15, 20, None, 11, 4], head=head))
    assert run.rows[0]["items"] == [
        {"section": "Алгебра", "max_points": 10.0, "points": 9.0},
        {"section": "Геометрия", "max_points": 10.0, "points": 6.0},
    ]
    assert _places(run) == [("Результаты", 3, "F")]


def test_the_retest_is_for_those_who_need_it(course: Course) -> None:
    finding.listener(course.code, "t1").entry_positive = False
    finding.listener(course.code, "t2").entry_positive = True
    db.session.flush()
    run = _upload(course, result_file(["t1", None, 97, 100, None], ["t2", None, 97, 100, None]), words.RETEST)
    assert [row["listener"] for row in run.rows] == ["t1"]
    assert _places(run) == [("Результаты", 3, "C")]


def test_only_the_own_leader_imports(course: Course) -> None:
    content = result_file(["t1", None, 5, 10, None])
    stranger, auditor = person("other", "course_leader@iro"), person("aud", "auditor@region")
    with pytest.raises(NotFound):
        imports.upload_results(stranger, course.code, words.ENTRY, "a.xlsx", content)
    with pytest.raises(Forbidden):
        imports.upload_results(auditor, course.code, words.ENTRY, "a.xlsx", content)
    run = _upload(course, content)
    with pytest.raises(NotFound):
        imports.take_import(stranger, course.code, run.key)
    with pytest.raises(NotFound):
        imports.take_import(LEADER, course.code, run.key + 1)


def test_results_come_while_the_course_runs(work: Session) -> None:
    course = make_course()
    make_listener(course, "t1")
    with pytest.raises(Conflict):
        _upload(course, result_file(["t1", None, 5, 10, None]))


def _zipped(**members: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xls", b"x"),
        ("a.csv", b"t1;5"),
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.xlsx", b"x" * (MOST_BYTES + 1)),
        ("a.xlsx", _zipped(xl__workbook=b"<workbook/>")),
        ("a.xlsx", _zipped(bomb=b"0" * (50 * 1024 * 1024))),
        ("a.xlsx", _zipped(xl__workbook=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')),
        ("a.xlsx", result_file(["a", "b"], head=["Что-то", "Другое"])),
    ],
)
def test_other_files_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_results(content, name)
    assert "file" in refused.value.errors


@given(st.binary(max_size=2000))
def test_any_bytes_are_refused_kindly(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_results(content, "a.xlsx")


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(alphabet="аб1,. %-=t\t", max_size=8),
    st.booleans(),
)


@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=6))
def test_any_cells_are_read_or_reported(rows: list[list[Any]]) -> None:
    reading = read_results(result_file(["kept", None, 5, 10, None], *rows), "a.xlsx")
    accounted = len(reading.rows) + len(reading.problems) + reading.empty
    assert 1 <= accounted <= len(rows) + 1
    assert all(row.impossible or 0 <= row.points <= row.maximum for row in reading.rows)


def test_two_leaders_at_once_record_every_result_once(committed: None, app: object) -> None:
    with clock.frozen(MONDAY):
        with db.unit_of_work():
            code = make_course().code
            for number in range(1, 4):
                make_listener(finding.course(code), f"t{number}")
            courses.set_status(LEADER, code, RUNNING)
        rows = [[f"t{number}", None, 19, 20, None] for number in range(1, 4)]
        with db.unit_of_work():
            course = finding.course(code)
            keys = [_upload(course, result_file(*rows)).key, _upload(course, result_file(*reversed(rows))).key]
        gate = Barrier(3)

        def take(key: int) -> int:
            gate.wait()
            try:
                with db.unit_of_work():
                    return imports.take_import(LEADER, code, key).recorded
            except Conflict:
                return 0

        with ThreadPoolExecutor(3) as pool:
            assert sum(pool.map(take, [keys[0], keys[0], keys[1]])) == 3
        with db.unit_of_work():
            assert [len(finding.listener(code, f"t{number}").tests) for number in range(1, 4)] == [1, 1, 1]


def test_a_single_result_is_entered_by_hand(course: Course) -> None:
    imports.enter_result(LEADER, course.code, "t1", words.ENTRY, Decimal("19"), Decimal("20"))
    with pytest.raises(Conflict):
        imports.enter_result(LEADER, course.code, "t1", words.ENTRY, Decimal("20"), Decimal("20"))
    with pytest.raises(Invalid):
        imports.enter_result(LEADER, course.code, "t2", words.ENTRY, Decimal("21"), Decimal("20"))
    db.session.expire_all()
    test = finding.listener(course.code, "t1").test(words.ENTRY)
    assert test is not None
    assert test.source == results.MANUAL
