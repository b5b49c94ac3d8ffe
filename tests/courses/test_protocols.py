"""Protocols of the e-test: every result stands in one, once; who came later in a supplementary one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.models import Course
from app.courses.operations import protocols, results
from app.courses.operations.results import Attempt
from app.courses.queries import registers
from app.courses.rules import words
from app.documents.models import DocumentRendition
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from tests.courses.factories import LEADER, make_course, make_listener
from tests.courses.world import actor, make_world


@pytest.fixture
def course(work: Session) -> Course:
    """A running course of three listeners; nobody has been tested."""
    make_world()
    course = make_course()
    for login, school in (("teacher", "lebedyan-1"), ("teacher2", "gryazi-1"), ("teacher3", "lebedyan-1")):
        make_listener(course, login, school, teacher_name=f"Учитель {login}")
    return course


def _result(course: Course, login: str, points: str, level: str | None, kind: str = words.ENTRY) -> None:
    attempt = Attempt(kind, Decimal(points), Decimal(100))
    results.record_attempt(LEADER, course.code, login, attempt, source=results.MANUAL)
    if level is not None:
        results.set_level(LEADER, course.code, login, kind, level, positive=level == words.SUFFICIENT)


def _missed(course: Course, login: str, *, valid: bool) -> None:
    results.judge_no_show(LEADER, course.code, login, words.ENTRY, valid=valid, reason="болезнь")


def _register(course: Course, kind: str = words.ENTRY) -> list[str] | None:
    """Logins of the protocol that is registered now; None when there is nothing to write."""
    if protocols.register_protocol(PLATFORM, course.code, kind) is None:
        return None
    return [row["listener"] for row in protocols.protocols_of(course.code, kind)[-1].data["rows"]]


def test_a_protocol_holds_the_group_with_its_no_shows(course: Course) -> None:
    _result(course, "teacher", "94.96", words.UNSATISFACTORY)
    _result(course, "teacher3", "100", words.SUFFICIENT)
    _missed(course, "teacher2", valid=False)
    assert _register(course) == ["teacher", "teacher2", "teacher3"]
    (document,) = protocols.protocols_of(course.code)
    assert (document.number, document.register, document.owner) == ("1", "test_protocol:iro", None)
    facts = db.session.scalars(select(DocumentRendition).where(DocumentRendition.document_key == document.key)).one()
    first, missed, best = facts.facts["строки"]
    assert (first["процент"], first["баллы"], first["максимум"]) == ("94,9", "94,96", "100"), "cut, not rounded"
    assert (missed["уровень"], missed["процент"]) == ("неявка", "")
    assert best["процент"] == "100,0"
    totals = facts.facts["итоги"]
    assert (totals["всего"], totals["прошли"], totals["неявка"], totals["средний"]) == ("3", "2", "1", "97,4")
    assert facts.facts["тестирование"]["дополнительный"] == ""


def test_a_second_call_finds_nothing_new(course: Course) -> None:
    _result(course, "teacher", "96", words.SUFFICIENT)
    assert _register(course) == ["teacher"]
    assert _register(course) is None
    assert len(protocols.protocols_of(course.code)) == 1


def test_nothing_is_written_while_nothing_is_judged(course: Course) -> None:
    _result(course, "teacher", "96", None)
    _missed(course, "teacher2", valid=True)
    assert _register(course) is None, "a result without a level, and an excused no-show with a new window"


def test_who_comes_later_and_a_result_in_place_of_an_annulled_one_go_to_a_supplementary_protocol(
    course: Course,
) -> None:
    _result(course, "teacher", "96", words.SUFFICIENT)
    _missed(course, "teacher2", valid=True)
    assert _register(course) == ["teacher"]
    _result(course, "teacher2", "50", words.UNSATISFACTORY)
    results.annul(LEADER, course.code, "teacher", words.ENTRY, "подсказки")
    _result(course, "teacher", "80", words.UNSATISFACTORY)
    assert _register(course) == ["teacher", "teacher2"]
    first, second = protocols.protocols_of(course.code, words.ENTRY)
    assert (first.number, second.number) == ("1", "2")
    assert [row["score_pct"] for row in first.data["rows"]] == [96.0], "what was written stays"
    assert (first.data["supplementary"], second.data["supplementary"]) == (False, True)
    assert second.title.startswith("Дополнительный протокол входного тестирования")


def test_the_retest_has_a_protocol_of_its_own(course: Course) -> None:
    _result(course, "teacher", "50", words.UNSATISFACTORY)
    assert _register(course) == ["teacher"]
    assert _register(course, words.RETEST) is None
    _result(course, "teacher", "97", words.SUFFICIENT, words.RETEST)
    assert _register(course, words.RETEST) == ["teacher"]
    (document,) = protocols.protocols_of(course.code, words.RETEST)
    assert document.data["supplementary"] is False


def test_leader_and_auditor_read_protocols_nobody_else(course: Course) -> None:
    _result(course, "teacher", "96", words.SUFFICIENT)
    _register(course)

    def seen(reader: str) -> int:
        return len(registers.protocols_of(actor(reader), course.code))

    assert [seen(reader) for reader in ("leader", "auditor")] == [1, 1]
    assert [seen(reader) for reader in ("teacher", "school_head", "iro_head")] == [0, 0, 0]
