"""What follows a course: the report of Appendix 2, the check of implementation, post-course support, next needs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.courses.models import Listener
from app.courses.operations import awards, finding, results
from app.courses.operations.results import Attempt
from app.courses.queries import needs, outcomes
from app.courses.rules import support, words
from app.documents import queries as documents
from app.documents.models import Record
from app.engine.services import ModelFault, names
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.people import operations as people
from tests.courses.calling import call
from tests.courses.factories import make_course
from tests.courses.test_service_tasks import _enrol
from tests.courses.world import actor, make_world

SUBJECT, METHOD = "предметная компетенция", "методическая компетенция"
NEEDS = "Разноуровневые задания для группы"
TYPES = (
    *("report.prepare", "report.record", "implementation.record", "support.open", "support.attend", "support.quarter"),
    *("support.prepare-next", "support.keep-draft", "external.open", "external.enrol", "external.redistribute"),
    *("external.export", "external.read", "external.take", "external.replace", "external.not-started"),
    *("external.record-reasons", "external.totals", "external.record-training"),
)


@pytest.fixture
def listener(work: Session) -> Listener:
    """A listener with 70 % at the entry, 97 % at the retest, an attested open lesson and a certificate."""
    make_world()
    course = make_course(places_max=2)
    _enrol(course, "teacher", 1)
    for kind, points in ((words.ENTRY, 70), (words.RETEST, 97)):
        attempt = Attempt(kind, points=Decimal(points), max_points=Decimal(100), finished_at=clock.now())
        results.record_attempt(PLATFORM, course.code, "teacher", attempt, source=results.PROCESS)
    found = finding.listener(course.code, "teacher")
    rows = [{"competence": SUBJECT, "text": "Задачи с параметром"}, {"competence": METHOD, "text": "Разные группы"}]
    found.assignment = {"competences": [SUBJECT, METHOD], "difficulties": rows}
    found.attestation_form = "показательный фрагмент урока (открытое занятие)"
    found.attestation_result, found.attestation_final = words.SUCCESS, True
    awards.issue_certificates(PLATFORM, course.code, ["teacher"], order=None, issued_on=clock.today())
    db.session.flush()
    return found


def facts(listener: Listener, **more: Any) -> dict[str, Any]:
    """Inputs of the types of the report."""
    return {"course_id": listener.course.code, "listener_id": listener.teacher, **more}


def check(listener: Listener, verdict: str = "частично", **more: Any) -> dict[str, Any]:
    """The head's check: the method is put into practice in part."""
    rows = [{"competence": SUBJECT, "implemented": "внедрено"}, {"competence": METHOD, "implemented": "частично"}]
    given = {"competences": rows, "verdict": verdict, "next_needs": NEEDS}
    return call("implementation.record", facts(listener, check=given, actor="school_head", **more))


def record(kind: str) -> Record:
    """The newest record of a kind."""
    return db.session.query(Record).filter_by(kind=kind, current=True).one()


def test_every_type_is_registered() -> None:
    assert set(TYPES) <= set(names())


def test_the_report_knows_the_course(listener: Listener) -> None:
    prepared = call("report.prepare", facts(listener))
    report = prepared["report"]
    assert (report["entry_result_pct"], report["retest_result_pct"]) == (70.0, 97.0)
    assert (report["hours"], report["attestation_form"]) == (listener.course.hours, "проведение открытого занятия")
    assert report["certificate_number"]
    assert report["note_number"] is None
    assert prepared["assignment_rows"][1] == {"competence": METHOD, "text": "Разные группы"}
    assert (prepared["school_id"], prepared["municipality_id"]) == ("lebedyan-1", "lebedyan")


@pytest.mark.parametrize(
    ("chosen", "named"),
    [
        ("зачёт", ("зачёт", None)),
        ("конспект занятия", ("план-конспект", None)),
        ("мастер-класс", ("мастер-класс", None)),
        ("другая активная форма", ("другое", "другая активная форма")),
        (None, (None, None)),
    ],
)
def test_forms_of_attestation_have_the_words_of_appendix_2(
    listener: Listener, chosen: str | None, named: tuple[str | None, str | None]
) -> None:
    listener.attestation_form = chosen
    report = outcomes.course_report(listener)
    assert (report["attestation_form"], report["attestation_form_other"]) == named


def test_a_returned_report_keeps_her_words_and_loses_its_signatures(listener: Listener) -> None:
    sent = {"internship": [{"place": "РИП"}], "hours": 1, "listener_signature": {"login": "teacher"}}
    again = call("report.prepare", facts(listener, report=sent))["report"]
    assert again["internship"] == [{"place": "РИП"}]
    assert again["hours"] == listener.course.hours, "what the course knows is not hers to write"
    assert (again["listener_signature"], again["leader_signature"]) == (None, None)


def test_the_report_goes_to_the_school_where_she_works_now(listener: Listener) -> None:
    people.assign_role(PLATFORM, "teacher", "deputy_head", "gryazi-1")
    moved = call("report.prepare", facts(listener))
    assert (moved["school_id"], moved["municipality_id"]) == ("gryazi-1", "gryazi")
    people.close_account(PLATFORM, "teacher")
    prepared = call("report.prepare", facts(listener))
    assert prepared["school_id"] == "lebedyan-1", "who has left keeps the school of the application"


def test_in_time_is_the_first_submission_by_the_day_at_the_school(listener: Listener) -> None:
    given = facts(listener, report={"competences_improved": []}, state="submitted", report_due="2026-06-01")
    late = call("report.record", given | {"submitted_at": "2026-06-01T21:00:00+00:00"})
    assert late["report_in_time"] is False, "midnight has struck in Moscow"
    given |= {"report_id": late["report_id"]}
    assert call("report.record", given | {"submitted_at": "2026-06-01T20:59:00+00:00"})["report_in_time"] is True
    assert record("course_report").version == 2
    assert call("report.record", given | {"state": "missing", "submitted_at": None})["report_in_time"] is False
    with pytest.raises(ModelFault):
        call("report.record", given | {"state": "lost"})


def test_an_accepted_report_is_a_document_and_what_she_claims_is_checked(listener: Listener) -> None:
    rows = [{"competence": SUBJECT, "improved": True, "text": "Решаю"}, {"competence": METHOD, "improved": False}]
    given = facts(listener, report={"competences_improved": rows}, state="accepted", report_due="2026-06-01")
    done = call("report.record", given | {"submitted_at": "2026-05-20T10:00:00+03:00"})
    assert done["document_id"]
    assert [row["told"] for row in done["claimed"]] == ["уровень повысился: Решаю", "уровень не изменился"]
    for login, seen in (("teacher", 1), ("school_head", 1), ("school_head2", 0), ("leader2", 0), ("mouo_head", 0)):
        assert len(db.session.scalars(documents.records(actor(login), "course_report")).all()) == seen, login


def test_the_verdict_is_kept_by_competence(listener: Listener) -> None:
    first = check(listener)
    assert first["verified"] is False
    second = check(listener, "подтверждено", check_id=first["check_id"], check_round=1)
    kept = record("implementation_check")
    assert (kept.version, kept.data["round"], kept.data["verified"]) == (2, 2, True)
    assert (second["check_id"], kept.data["improved"]) == (first["check_id"], ["предметная"])
    with pytest.raises(Conflict):
        call("implementation.record", facts(listener, check={"verdict": "подтверждено"}, actor="teacher"))


def test_needs_prefill_the_next_assignment(listener: Listener) -> None:
    assert needs.next_assignment("teacher") == {"next_needs": None}
    check(listener)
    found = call("enrolment.prepare", {"initiator": "teacher"}, actor("teacher"))["assignment"]
    assert (found["next_needs"], found["competences"]) == (NEEDS, [METHOD])
    assert found["difficulties"] == [{"competence": METHOD, "text": NEEDS}]
    assert needs.next_assignment("teacher2") == {"next_needs": None}


def test_the_draft_of_the_next_period_waits_for_a_course(listener: Listener) -> None:
    draft = {"competences": [SUBJECT], "difficulties": [{"competence": SUBJECT, "text": "Стереометрия"}], "course": "X"}
    with clock.frozen(clock.now() + timedelta(days=1)):
        first = call("support.keep-draft", {"teacher_id": "teacher", "assignment": draft})
        assert call("support.keep-draft", {"teacher_id": "teacher", "assignment": draft}) == first
        kept = record(needs.DRAFT)
        assert (kept.version, kept.data["course"], kept.status) == (2, None, "draft")
        found = call("enrolment.prepare", {"initiator": "teacher"}, actor("teacher"))["assignment"]
        assert found["difficulties"] == draft["difficulties"]
        assert len(db.session.scalars(documents.records(actor("school_head"), needs.DRAFT)).all()) == 0
    later = clock.now() + timedelta(days=5)
    assert "difficulties" not in needs.next_assignment("teacher", since=later), "it was used for the last application"


def test_support_is_opened_for_a_year(listener: Listener) -> None:
    check(listener)
    with clock.frozen(clock.now().replace(year=2028, month=2, day=29)):
        opened = call("support.open", {"teacher_id": "teacher", "course_id": listener.course.code})
    assert (opened["has_mms"], opened["needs"], opened["support_until"]) == (True, NEEDS, "2029-02-28")
    assert call("support.open", {"teacher_id": "teacher2", "course_id": None})["has_mms"] is False
    with pytest.raises(Invalid):
        call("support.open", {"teacher_id": "iro_head_nobody"})


PLAN = [
    {"number": 1, "kind": "мастер-класс", "title": "Параметры", "until": "2026-10-01", "competence": "предметная"},
    {"number": 2, "kind": "мастер-класс", "title": "Группы", "until": "2026-12-01", "competence": "методическая"},
]


@pytest.mark.parametrize(
    ("event", "number"),
    [
        ({"kind": "мастер-класс", "title": "другое", "held_on": "2026-11-25"}, 2),
        ({"kind": "мастер-класс", "title": " ПАРАМЕТРЫ", "held_on": "2026-11-25"}, 1),
        ({"kind": "мастер-класс", "title": None, "held_on": None}, 1),
        ({"kind": "консультация", "title": "Параметры", "held_on": "2026-10-01"}, None),
    ],
    ids=["nearest", "title", "no date", "other form"],
)
def test_an_event_fulfils_a_planned_activity(event: dict[str, Any], number: int | None) -> None:
    found = support.fulfilled(PLAN, [], event)
    assert (found["number"] if found else None) == number
    assert support.fulfilled(PLAN, PLAN, event) is None


def test_attendance_counts_once_and_a_missed_one_not_at_all(listener: Listener) -> None:
    event = {"event_id": "e1", "kind": "мастер-класс", "title": "Параметры", "held_on": "2026-04-03"}
    given = {"teacher_id": "teacher", "teacher_name": "И", "school_id": "lebedyan-1", "plan": PLAN, "event": event}
    attended = call("support.attend", given | {"attended": []})["attended"]
    assert [(row["number"], row["role"]) for row in attended] == [(1, "слушатель")]
    assert call("support.attend", given | {"attended": attended})["attended"] == attended
    assert call("support.quarter", {"teacher_id": "teacher"}) == {"works": True, "quarter_count": 1}
    with clock.frozen(clock.now() + timedelta(days=100)):
        assert call("support.quarter", {"teacher_id": "teacher"})["quarter_count"] == 0
    people.close_account(PLATFORM, "teacher")
    assert call("support.quarter", {"teacher_id": "teacher"})["works"] is False


def test_the_next_assignment_has_no_course_yet(listener: Listener) -> None:
    blank = call("support.prepare-next", {"teacher_id": "teacher"})["assignment"]
    assert (blank["course"], blank["programme"], blank["teacher"]) == (None, None, "teacher")


def test_a_practical_task_keeps_what_it_rests_on(listener: Listener) -> None:
    listener.level = "неудовлетворительный"
    task = {"title": "Урок", "competence": "методическая", "based_on": ["техническое задание"], "result": "зачтено"}
    call("listener.record-practice", facts(listener, tasks=[task]))
    (kept,) = listener.practice
    assert kept["basis"] == {
        "entry_pct": 70.0,
        "entry_level": "неудовлетворительный",
        "assignment_id": "9",
        "difficulty": "Разные группы",
    }
