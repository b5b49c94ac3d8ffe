"""By which specification a course is tested: its institute's own, the same for everybody, the leader's to choose."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import TestSpecification, Window
from app.assessment.queries import journal
from app.courses.models import Course
from app.courses.operations import outside, specifying
from app.courses.rules import words
from app.courses.service_tasks.testing import open_test
from app.engine import operations as engine
from app.engine import queries as instances
from app.engine.services import InstanceFacts, ServiceCall
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.errors import Conflict, Invalid
from app.notifications.models import Notice
from tests.assessment import building
from tests.courses.factories import make_course, make_listener, make_programme
from tests.courses.world import actor, make_world

TOPICS = {"Уравнения": (1, "1")}


@pytest.fixture
def course(work: Session) -> Course:
    """A course of mathematics with a listener."""
    make_world()
    course = make_course(make_programme("МАТ"))
    make_listener(course, "teacher")
    make_listener(course, "teacher2", "gryazi-1")
    return course


def _test(code: str) -> TestSpecification:
    return building.specification(TOPICS, code=code)


def _open(course: Course, login: str) -> object:
    """Let a listener's process open its window."""
    variables = {
        "course_id": course.code, "listener_id": login, "attempt_kind": words.ENTRY,
        "closes_at": f"{date(2026, 4, 16)}T00:00",
    }  # fmt: skip
    facts = InstanceFacts(77, "p", 1, 1, "iro", ("iro", "region"), None, None, "leader", 77)
    return (open_test(ServiceCall(variables, {}, facts, "e", PLATFORM, clock.now())) or {})["test_window"]


def _notices(work: Session) -> list[str]:
    return [notice.link or "" for notice in work.scalars(select(Notice).where(Notice.login == "leader"))]


def test_all_listeners_have_the_test_of_the_first(course: Course, work: Session) -> None:
    first = _test("ПЕРВЫЙ")
    assert _open(course, "teacher") is not None
    _test("ВТОРОЙ")
    late = _open(course, "teacher2")
    assert late is not None, "a second active specification is no outside system"
    assert work.get_one(Window, int(str(late))).specification_key == first.key
    assert course.test_specification == "ПЕРВЫЙ"


def test_where_it_is_not_clear_the_leader_is_told_once(course: Course, work: Session) -> None:
    _test("ПЕРВЫЙ")
    _test("ВТОРОЙ")
    assert _open(course, "teacher") is None
    assert _open(course, "teacher2") is None
    assert _notices(work).count(f"/courses/{course.code}/test") == 1


def test_a_course_without_a_bank_is_tested_outside(course: Course, work: Session) -> None:
    assert _open(course, "teacher") is None
    assert f"/courses/{course.code}/test" not in _notices(work)


def test_tests_of_other_institutes_are_not_to_be_had(course: Course, work: Session) -> None:
    _test("ЧУЖОЙ").bank.organisation = "cmoko"
    work.flush()
    assert journal.specifications("iro") == []
    assert _open(course, "teacher") is None
    with pytest.raises(Invalid):
        specifying.choose_specification(actor("leader"), course.code, "ЧУЖОЙ")


def test_an_outside_system_gives_up_the_open_windows(course: Course, work: Session) -> None:
    made = _test("ПЕРВЫЙ")
    _test("ВТОРОЙ")
    window = building.sitting("teacher", made, course=course.code)
    specifying.choose_specification(actor("leader"), course.code, "")
    assert window.state == "closed"
    assert instances.instance(PLATFORM, window.instance_key).variables["test_window"] is None
    specifying.choose_specification(actor("leader"), course.code, "ВТОРОЙ")
    assert (window.state, window.specification.code) == ("open", "ВТОРОЙ")
    assert instances.instance(PLATFORM, window.instance_key).variables["test_window"] == str(window.key)
    building.answered(actor("teacher"), window.key, 0)
    with pytest.raises(Conflict):
        specifying.choose_specification(actor("leader"), course.code, "ПЕРВЫЙ")


def test_windows_that_were_given_up_stay_closed_when_the_task_is_done(course: Course) -> None:
    made = _test("ПЕРВЫЙ")
    _test("ВТОРОЙ")
    window = building.sitting("teacher", made, course=course.code)
    specifying.choose_specification(actor("leader"), course.code, "")
    task = instances.open_task(window.instance_key, "entry_test")
    assert task is not None
    engine.complete_user_task(PLATFORM, task, {}, internal=True)
    specifying.choose_specification(actor("leader"), course.code, "ВТОРОЙ")
    assert window.state == "closed"


def test_an_id_that_is_too_long_is_refused_not_cut(course: Course) -> None:
    with pytest.raises(Invalid):
        outside.take_result(
            actor("leader"), course.code, "A" * 201, listener="teacher", kind=words.ENTRY,
            points=Decimal(1), maximum=Decimal(2), finished_at=None, sections=(),
        )  # fmt: skip


def test_an_outside_system_is_chosen_although_a_specification_fits(course: Course, work: Session) -> None:
    _test("ПЕРВЫЙ")
    assert specifying.specification_of(course) is not None
    assert specifying.may_choose(course)
    specifying.choose_specification(actor("leader"), course.code, "", outside=True)
    assert specifying.specification_of(course) is None
    assert not specifying.is_unclear(course)
    assert _open(course, "teacher") is None, "no window: the test is taken elsewhere"
    assert f"/courses/{course.code}/test" not in _notices(work), "nothing is left to be chosen"
    specifying.choose_specification(actor("leader"), course.code, "ПЕРВЫЙ")
    assert course.outside_test is False
    assert _open(course, "teacher2") is not None


def test_an_outside_system_by_choice_gives_up_open_windows_and_keeps_to_it(course: Course) -> None:
    made = _test("ПЕРВЫЙ")
    window = building.sitting("teacher", made, course=course.code)
    specifying.choose_specification(actor("leader"), course.code, "", outside=True)
    assert window.state == "closed"
    other = building.sitting("teacher2", made, course=course.code)
    building.answered(actor("teacher2"), other.key, 0)
    assert not specifying.may_choose(course), "somebody has begun"
    with pytest.raises(Conflict):
        specifying.choose_specification(actor("leader"), course.code, "ПЕРВЫЙ")
