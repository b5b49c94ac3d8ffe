"""Certificates: numbers without gaps under concurrency, blanks, teams, frozen rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.courses.models import Certificate, Course
from app.courses.operations import awards, totals
from app.courses.rules import teams, words
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.conftest import MONDAY
from tests.courses.factories import LEADER, day, make_course, make_listener, person


def _issue(course: Course, *teachers: str) -> list[Certificate]:
    return awards.issue_certificates(LEADER, course.code, teachers, order=None, issued_on=day("2026-05-15"))


def test_numbers_follow_the_names_and_are_given_once(work: Session) -> None:
    course = make_course()
    for login, name in (("t1", "Яковлева"), ("t2", "Абрамова")):
        make_listener(course, login, teacher_name=name)
    first = _issue(course, "t1", "t2")
    assert [(c.listener.teacher, c.number) for c in first] == [("t2", "2026-00001"), ("t1", "2026-00002")]
    assert _issue(course, "t1", "t2") == first
    assert [c.number for c in db.session.query(Certificate).order_by(Certificate.number)] == [
        "2026-00001",
        "2026-00002",
    ]


def test_numbers_have_no_gaps_when_two_courses_issue_at_once(committed: None, app: object) -> None:
    with clock.frozen(MONDAY):
        codes = []
        with db.unit_of_work():
            for number in range(4):
                course = make_course()
                codes.append(course.code)
                for teacher in range(3):
                    make_listener(course, f"t{number}{teacher}")
        gate = Barrier(4)

        def issue(number: int) -> None:
            gate.wait()
            try:
                with db.unit_of_work():
                    teachers = [f"t{number}{teacher}" for teacher in range(3)]
                    awards.issue_certificates(LEADER, codes[number], teachers, order=None, issued_on=day("2026-05-15"))
                    if number == 1:
                        raise Conflict("something failed after the numbers were taken")
            except Conflict:
                pass

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(issue, range(4)))
        with db.unit_of_work():
            numbers = sorted(db.session.scalars(select(Certificate.number)))
        assert numbers == [f"2026-{serial:05}" for serial in range(1, 10)]


def test_a_certificate_is_frozen(work: Session) -> None:
    course = make_course()
    make_listener(course, "t1")
    _issue(course, "t1")
    for change in (
        "UPDATE certificate SET number = '1'",
        "UPDATE certificate SET hours = 1",
        "DELETE FROM certificate",
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(change))


def test_a_blank_is_used_once(work: Session) -> None:
    course = make_course()
    for login in ("t1", "t2"):
        make_listener(course, login)
    first, second = _issue(course, "t1", "t2")
    assert awards.set_blank(LEADER, first.number, " АБ ", "000123").blank_series == "АБ"
    with pytest.raises(Conflict):
        awards.set_blank(LEADER, first.number, "АБ", "000124")
    with pytest.raises(Conflict):
        awards.set_blank(LEADER, second.number, "АБ", "000123")
    with pytest.raises(Invalid):
        awards.set_blank(LEADER, second.number, "", "000125")
    with pytest.raises(NotFound):
        awards.set_blank(person("other", "course_leader@iro"), second.number, "АБ", "000125")
    with pytest.raises(Forbidden):
        awards.set_blank(person("boss", "iro_head@iro"), second.number, "АБ", "000125")
    awards.set_blank(LEADER, second.number, "АБ", "000125")


def test_teams_are_counted_by_the_rule(work: Session) -> None:
    course = make_course(team_mode=True, team_complete_rule=words.TEAM_HEAD_AND_DEPUTY)
    for login, role in (("h", "school_head"), ("d", "deputy_head"), ("t", "teacher")):
        make_listener(course, login, team_name="Команда", role=role)
    make_listener(course, "single", "gryazi-1")
    _issue(course, "h", "d", "single")
    counted = totals.course_totals(LEADER, course.code)
    assert (counted["enrolled"], counted["certified"]) == (4, 3)
    assert counted["teams"] == [
        {"team_name": "Команда", "school": "lebedyan-1", "members": 3, "certified": 2, "result": teams.TRAINED}
    ]


def test_notes_say_why(work: Session) -> None:
    course = make_course()
    facts = {
        "refused": {"admission": words.NOT_ADMITTED},
        "undiagnosed": {"admission": words.ADMITTED_WITHOUT_RIGHT, "attestation_result": words.SUCCESS},
        "failed": {"admission": words.ADMITTED, "attestation_result": words.FAILURE},
    }
    for login, changes in facts.items():
        make_listener(course, login, **changes)
    notes = awards.issue_notes(LEADER, course.code, facts, issued_on=day("2026-05-15"))
    assert {note.listener.teacher: note.reason for note in notes} == {
        "refused": "не допущен к итоговой аттестации",
        "undiagnosed": "нет положительной диагностики",
        "failed": "итоговая аттестация не пройдена",
    }
    assert awards.issue_notes(LEADER, course.code, facts, issued_on=day("2026-05-16")) == notes
