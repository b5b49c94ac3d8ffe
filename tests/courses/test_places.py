"""Places: held under concurrency, first come first served, never oversold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.courses.models.courses import RUNNING
from app.courses.models.listeners import APPLIED, CONFIRMED, HELD, ON_PLACE, REFUSED, WAITING, WITHDRAWN
from app.courses.operations import closing, courses, finding, places
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from tests.conftest import MONDAY
from tests.courses.factories import LEADER, applicant, apply, make_course, make_listener


def _hold(code: str, teacher: str) -> bool:
    return places.hold_place(LEADER, code, teacher)


def test_a_place_is_held_while_one_is_left(work: Session) -> None:
    course = make_course(places_max=1)
    apply(course, "t1")
    apply(course, "t2")
    assert _hold(course.code, "t1") is True
    assert _hold(course.code, "t1") is True
    assert _hold(course.code, "t2") is False
    assert finding.listener(course.code, "t2").status == APPLIED
    assert places.free_places(course) == 0


def test_one_teacher_applies_once_per_course(work: Session) -> None:
    course = make_course()
    apply(course, "t1")
    with pytest.raises(Invalid) as refused:
        apply(course, "t1")
    assert "course" in refused.value.errors


def test_who_was_refused_may_apply_again(work: Session) -> None:
    course = make_course()
    apply(course, "t1")
    places.give_back(LEADER, course.code, "t1", status=REFUSED)
    assert apply(course, "t1").status == "submitted"


def test_after_a_return_the_application_may_name_another_course(work: Session) -> None:
    course, other = make_course(), make_course()
    listener = places.submit_application(LEADER, course.code, applicant("t1"), enrolment_id="e-same")
    moved = places.submit_application(LEADER, other.code, applicant("t1", position="завуч"), enrolment_id="e-same")
    assert moved is listener
    assert (moved.course_key, moved.position) == (other.key, "завуч")


@pytest.mark.parametrize("code", ["closed", "late", "archived"])
def test_no_application_when_enrolment_is_over(work: Session, code: str) -> None:
    course = make_course()
    if code == "closed":
        courses.set_status(LEADER, course.code, RUNNING)
    elif code == "late":
        course.enrol_until = clock.today().replace(day=1)
    else:
        course.programme.status = "archived"
    db.session.flush()
    with pytest.raises(Invalid):
        apply(course, "t1")


def test_a_freed_place_is_held_for_the_first_who_waits(work: Session) -> None:
    course = make_course(places_max=1)
    for teacher in ("t1", "t2", "t3"):
        apply(course, teacher)
        _hold(course.code, teacher)
    places.confirm(LEADER, course.code, "t1")
    assert places.put_on_waiting_list(LEADER, course.code, "t3") is False
    assert places.put_on_waiting_list(LEADER, course.code, "t2") is False
    following = places.give_back(LEADER, course.code, "t1", status=WITHDRAWN, reason="болезнь")
    assert following is not None
    assert following.teacher == "t2"  # signed before t3, although t3 was put on the list first
    assert finding.listener(course.code, "t2").status == HELD
    apply(course, "t4")
    assert _hold(course.code, "t4") is False
    assert finding.listener(course.code, "t1").status_reason == "болезнь"


def test_giving_back_twice_frees_nothing_twice(work: Session) -> None:
    course = make_course(places_max=2)
    make_listener(course, "t1")
    assert places.give_back(LEADER, course.code, "t1", status=WITHDRAWN) is None
    assert places.give_back(LEADER, course.code, "t1", status=WITHDRAWN) is None
    with pytest.raises(Conflict):
        places.give_back(LEADER, course.code, "t1", status=REFUSED)


def test_a_place_that_became_free_meanwhile_is_held_instead_of_waiting(work: Session) -> None:
    course = make_course(places_max=1)
    make_listener(course, "t1")
    apply(course, "t2")
    assert _hold(course.code, "t2") is False
    places.give_back(LEADER, course.code, "t1", status=WITHDRAWN)
    assert places.put_on_waiting_list(LEADER, course.code, "t2") is True


def test_an_ended_application_gets_no_place(work: Session) -> None:
    course = make_course()
    apply(course, "t1")
    places.give_back(LEADER, course.code, "t1", status=WITHDRAWN)
    with pytest.raises(Conflict):
        _hold(course.code, "t1")
    assert finding.listener(course.code, "t1").status == WITHDRAWN


def test_nobody_is_confirmed_without_a_place(work: Session) -> None:
    course = make_course(places_max=1)
    make_listener(course, "t1")
    apply(course, "t2")
    _hold(course.code, "t2")
    with pytest.raises(Conflict):
        places.confirm(LEADER, course.code, "t2")


def test_after_the_start_no_place_is_handed_on(work: Session) -> None:
    course = make_course(places_max=1)
    make_listener(course, "t1")
    apply(course, "t2")
    _hold(course.code, "t2")
    places.put_on_waiting_list(LEADER, course.code, "t2")
    courses.set_status(LEADER, course.code, RUNNING)
    assert places.give_back(LEADER, course.code, "t1", status="expelled") is None
    assert closing.close_waiting_list(LEADER, course.code) == ["t2"]
    assert finding.listener(course.code, "t2").status == "waitlist_closed"


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["apply", "hold", "wait", "confirm", "leave"]), st.integers(0, 5)), max_size=40
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTIONS, st.integers(1, 3))
def test_whatever_happens_places_are_never_oversold_nor_left_empty_while_somebody_waits(
    connection: object, actions: list[tuple[str, int]], most: int
) -> None:
    with clock.frozen(MONDAY), db.unit_of_work():
        course = make_course(places_max=most)
        for verb, number in actions:
            _try(verb, course.code, f"t{number}")
            taken = finding.active_listeners(course.key, *ON_PLACE)
            waiting = finding.active_listeners(course.key, WAITING)
            assert len(taken) <= most
            assert not waiting or len(taken) == most
        queue = [item.queue for item in finding.active_listeners(course.key, WAITING)]
        assert queue == sorted(queue, key=lambda number: number or 0)


def _try(verb: str, code: str, teacher: str) -> None:
    try:
        if verb == "apply":
            apply(finding.course(code), teacher)
        elif verb == "hold":
            _hold(code, teacher)
        elif verb == "wait":
            places.put_on_waiting_list(LEADER, code, teacher)
        elif verb == "confirm":
            places.confirm(LEADER, code, teacher)
        else:
            places.give_back(LEADER, code, teacher, status=WITHDRAWN)
    except (Conflict, Invalid, LookupError):
        pass
    except Exception as error:
        if type(error).__name__ != "NotFound":
            raise


def test_two_heads_at_once_never_oversell(committed: None, app: object) -> None:
    with clock.frozen(MONDAY):
        with db.unit_of_work():
            code = make_course(places_max=3).code
            for number in range(12):
                apply(finding.course(code), f"t{number}")
        gate = Barrier(12)

        def sign(number: int) -> bool:
            gate.wait()
            with db.unit_of_work():
                return _hold(code, f"t{number}")

        with ThreadPoolExecutor(12) as pool:
            held = list(pool.map(sign, range(12)))
        with db.unit_of_work():
            course = finding.course(code)
            assert sum(held) == 3 == len(finding.active_listeners(course.key, HELD))
            queue = [item.queue for item in finding.active_listeners(course.key)]
            assert sorted(q or 0 for q in queue) == list(range(1, 13))


def test_two_leave_at_once_and_both_places_are_handed_on(committed: None, app: object) -> None:
    with clock.frozen(MONDAY):
        with db.unit_of_work():
            code = make_course(places_max=2).code
            for teacher in ("t1", "t2", "t3", "t4", "t5"):
                apply(finding.course(code), teacher)
                _hold(code, teacher)
            for teacher in ("t3", "t4", "t5"):
                places.put_on_waiting_list(LEADER, code, teacher)
        gate = Barrier(2)

        def leave(teacher: str) -> str | None:
            gate.wait()
            with db.unit_of_work():
                following = places.give_back(LEADER, code, teacher, status=WITHDRAWN)
                return following.teacher if following else None

        with ThreadPoolExecutor(2) as pool:
            assert set(pool.map(leave, ("t1", "t2"))) == {"t3", "t4"}
        with db.unit_of_work():
            assert finding.listener(code, "t5").status == WAITING
            places.confirm(LEADER, code, "t3")
            assert finding.listener(code, "t3").status == CONFIRMED
