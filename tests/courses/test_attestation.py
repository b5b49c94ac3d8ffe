"""Groups and the attestation sheet: one per session, signed by all, binding."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.courses.models import Course
from app.courses.operations import finding, groups, sessions, sheets
from app.courses.rules import words
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from tests.courses.factories import LEADER, admit, make_course, make_listener, person

SECRETARY = person("member", "attestation_commission_member@iro")
BOTH = [{"login": "chair", "name": "Председатель"}, {"login": "member", "name": "Член", "signature": {"sha256": "ab"}}]


@pytest.fixture
def course(work: Session) -> Course:
    """A course with admitted listeners t1…t4 and t5 who is not admitted."""
    course = make_course()
    for number in range(1, 5):
        admit(make_listener(course, f"t{number}"))
    make_listener(course, "t5", admission=words.NOT_ADMITTED)
    return course


def _row(login: str, result: str = words.SUCCESS, **more: Any) -> dict[str, Any]:
    return {"listener": login, "result": result, **more}


ROWS = [
    _row("t1"),
    _row("t2", words.FAILURE, remarks="нет конспекта"),
    _row("t3", words.ABSENCE, absence_valid=True),
    _row("t4", words.ABSENCE, absence_valid=False),
]


def _through(course: Course, session: str, rows: list[dict[str, Any]]) -> list[sheets.Outcome]:
    sheets.fill_sheet(SECRETARY, course.code, session, rows)
    sheets.sign_sheet(LEADER, course.code, session, BOTH)
    return sheets.close_sheet(LEADER, course.code, session)


def test_rmp_13_one_sheet_routes_every_row(course: Course) -> None:
    due = [listener.teacher for listener in sessions.due_listeners(course, words.MAIN)]
    assert due == ["t1", "t2", "t3", "t4"]
    outcomes = _through(course, words.MAIN, ROWS)
    assert [(o.teacher, o.final, o.next_session) for o in outcomes] == [
        ("t1", True, None),
        ("t2", False, words.RESIT),
        ("t3", False, words.RESERVE),
        ("t4", False, words.RESIT),
    ]
    assert [item.teacher for item in sessions.due_listeners(course, words.RESERVE)] == ["t3"]
    _through(course, words.RESERVE, [_row("t3")])
    assert [item.teacher for item in sessions.due_listeners(course, words.RESIT)] == ["t2", "t4"]
    last = _through(course, words.RESIT, [_row("t2"), _row("t4", words.FAILURE, remarks="слабо")])
    assert [(o.teacher, o.result, o.final) for o in last] == [
        ("t2", words.SUCCESS, True),
        ("t4", words.FAILURE, True),
    ]
    sheet = finding.sheet(course.key, words.RESIT)
    assert (sheet.number, sheet.status) == (f"{course.code}/3", "signed")


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        (ROWS[:3], "results"),
        ([*ROWS, _row("t5")], "results.4.listener"),
        ([*ROWS, _row("t1")], "results.4.listener"),
        ([_row("t1", ""), *ROWS[1:]], "results.0.result"),
        ([_row("t1", words.FAILURE), *ROWS[1:]], "results.0.remarks"),
        ([_row("t1", words.ABSENCE), *ROWS[1:]], "results.0.absence_valid"),
    ],
)
def test_an_incomplete_sheet_is_refused_by_row(course: Course, rows: list[dict[str, Any]], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        sheets.fill_sheet(SECRETARY, course.code, words.MAIN, rows)
    assert field in refused.value.errors


def test_nobody_attests_a_teacher_of_the_own_school(course: Course) -> None:
    with pytest.raises(Invalid) as refused:
        sheets.fill_sheet(SECRETARY, course.code, words.MAIN, ROWS, workplaces={"member": {"lebedyan-1"}})
    assert "commission" in refused.value.errors
    sheets.fill_sheet(SECRETARY, course.code, words.MAIN, ROWS, workplaces={"member": {"gryazi-1"}})


def test_every_signature_is_needed(course: Course) -> None:
    sheets.fill_sheet(SECRETARY, course.code, words.MAIN, ROWS)
    with pytest.raises(Conflict):
        sheets.sign_sheet(LEADER, course.code, words.MAIN, BOTH[:1])
    with pytest.raises(Conflict):
        sheets.close_sheet(LEADER, course.code, words.MAIN)
    with pytest.raises(Forbidden):
        sheets.sign_sheet(LEADER, course.code, words.MAIN, [*BOTH, {"login": "stranger"}])
    assert finding.listener(course.code, "t1").attestation_result is None


def test_a_return_voids_the_signatures_and_keeps_them(course: Course) -> None:
    sheets.fill_sheet(SECRETARY, course.code, words.MAIN, ROWS)
    returned = sheets.return_sheet(LEADER, course.code, words.MAIN, BOTH[:1])
    assert (returned.status, returned.round) == ("planned", 2)
    _through(course, words.MAIN, [_row("t1", words.FAILURE, remarks="иначе"), *ROWS[1:]])
    db.session.expire_all()
    sheet = finding.sheet(course.key, words.MAIN)
    assert [(s.login, s.round, s.voided_at is None) for s in sheet.signatures] == [
        ("chair", 1, False),
        ("chair", 2, True),
        ("member", 2, True),
    ]
    assert sheet.rows[0].result == words.FAILURE


def test_a_signed_sheet_is_closed_for_good(course: Course) -> None:
    first = _through(course, words.MAIN, ROWS)
    assert sheets.close_sheet(LEADER, course.code, words.MAIN) == first
    with pytest.raises(Conflict):
        sheets.fill_sheet(SECRETARY, course.code, words.MAIN, ROWS)
    with pytest.raises(Conflict):
        sheets.return_sheet(LEADER, course.code, words.MAIN)
    for change in (
        "UPDATE attestation_row SET result = 'успешно', remarks = 'x'",
        "DELETE FROM attestation_row",
        "UPDATE attestation_session SET number = '1'",
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(change))


def test_who_is_admitted_late_comes_to_the_next_session(course: Course) -> None:
    _through(course, words.MAIN, ROWS)
    admit(make_listener(course, "t6"))
    assert [item.teacher for item in sessions.due_listeners(course, words.RESERVE)] == ["t3", "t6"]


def test_an_empty_session_is_closed_only_when_nobody_is_due(course: Course) -> None:
    with pytest.raises(Conflict):
        sessions.close_empty(LEADER, course.code, words.MAIN)
    _through(course, words.MAIN, [_row(f"t{number}") for number in range(1, 5)])
    sessions.close_empty(LEADER, course.code, words.RESERVE)
    assert finding.sheet(course.key, words.RESERVE).status == "empty"
    with pytest.raises(Conflict):
        sessions.plan_session(LEADER, course.code, words.RESERVE, [])


def test_the_timetable_is_kept(course: Course) -> None:
    sheet = sessions.plan_session(LEADER, course.code, words.MAIN, [{"listener_id": "t1", "time": "10:00"}])
    assert (sheet.held_on.isoformat(), sheet.schedule[0]["time"]) == ("2026-05-12", "10:00")
    with pytest.raises(Invalid):
        sessions.plan_session(LEADER, course.code, "третья", [])


def test_rmp_10_hand_moves_are_in_the_journal(course: Course) -> None:
    groups.propose_group(LEADER, course.code, "t1", "А — предметная")
    assert finding.listener(course.code, "t1").group_title == "А — предметная"
    assert groups.move_listener(LEADER, course.code, "t1", "А — предметная") is None
    move = groups.move_listener(LEADER, course.code, "t1", "Б — методическая")
    assert move is not None
    assert (move.from_group, move.to_group, move.moved_by) == ("А — предметная", "Б — методическая", "leader")
    assert move.moved_at is not None
    groups.propose_group(LEADER, course.code, "t1", "В")
    assert finding.listener(course.code, "t1").group_title == "Б — методическая"
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("UPDATE course_group_move SET moved_by = 'other'"))


def test_a_group_gets_its_modules_of_the_programme(course: Course) -> None:
    groups.move_listener(LEADER, course.code, "t1", "Б — методическая")
    subgroup = groups.set_modules(LEADER, course.code, "Б — методическая", ["Предмет", "Методика", "Предмет"])
    assert subgroup.modules == ["Предмет", "Методика"]
    with pytest.raises(Invalid):
        groups.set_modules(LEADER, course.code, "Б — методическая", ["Основы"])
    with pytest.raises(Invalid):
        groups.move_listener(LEADER, course.code, "t1", " ")
