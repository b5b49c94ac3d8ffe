"""The service types, called as the engine calls them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.courses.models import Certificate, Course, CourseOrder, GroupMove, StudyNote
from app.courses.operations import finding
from app.courses.rules import words
from app.documents.models import Document
from app.engine.services import ModelFault, known, names
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.notifications.models import Notice
from tests.courses.calling import call
from tests.courses.factories import apply, card, make_course, make_programme
from tests.courses.world import actor, make_world

OURS = (
    *("enrolment.prepare", "course.apply", "course.hold-place", "course.join-waitlist", "course.release-place"),
    *("course.close-application", "course.add-listener", "course.open", "course.announce", "course.extend-enrolment"),
    *("course.merge", "course.cancel", "course.confirm-group", "course.record-order", "course.start"),
    *("course.remove-listener", "course.group-table", "course.set-groups", "attestation.schedule", "attestation.due"),
    *("attestation.close-empty", "attestation.fill-sheet", "attestation.return-sheet", "attestation.write-rows"),
    *("course.results-due", "certificate.issue", "course.totals", "listener.open", "listener.record-test"),
    *("listener.annul-test", "listener.record-diagnostics", "attestation-base.add", "listener.set-group"),
    *("listener.record-practice", "listener.admit", "listener.choose-attestation", "listener.record-outcome"),
    *("recommendation.issue", "listener.expel", "tutor.assign", "survey.open", "survey.summarise"),
    *("test.register-protocol", "listener.renew-admission"),
)


@pytest.fixture
def world(work: Session) -> Session:
    """The small region."""
    make_world()
    return work


@pytest.fixture
def course(world: Session) -> Course:
    """An open course with two places."""
    return make_course(places_max=2)


def _enrol(course: Course, login: str, number: int) -> dict[str, Any]:
    """One teacher through the service types of `rmp_enrolment`, up to the confirmed place."""
    facts = {"course_id": course.code, "teacher_id": login, "enrolment_id": f"e{number}"}
    assignment = {"competences": ["предметная компетенция"], "education_level": "высшее"}
    call("course.apply", facts | {"assignment": assignment}, actor(login), number)
    assert call("course.hold-place", facts | {"assignment": assignment, "assignment_id": "9"})["holds_place"] is True
    listener: dict[str, Any] = call("course.add-listener", facts | {"assignment_id": "9"})["listener"]
    return listener


@pytest.mark.usefixtures("app")
def test_every_type_of_the_contract_is_registered_inline() -> None:
    assert set(OURS) <= set(names())
    assert all((kind := known(name)) is not None and kind.inline for name in OURS)


def test_enrolment_from_the_blank_to_the_place(course: Course) -> None:
    blank = call("enrolment.prepare", {"initiator": "teacher", "course_id": course.code}, actor("teacher"), 5)
    assert (blank["teacher_id"], blank["school_id"], blank["municipality_id"]) == ("teacher", "lebedyan-1", "lebedyan")
    assert (blank["enrolment_id"], blank["enrol_until"]) == ("e5", "2026-04-10")
    assert blank["assignment"]["workplace_position"] == "lebedyan-1, учитель математики"
    listener = _enrol(course, "teacher", 5)
    assert listener["listener_id"] == "teacher"
    assert (listener["assignment_id"], listener["municipality_id"]) == ("9", "lebedyan")
    again = call("enrolment.prepare", {"initiator": "school_head", "teacher_id": "teacher"})
    assert again["assignment"]["education_level"] == "высшее"
    with pytest.raises(ModelFault):
        call("enrolment.prepare", {"initiator": "nobody"})


def test_apply_names_the_wrong_course(course: Course) -> None:
    facts = {"course_id": "X-1", "teacher_id": "teacher", "enrolment_id": "e1", "assignment": {}}
    with pytest.raises(Invalid) as refused:
        call("course.apply", facts)
    assert "course" in refused.value.errors


def test_the_waiting_list_is_served_in_order(course: Course) -> None:
    _enrol(course, "teacher", 1)
    _enrol(course, "teacher2", 2)
    facts = {"course_id": course.code, "teacher_id": "teacher3", "enrolment_id": "e3"}
    call("course.apply", facts | {"assignment": {}}, actor("teacher3"), 3)
    assert call("course.hold-place", facts | {"assignment": {}, "assignment_id": None}) == {"holds_place": False}
    assert call("course.join-waitlist", facts) == {"holds_place": False}
    freed = call("course.remove-listener", {"course_id": course.code, "listener_id": "teacher", "reason": "болезнь"})
    assert freed == {"next_waitlisted": {"teacher_id": "teacher3", "enrolment_id": "e3"}}
    assert call("course.remove-listener", {"course_id": course.code, "listener_id": "teacher"}) == {
        "next_waitlisted": None
    }
    assert call("course.add-listener", facts | {"assignment_id": "7"})["listener"]["listener_id"] == "teacher3"


def test_a_refusal_hands_the_place_on(course: Course) -> None:
    for number, login in enumerate(("teacher", "teacher2", "teacher3"), 1):
        facts = {"course_id": course.code, "teacher_id": login, "enrolment_id": f"e{number}"}
        call("course.apply", facts | {"assignment": {}}, actor(login), number)
        call("course.hold-place", facts | {"assignment": {}, "assignment_id": None})
    call("course.join-waitlist", {"course_id": course.code, "teacher_id": "teacher3", "enrolment_id": "e3"})
    refuse = {"course_id": course.code, "teacher_id": "teacher", "enrolment_id": "e1", "reason": "не та категория"}
    assert call("course.release-place", refuse)["next_waitlisted"]["teacher_id"] == "teacher3"
    closed = {"course_id": None, "teacher_id": "x", "enrolment_id": "never-sent", "state": "not_sent"}
    assert call("course.close-application", closed) == {"next_waitlisted": None}
    close = {"course_id": course.code, "teacher_id": "teacher2", "enrolment_id": "e2", "state": "refused"}
    assert call("course.close-application", close) == {"next_waitlisted": None}
    assert finding.listener(course.code, "teacher2").status == "refused"
    with pytest.raises(ModelFault):
        call("course.close-application", closed | {"state": "lost"})


def test_a_course_is_opened_once_and_announced(world: Session) -> None:
    programme = make_programme("МАТ")
    first = call("course.open", {"card": card(programme), "course_leader": "leader"}, instance=5)
    again = call("course.open", {"card": card(programme), "course_leader": "leader"}, instance=5)
    assert first == again
    assert (first["course_id"], first["dpp_version"], first["organisation"]) == ("МАТ-2026-1", 1, "iro")
    assert first["commission"] == ["chair", "member"]
    with pytest.raises(Invalid) as refused:
        call("course.open", {"card": card(programme, programme="НЕТ"), "course_leader": "leader"}, instance=6)
    assert "programme" in refused.value.errors
    call("course.announce", {"course_id": first["course_id"], "audience": ["lebedyan-1"]})
    assert {row.login for row in db.session.query(Notice)} == {"school_head", "mouo_head"}
    call("course.announce", {"course_id": first["course_id"], "audience": ["lebedyan-1"]})
    assert db.session.query(Notice).count() == 2


def test_the_group_is_formed_when_every_application_is_decided(course: Course) -> None:
    _enrol(course, "teacher", 1)
    apply(course, "teacher3")
    late = {"course_id": course.code, "teacher_id": "teacher2", "enrolment_id": "e2"}
    call("course.apply", late | {"assignment": {}}, actor("teacher2"), 2)
    call("course.hold-place", late | {"assignment": {}, "assignment_id": None})
    with pytest.raises(Invalid) as refused:
        call("course.confirm-group", {"course_id": course.code})
    assert "Teacher2" in str(refused.value.message)
    call("course.release-place", late | {"reason": "нет"})
    formed = call("course.confirm-group", {"course_id": course.code})
    assert [listener["listener_id"] for listener in formed["listeners"]] == ["teacher"]
    order = {"course_id": course.code, "kind": "enrolment", "number": "12", "date": "2026-04-11", "document_id": "1"}
    first = call("course.record-order", order | {"listeners": ["teacher"]})
    assert call("course.record-order", order | {"listeners": ["teacher"]}) == first
    started = call("course.start", {"course_id": course.code})
    assert [listener["listener_id"] for listener in started["late_listeners"]] == []
    assert db.session.query(CourseOrder).count() == 1


def test_who_came_after_the_order_is_named_at_the_start(course: Course) -> None:
    for number, login in enumerate(("teacher", "teacher2"), 1):
        _enrol(course, login, number)
    order = {"course_id": course.code, "kind": "enrolment", "number": "1", "date": "2026-04-11", "document_id": None}
    call("course.record-order", order | {"listeners": ["teacher"]})
    started = call("course.start", {"course_id": course.code})
    assert [row["listener_id"] for row in started["late_listeners"]] == ["teacher2"]
    assert len(started["listeners"]) == 2


def test_cancelling_names_the_open_applications(course: Course) -> None:
    _enrol(course, "teacher", 1)
    call(
        "course.apply",
        {"course_id": course.code, "teacher_id": "teacher2", "enrolment_id": "e2", "assignment": {}},
        actor("teacher2"),
    )
    cancelled = call("course.cancel", {"course_id": course.code, "reason": "мало заявок"})
    assert cancelled == {"open_applications": [{"teacher_id": "teacher2", "enrolment_id": "e2"}]}
    assert [notice.login for notice in db.session.query(Notice)] == ["teacher"]
    assert call("course.cancel", {"course_id": None, "reason": "не открывать"}) == {"open_applications": []}


@pytest.fixture
def running(course: Course) -> Course:
    """The course has begun with teacher and teacher2, each with an open record."""
    for number, login in enumerate(("teacher", "teacher2"), 1):
        _enrol(course, login, number)
    call("course.start", {"course_id": course.code})
    for number, login in enumerate(("teacher", "teacher2"), 100):
        call("listener.open", {"course_id": course.code, "listener_id": login, "assignment_id": "9"}, instance=number)
    return course


def _of(course: Course, login: str = "teacher", **more: Any) -> dict[str, Any]:
    return {"course_id": course.code, "listener_id": login, **more}


def test_the_record_knows_the_window_of_the_test(running: Course) -> None:
    opened = call("listener.open", _of(running, assignment_id="9"), instance=100)
    assert opened["test_until"] == "2026-04-16T00:00:00+03:00"
    assert (opened["competences"], opened["required_share"]) == (["предметная"], 1)
    assert finding.listener(running.code, "teacher").listener_instance == 100


def test_a_test_with_its_level_reaches_the_base_exactly(running: Course) -> None:
    test = _of(running, attempt_kind=words.ENTRY, points=19, max_points=20, score_pct=95, level=words.SUFFICIENT)
    call("listener.record-test", test | {"positive": True, "no_show": False, "items": []})
    listener = finding.listener(running.code, "teacher")
    assert (listener.level, listener.entry_positive) == (words.SUFFICIENT, True)
    added = call("attestation-base.add", _of(running, attempt_kind=words.ENTRY, points=19, max_points=20))
    assert added["base_record_id"].isdigit()


def test_a_missed_test_is_judged_and_a_new_window_counts(running: Course) -> None:
    missed = _of(running, attempt_kind=words.ENTRY, no_show=True, reason="больничный", reason_valid=True)
    call("listener.record-test", missed)
    call(
        "listener.record-test",
        _of(running, attempt_kind=words.ENTRY, points=50, max_points=100, level="неудовлетворительный"),
    )
    listener = finding.listener(running.code, "teacher")
    assert (listener.level, listener.entry_positive, listener.entry_no_show) == (words.UNSATISFACTORY, False, False)
    call("listener.annul-test", _of(running, attempt_kind=words.ENTRY, reason="списывание"))
    assert finding.listener(running.code, "teacher").test(words.ENTRY).no_show  # type: ignore[union-attr]


def test_diagnostics_feed_the_table_of_groups(running: Course) -> None:
    marks = dict.fromkeys(("lesson_design", "methods", "assessment", "differentiation", "reflection"), "2")
    call("listener.record-diagnostics", _of(running, diagnostics=marks | {"reflection": 3}))
    call(
        "listener.record-test",
        _of(running, attempt_kind=words.ENTRY, points=2, max_points=3, level=words.UNSATISFACTORY),
    )
    rows = {row["listener_id"]: row for row in call("course.group-table", {"course_id": running.code})["group_rows"]}
    first = rows["teacher"]
    assert first["entry_pct"] == pytest.approx(66.6667, abs=0.001)
    assert first["method_total_pct"] == pytest.approx(73.3333, abs=0.001)
    assert (first["subject_level"], first["needs"], first["dominant_competence"]) == (
        words.UNSATISFACTORY,
        "предметная",
        "предметная",
    )
    assert (rows["teacher2"]["entry_pct"], rows["teacher2"]["subject_level"]) == (None, None)
    with pytest.raises(ModelFault):
        call("listener.record-diagnostics", _of(running, diagnostics={"methods": "отлично"}))


def test_rmp_10_the_leaders_move_is_in_the_journal(running: Course) -> None:
    groups = [
        {"listener_id": "teacher", "group": "Б — методическая", "proposed_group": "А — предметная"},
        {"listener_id": "teacher2", "group": "без группы", "proposed_group": "без группы"},
    ]
    modules = [{"group": "Б — методическая", "modules": ["Методика"]}]
    placed = call(
        "course.set-groups", {"course_id": running.code, "groups": groups, "modules": modules, "actor": "leader"}
    )
    assert placed == {"placed": [{"listener_id": "teacher", "group": "Б — методическая", "modules": ["Методика"]}]}
    move = db.session.query(GroupMove).one()
    assert (move.from_group, move.to_group, move.moved_by) == ("А — предметная", "Б — методическая", "leader")
    assert call("listener.set-group", _of(running, "teacher2", group="А — предметная")) == {"modules": ["Предмет"]}


def test_the_tutor_is_the_least_loaded_of_the_subject(running: Course) -> None:
    first = call("tutor.assign", _of(running, subject="математика", tutor=None, round=1), instance=200)
    assert first == {"tutor": "methodist", "retest_date": "2026-05-08"}
    assert finding.listener(running.code, "teacher").remediation_instance == 200
    other = call("tutor.assign", _of(running, "teacher2", subject="химия", tutor=None, round=2))
    assert other == {"tutor": "methodist2", "retest_date": "2026-05-22"}
    kept = call("tutor.assign", _of(running, subject="математика", tutor="methodist2", round=2))
    assert kept["tutor"] == "methodist2"


def _attest(course: Course, session: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    due = call("attestation.due", {"course_id": course.code, "session": session})
    assert [row["listener_id"] for row in due["due_listeners"]] == [row["listener"] for row in results]
    secretary = actor("member")
    facts = {"course_id": course.code, "session": session}
    call("attestation.fill-sheet", facts | {"sheet": {"results": results}, "actor": "member"}, secretary)
    signatures = [
        {"login": login, "name": login, "outcome": "submit", "signature": _signature(login)}
        for login in ("chair", "member")
    ]
    return call("attestation.write-rows", facts | {"sheet": {}, "signatures": signatures})


def _signature(login: str) -> dict[str, Any]:
    return {"login": login, "name": login, "role": "r", "signed_at": "2026-05-12T10:00:00+03:00", "sha256": "ab" * 32}


def test_from_the_sheet_to_the_certificate(running: Course) -> None:
    for login, level in (("teacher", words.SUFFICIENT), ("teacher2", words.UNSATISFACTORY)):
        positive = level == words.SUFFICIENT
        score = 96 if positive else 50
        call(
            "listener.record-test",
            _of(running, login, attempt_kind=words.ENTRY, points=score, max_points=100, level=level, positive=positive),
        )
    call("listener.admit", _of(running, admission=words.ADMITTED))
    call("listener.admit", _of(running, "teacher2", admission=words.ADMITTED_WITHOUT_RIGHT))
    choice = {"form": "показательный фрагмент урока (открытое занятие)", "topic": "Дроби"}
    call("listener.choose-attestation", _of(running, choice=choice))
    call("listener.choose-attestation", _of(running, "teacher2", choice={"form": "зачёт", "topic": "Проценты"}))
    call("attestation.schedule", {"course_id": running.code, "schedule": [{"listener_id": "teacher", "time": "10:00"}]})
    written = _attest(
        running,
        words.MAIN,
        [{"listener": "teacher", "result": words.SUCCESS}, {"listener": "teacher2", "result": words.SUCCESS}],
    )
    assert written["sheet_number"] == f"{running.code}/1"
    first = written["results"][0]
    assert (first["listener_id"], first["open_lesson_fragment"], first["final"]) == ("teacher", True, True)
    document = db.session.get(Document, int(written["document_id"]))
    assert document is not None
    assert (document.kind, document.owner) == ("attestation_sheet", None)
    assert not [tag for tag in document.objects if tag.startswith("person:")]
    again = call(
        "attestation.write-rows", {"course_id": running.code, "session": words.MAIN, "sheet": {}, "signatures": []}
    )
    assert again == written

    rows = call("course.results-due", {"course_id": running.code})["result_rows"]
    assert [(row["listener_id"], row["entry_positive"]) for row in rows] == [("teacher", True), ("teacher2", False)]
    order = {"number": "7", "date": "2026-05-15", "document_id": "1"}
    call("course.record-order", {"course_id": running.code, "kind": "certificates", **order, "listeners": ["teacher"]})
    decided = [
        {"listener_id": "teacher", "certificate_entitled": True, "document": "удостоверение"},
        {"listener_id": "teacher2", "certificate_entitled": False, "document": "справка об обучении"},
    ]
    with pytest.raises(ModelFault):
        call("certificate.issue", {"course_id": running.code, "rows": decided, "order": None, "actor": "leader"})
    issue = {"course_id": running.code, "rows": decided, "order": order, "actor": "leader"}
    finished = call("certificate.issue", issue)["finished"]
    assert call("certificate.issue", issue)["finished"] == finished
    assert [(row["certificate_number"], row["note_number"]) for row in finished] == [
        ("2026-00001", None),
        (None, "2026-С-0001"),
    ]
    assert db.session.query(StudyNote).one().reason == "нет положительной диагностики"
    certificate = db.session.query(Certificate).one()
    assert certificate.order_key is not None
    document = db.session.get(Document, int(certificate.document_id or 0))
    assert document is not None
    for words_of_it in ("2026-00001", certificate.listener.teacher_name, "№ 7 от 15.05.2026"):
        assert words_of_it in document.html
    assert call("course.results-due", {"course_id": running.code}) == {"result_rows": []}

    outcome = _of(
        running, attestation_result=words.SUCCESS, certificate_entitled=True, end_state="certified_recommended"
    )
    recommendation = {"kind": ["о диссеминации педагогического опыта"], "text": "Рекомендуем"}
    signed = [{"login": login, "signature": _signature(login)} for login in ("chair", "member")]
    with pytest.raises(Conflict):
        call("recommendation.issue", _of(running, recommendation=recommendation, signatures=signed[:1]))
    issued = call("recommendation.issue", _of(running, recommendation=recommendation, signatures=signed))
    assert issued == call("recommendation.issue", _of(running, recommendation=recommendation, signatures=signed))
    call("listener.record-outcome", outcome)
    assert finding.listener(running.code, "teacher").status == "finished"
    totals = call("course.totals", {"course_id": running.code})
    assert totals["counts"] == {"enrolled": 2, "started": 2, "certified": 1}
    assert finding.course(running.code).status == "completed"


def test_no_result_after_the_last_session_counts_as_absence(running: Course) -> None:
    call("listener.admit", _of(running, admission=words.ADMITTED))
    outcome = _of(running, attestation_result=words.ABSENCE, certificate_entitled=False, end_state="not_attested")
    call("listener.record-outcome", outcome)
    rows = call("course.results-due", {"course_id": running.code})["result_rows"]
    assert [(row["listener_id"], row["attestation_result"]) for row in rows] == [("teacher", words.ABSENCE)]


def test_the_expelled_are_in_no_order(running: Course) -> None:
    call("listener.admit", _of(running, admission=words.NOT_ADMITTED))
    call("listener.expel", _of(running, reason="по собственному желанию", order={"number": "3"}))
    call("listener.expel", _of(running, reason="по собственному желанию", order={"number": "3"}))
    call("listener.record-outcome", _of(running, certificate_entitled=False, end_state="withdrawn"))
    assert finding.listener(running.code, "teacher").status == "expelled"
    assert call("course.results-due", {"course_id": running.code}) == {"result_rows": []}


def test_who_is_asked_and_what_they_say(running: Course) -> None:
    asked = call("survey.open", {"listeners": [{"listener_id": "teacher"}, {"listener_id": "teacher2"}]})["respondents"]
    assert [row["school_id"] for row in asked] == ["lebedyan-1", "gryazi-1"]
    answers = [
        {
            "teacher_id": "teacher",
            "school_id": "lebedyan-1",
            "municipality_id": "lebedyan",
            "answered": True,
            "items": [{"item": "мотивация", "answer": "часто"}, {"item": "оценивание", "answer": "нет"}],
            "help_needed": ["семинар", "наставник"],
        },
        {"teacher_id": "teacher2", "school_id": "gryazi-1", "municipality_id": "gryazi", "answered": False},
    ]
    said = call("survey.summarise", {"answers": answers})
    assert said["municipalities"] == ["lebedyan"]
    summary = said["summary"]
    assert (summary["total"], summary["answered"], summary["top"]) == (2, 1, [{"item": "мотивация", "often": 1}])
    assert summary["by_school"][1] == {"school": "lebedyan-1", "answered": 1, "total": 1, "top": ["мотивация"]}
    assert {row["help"] for row in summary["help"]} == {"семинар", "наставник"}
