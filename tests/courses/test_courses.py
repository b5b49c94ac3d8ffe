"""Programmes and courses: versions, frozen content, cards, dates, status."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.courses.models.courses import CANCELLED, COMPLETED, FORMING, OPEN, RUNNING
from app.courses.operations import closing, courses, finding, programmes
from app.courses.operations.places import hold_place
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from tests.courses.factories import LEADER, apply, card, make_course, make_listener, make_programme


def test_a_new_version_replaces_the_one_in_force_and_running_courses_keep_theirs(work: Session) -> None:
    first = make_programme("МАТ")
    course = make_course(first)
    second = make_programme("МАТ")
    assert (first.status, second.status, second.version) == ("archived", "active", 2)
    assert finding.course(course.code).programme.version == 1
    assert finding.active_programme("МАТ") is second


def test_the_content_of_a_version_in_force_is_frozen_by_the_database(work: Session) -> None:
    programme = make_programme("МАТ")
    for change in ("UPDATE programme SET hours = 80 WHERE key = :key", "DELETE FROM programme WHERE key = :key"):
        with pytest.raises(IntegrityError, match="frozen"), db.session.begin_nested():
            db.session.execute(text(change), {"key": programme.key})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"hours": 15}, "hours"),
        ({"hours": "много"}, "hours"),
        ({"modules": [{"title": "Один", "hours": 10}]}, "modules"),
        ({"practice_hours": 100}, "practice_hours"),
    ],
)
def test_a_wrong_programme_card_names_its_field(work: Session, changes: dict[str, Any], field: str) -> None:
    good = {"title": "Программа", "hours": 72, "form": "очная", "modules": []}
    with pytest.raises(Invalid) as refused:
        programmes.draft_programme(LEADER, "X", {**good, **changes})
    assert field in refused.value.errors


def test_titles_are_unique_among_programmes_in_force(work: Session) -> None:
    card = {"title": "Одна и та же", "hours": 72, "form": "очная", "modules": []}
    earlier = programmes.draft_programme(LEADER, "В", card)
    make_programme("А", title="Одна и та же")
    with pytest.raises(Invalid) as refused:
        make_programme("Б", title="Одна и та же")
    assert "title" in refused.value.errors
    with pytest.raises(Conflict):
        programmes.approve_programme(LEADER, earlier)


def test_a_draft_cannot_be_chosen_for_a_course(work: Session) -> None:
    draft = programmes.draft_programme(LEADER, "ЧЕРН", {"title": "Ч", "hours": 16, "form": "очная"})
    with pytest.raises(Invalid) as refused:
        make_course(draft)
    assert "programme" in refused.value.errors


def test_course_codes_count_by_programme_and_year(work: Session) -> None:
    programme = make_programme("МАТ")
    assert [make_course(programme).code, make_course(programme).code] == ["МАТ-2026-1", "МАТ-2026-2"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": "2026-04-10"}, "start"),
        ({"attest_on": "2026-04-13"}, "attest_on"),
        ({"end": "2026-05-11"}, "end"),
        ({"attest_reserve_on": "2026-05-12"}, "attest_reserve_on"),
        ({"attest_resit_on": "2026-05-19"}, "attest_resit_on"),
        ({"places_min": 0}, "places_min"),
        ({"places_max": 0}, "places_max"),
        ({"commission": ["chair"]}, "commission"),
        ({"commission": ["chair", "chair"]}, "commission"),
        ({"commission_chair": "stranger"}, "commission_chair"),
        ({"team_mode": True}, "team_complete_rule"),
        ({"start": None}, "start"),
        ({"start": "завтра"}, "start"),
    ],
)
def test_a_wrong_course_card_names_its_field(work: Session, changes: dict[str, Any], field: str) -> None:
    programme = make_programme()
    with pytest.raises(Invalid) as refused:
        courses.open_course(LEADER, card(programme, **changes), organisation="iro", leader="leader")
    assert field in refused.value.errors


def test_the_resit_may_lie_after_the_end(work: Session) -> None:
    assert make_course(attest_resit_on="2026-06-20").end.isoformat() == "2026-05-15"


def test_prolonged_enrolment_opens_the_course_again(work: Session) -> None:
    course = make_course()
    courses.set_status(LEADER, course.code, FORMING)
    moved = courses.move_dates(LEADER, course.code, {"enrol_until": "2026-04-11"})
    assert moved.status == OPEN
    with pytest.raises(Invalid):
        courses.move_dates(LEADER, course.code, {"enrol_until": "2026-04-13"})


def test_a_course_only_goes_forward(work: Session) -> None:
    course = make_course()
    courses.set_status(LEADER, course.code, RUNNING)
    assert courses.set_status(LEADER, course.code, RUNNING).status == RUNNING
    with pytest.raises(Conflict):
        courses.set_status(LEADER, course.code, FORMING)
    courses.set_status(LEADER, course.code, COMPLETED)
    with pytest.raises(Conflict):
        courses.move_dates(LEADER, course.code, {"enrol_until": "2026-04-11"})


def test_cancelling_ends_everybody_and_names_the_open_applications(work: Session) -> None:
    course = make_course(places_max=2)
    make_listener(course, "t1")
    apply(course, "t2")
    apply(course, "t3")
    hold_place(LEADER, course.code, "t3")
    still_open = closing.cancel_course(LEADER, course.code, "мало заявок")
    assert {listener.teacher for listener in still_open} == {"t2", "t3"}
    assert course.status == CANCELLED
    assert finding.active_listeners(course.key) == []
    assert finding.listener(course.code, "t1").status_reason == "мало заявок"


def test_merging_moves_the_confirmed_ones(work: Session) -> None:
    course, other = make_course(), make_course(places_max=3)
    make_listener(course, "t1", "gryazi-2")
    make_listener(course, "both")
    make_listener(other, "both")
    apply(course, "open")
    moved, still_open = closing.merge_course(LEADER, course.code, other.code, "")
    assert [listener.teacher for listener in moved] == ["t1"]
    assert moved[0].school == "gryazi-2"
    assert [listener.teacher for listener in still_open] == ["open"]
    assert course.status == CANCELLED
    assert {item.teacher for item in finding.active_listeners(other.key)} == {"both", "t1"}


def test_merging_into_a_full_course_changes_nothing(work: Session) -> None:
    course, other = make_course(), make_course(places_max=1)
    make_listener(course, "t1")
    make_listener(other, "t2")
    with pytest.raises(Invalid):
        closing.merge_course(LEADER, course.code, other.code, "")
    assert course.status == OPEN
    with pytest.raises(Invalid):
        closing.merge_course(LEADER, course.code, course.code, "")


def test_the_database_refuses_what_the_operations_refuse(work: Session) -> None:
    course = make_course()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("UPDATE course SET places_min = 0 WHERE key = :key"), {"key": course.key})
