"""Test results, diagnostics, attestation base: once, exact, never changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.courses.models import Course
from app.courses.operations import awards, finding, results
from app.courses.operations.results import Attempt
from app.courses.rules import scores, words
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from tests.courses.factories import LEADER, apply, make_course, make_listener


@pytest.fixture
def course(work: Session) -> Course:
    """A course with the listener t1."""
    course = make_course(max_retests=2)
    make_listener(course, "t1")
    return course


def _score(points: str, maximum: str = "100", kind: str = words.ENTRY) -> Attempt:
    return Attempt(kind, Decimal(points), Decimal(maximum))


def _record(course: Course, attempt: Attempt) -> None:
    results.record_attempt(LEADER, course.code, "t1", attempt, source=results.MANUAL)


def test_points_are_kept_exactly(course: Course) -> None:
    _record(course, _score("94.96"))
    db.session.expire_all()
    test = finding.listener(course.code, "t1").test(words.ENTRY)
    assert test is not None
    assert test.pct is not None
    assert (test.points, scores.shown(test.pct), test.pct < 95) == (Decimal("94.96"), "94,9", True)


def test_rmp_05_an_impossible_score_leaves_nothing_behind(course: Course) -> None:
    with pytest.raises(scores.ScoreOutOfRange):
        _record(course, _score("104"))
    assert finding.listener(course.code, "t1").tests == []


def test_a_second_result_is_refused(course: Course) -> None:
    _record(course, _score("50"))
    with pytest.raises(Conflict):
        _record(course, _score("99"))
    results.record_attempt(LEADER, course.code, "t1", _score("60", kind=words.RETEST), source=results.MANUAL)


def test_retests_end_at_the_courses_maximum(course: Course) -> None:
    for _ in range(2):
        _record(course, _score("60", kind=words.RETEST))
    with pytest.raises(Conflict):
        _record(course, _score("97", kind=words.RETEST))


def test_a_valid_no_show_opens_one_new_window_only(course: Course) -> None:
    missed = Attempt(words.ENTRY, no_show=True, reason="болезнь", reason_valid=True)
    _record(course, missed)
    assert finding.listener(course.code, "t1").entry_no_show is False
    _record(course, missed)
    with pytest.raises(Conflict):
        _record(course, missed)


def test_after_a_valid_no_show_the_result_counts(course: Course) -> None:
    _record(course, Attempt(words.ENTRY, no_show=True, reason="болезнь", reason_valid=True))
    _record(course, _score("96"))
    test = finding.listener(course.code, "t1").test(words.ENTRY)
    assert test is not None
    assert (test.attempt, test.window, test.points) == (2, 2, Decimal(96))


def test_a_no_show_without_reason_stands(course: Course) -> None:
    results.judge_no_show(LEADER, course.code, "t1", words.ENTRY, valid=False, reason="")
    assert finding.listener(course.code, "t1").entry_no_show is True
    with pytest.raises(Conflict):
        _record(course, _score("96"))


def test_an_annulled_result_stays_in_the_history_and_makes_room(course: Course) -> None:
    _record(course, _score("99"))
    results.set_level(LEADER, course.code, "t1", words.ENTRY, words.SUFFICIENT, positive=True)
    with pytest.raises(Invalid):
        results.annul(LEADER, course.code, "t1", words.ENTRY, " ")
    results.annul(LEADER, course.code, "t1", words.ENTRY, "списывание")
    listener = finding.listener(course.code, "t1")
    assert (listener.level, listener.entry_positive, listener.test(words.ENTRY)) == (None, None, None)
    _record(course, _score("70"))
    db.session.expire_all()
    tests = finding.listener(course.code, "t1").tests
    assert [(test.attempt, test.annulled_reason) for test in tests] == [(1, "списывание"), (2, None)]
    with pytest.raises(Conflict):
        results.annul(LEADER, course.code, "t1", words.RETEST, "нет такого")


def test_only_confirmed_listeners_have_results(course: Course) -> None:
    apply(course, "t2")
    with pytest.raises(Conflict):
        results.record_attempt(LEADER, course.code, "t2", _score("50"), source=results.MANUAL)
    with pytest.raises(NotFound):
        results.record_attempt(LEADER, course.code, "nobody", _score("50"), source=results.MANUAL)


@pytest.mark.parametrize(
    "attempt",
    [
        Attempt(words.ENTRY),
        Attempt(words.ENTRY, Decimal(5)),
        Attempt(words.ENTRY, no_show=True),
        Attempt(words.ENTRY, Decimal(5), Decimal(10), no_show=True, reason="болезнь"),
        Attempt("третий", Decimal(5), Decimal(10)),
    ],
)
def test_half_a_result_is_refused(course: Course, attempt: Attempt) -> None:
    with pytest.raises(Invalid):
        _record(course, attempt)


def test_the_database_keeps_results_as_they_are(course: Course) -> None:
    _record(course, _score("50"))
    for change in (
        "UPDATE test_result SET points = 99",
        "DELETE FROM test_result",
        "INSERT INTO test_result SELECT key + 1, listener_key, kind, 9, window, started_at, finished_at, 200, 100, "
        "items, no_show, reason, reason_valid, level, source, import_key, recorded_by, recorded_at, annulled_at, "
        "annulled_by, annulled_reason FROM test_result",
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(change.replace("window", '"window"')))


def test_the_attestation_base_gets_the_result_once(course: Course) -> None:
    with pytest.raises(Conflict):
        results.add_to_attestation_base(LEADER, course.code, "t1", words.ENTRY)
    _record(course, _score("19", "20"))
    first = results.add_to_attestation_base(LEADER, course.code, "t1", words.ENTRY)
    again = results.add_to_attestation_base(LEADER, course.code, "t1", words.ENTRY)
    assert first is again
    assert (first.subject, first.pct, first.teacher) == ("математика", 95, "t1")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("DELETE FROM attestation_base_record"))


def test_diagnostics_are_exact_too(course: Course) -> None:
    results.record_method_diagnostics(LEADER, course.code, "t1", Decimal(11), Decimal(15))
    pct = finding.listener(course.code, "t1").method_pct
    assert scores.shown(pct) == "73,3"
    with pytest.raises(scores.ScoreOutOfRange):
        results.record_method_diagnostics(LEADER, course.code, "t1", Decimal(16), Decimal(15))


def test_the_attestation_base_has_the_day_of_the_school(course: Course) -> None:
    late = datetime(2026, 4, 14, 22, 30, tzinfo=UTC)
    _record(course, Attempt(words.ENTRY, Decimal(96), Decimal(100), finished_at=late))
    record = results.add_to_attestation_base(LEADER, course.code, "t1", words.ENTRY)
    assert record.tested_on == date(2026, 4, 15)


def test_who_takes_a_retest_again_waits_with_the_certificates(course: Course) -> None:
    """An earlier failed retest that counts still does not hide that the last one is annulled (max_retests = 2)."""
    listener = finding.listener(course.code, "t1")
    listener.attestation_final = True
    _record(course, _score("50"))
    for points in ("60", "97"):
        _record(course, _score(points, kind=words.RETEST))
    assert [each.teacher for each in awards.ready_for_order(course.code)] == ["t1"]
    results.annul(LEADER, course.code, "t1", words.RETEST, "подсказки")
    assert awards.ready_for_order(course.code) == []
    _record(course, _score("96", kind=words.RETEST))
    assert [each.teacher for each in awards.ready_for_order(course.code)] == ["t1"]


def _retested(course: Course, points: str, level: str) -> None:
    _record(course, _score(points, kind=words.RETEST))
    results.set_level(LEADER, course.code, "t1", words.RETEST, level, positive=level != words.UNSATISFACTORY)


def _missed(course: Course) -> None:
    results.judge_no_show(LEADER, course.code, "t1", words.RETEST, valid=False, reason="")


def _left(course: Course) -> list[str]:
    """Whom the orders reach; rows of the retests as they are in the database."""
    db.session.expire_all()
    listener = finding.listener(course.code, "t1")
    listener.attestation_final = True
    assert [each.teacher for each in awards.ready_for_order(course.code)] == ["t1"]
    tests = [test for test in listener.tests if test.kind == words.RETEST]
    return ["annulled" if test.annulled_at else "missed" if test.no_show else "counts" for test in tests]


def test_a_retest_is_missed_after_an_earlier_one_that_counts(course: Course) -> None:
    _retested(course, "60", words.UNSATISFACTORY)
    _missed(course)
    assert _left(course) == ["counts", "missed"]


def test_a_result_that_is_not_judged_yet_is_not_missed(course: Course) -> None:
    _record(course, _score("97", kind=words.RETEST))
    with pytest.raises(Conflict):
        _missed(course)


@pytest.mark.parametrize("annulled", [1, 2])
def test_an_annulled_retest_is_missed_after_an_earlier_one_that_counts(course: Course, annulled: int) -> None:
    _retested(course, "60", words.UNSATISFACTORY)
    for _ in range(annulled):
        _retested(course, "97", words.SUFFICIENT)
        results.annul(LEADER, course.code, "t1", words.RETEST, "подсказки")
    _missed(course)
    assert _left(course) == ["counts", *["annulled"] * annulled, "missed"]


def test_an_annulled_retest_is_missed_after_an_earlier_no_show(course: Course) -> None:
    _missed(course)
    _retested(course, "97", words.SUFFICIENT)
    results.annul(LEADER, course.code, "t1", words.RETEST, "подсказки")
    _missed(course)
    assert _left(course) == ["missed", "annulled", "missed"]


def test_a_record_of_the_base_that_rests_on_an_annulled_retest_counts_no_more(course: Course) -> None:
    _record(course, _score("50"))
    _record(course, _score("97", kind=words.RETEST))
    first = results.add_to_attestation_base(LEADER, course.code, "t1", words.RETEST)
    results.annul(LEADER, course.code, "t1", words.RETEST, "подсказки")
    assert first.annulled_at is not None
    _record(course, _score("96", kind=words.RETEST))
    second = results.add_to_attestation_base(LEADER, course.code, "t1", words.RETEST)
    assert (second.key != first.key, second.points) == (True, Decimal("96"))
    with pytest.raises(IntegrityError, match="is frozen"), db.session.begin_nested():
        db.session.execute(text("UPDATE attestation_base_record SET points = 1"))
