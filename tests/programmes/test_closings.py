"""SOS-13: the programme of Sosva is closed in December by Протокол № 4; row 14 follows in March as an addendum."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.documents import operations as documents
from app.engine import operations as engine
from app.engine import queries as processes
from app.engine import schedule
from app.engine.models import Timer
from app.engine.views import TaskFilter
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.queries import actor_for
from app.programmes import jobs, operations, queries
from app.programmes.models import ProgrammeClosing
from app.programmes.operations import closings
from app.programmes.operations.passports import Passport
from app.programmes.operations.roadmaps import locked_roadmap
from app.programmes.rules import closing as rules
from tests.processes.conftest import PASSWORD, region, stage  # noqa: F401
from tests.programmes import scenes

pytestmark = pytest.mark.usefixtures("stage")
CODE, COORDINATOR = "SOS-2026", "programme_coordinator"
BODY = "муниципальная рабочая группа"


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off() + engine.fire_due(100):
        pass


def until(moment: str) -> None:
    """Let the clock come to a moment of that place."""
    clock.move(datetime.fromisoformat(f"{moment}+03:00"))
    settle()


def do(login: str, element: str, values: dict[str, Any], outcome: str = "submit") -> None:
    """Complete the open task of an element as somebody, and let everything that follows happen."""
    with db.unit_of_work():
        actor = actor_for(login)
        page = processes.tasks_for(actor, TaskFilter())
        key = next(task.key for task in page.items if task.element_id == element)
        engine.complete_user_task(actor, key, values, outcome=outcome, password=PASSWORD)
    settle()


def sosva() -> None:
    """The programme of Sosva, moved to 2025–2026: all rows done but 13 (not done) and 14, which lies after the end.
    The working group has met three times this year."""
    with db.unit_of_work():
        found, _run = operations.load_file(actor_for(COORDINATOR), "sosva", organisation="lebedyan", year=2026)
        order = {"number": "1", "date": "2026-01-15", "document_id": ""}
        operations.freeze(actor_for("mouo_head"), locked_roadmap(found), order)
        for measure in queries.closings.measures_of(found):
            operations.open_measure(measure.row_key, 1)
            if measure.number != "14":
                state, reason = ("not_done", "Анкету не провели") if measure.number == "13" else ("done", "")
                operations.close_measure(measure.row_key, state, reason)
        for _number in range(3):
            title, register = f"Протокол: {BODY}", f"protocol:lebedyan:{BODY}"
            documents.register_document(
                PLATFORM, kind="meeting_protocol", title=title, data={}, register=register, organisation="lebedyan"
            )


def closing() -> ProgrammeClosing:
    """The published closing of the programme, as its coordinator sees it."""
    return queries.closings.closing_of(actor_for(COORDINATOR), CODE)


def meeting() -> None:
    """The working group sums up on 16 December."""
    chair, member = "mouo_head", "municipal_wg_member"
    held = {"body": BODY, "held_on": "2026-12-16T10:00:00+03:00", "mode": "очно", "chair": chair}
    members = [{"login": chair}, {"login": member}]
    do(COORDINATOR, "agenda", {**held, "members": members, "agenda": [{"item": 1, "question": "Итоги программы"}]})
    for login in (chair, member):
        do(login, "confirm", {"reply": "да"})
    until("2026-12-16T10:00:00")
    do(COORDINATOR, "attend", {"attendance": [{"user": login, "present": "да"} for login in (chair, member)]})
    said = {
        "discussion": "Обсудили",
        "secretary_signature": True,
        "decisions": [{"decision": "Принять", "votes_for": 2}],
    }
    do(COORDINATOR, "protocol", said)
    do(chair, "sign", {}, outcome="approve")


def test_sos_13_closed_in_december_by_protocol_4_and_row_14_comes_in_march() -> None:
    sosva()
    until("2026-11-02T09:00:00")
    for _twice in range(2):
        with db.unit_of_work():
            jobs.begin_closings()
    settle()
    do(COORDINATOR, "decide", {}, outcome="close")
    with db.unit_of_work():
        row = queries.measure(PLATFORM, f"{CODE}:14")
        said = {"title": f"14. {row.title}", "answer": rules.LATER, "explanation": "Срок — март"}
    do(COORDINATOR, "explain", {"rows": [said]})
    until("2026-12-07T09:00:00")
    report = {"conclusion": rules.FULL, "next_steps": "Продолжить сопровождение школ"}
    with pytest.raises(Invalid):
        do(COORDINATOR, "report", report)
    do(COORDINATOR, "report", {**report, "conclusion": rules.PART})
    meeting()
    do(COORDINATOR, "prepare_order", {"subject": "Об итогах", "body_text": "Утвердить"})
    do("mouo_head", "sign_order", {}, outcome="approve")
    with db.unit_of_work():
        found = closing()
        counts = found.tables["counts"]
        assert found.protocol["number"] == "4"
        assert len(found.tables["indicators"]) == 11
        assert [row["plan"] for row in found.tables["indicators"]][:3] == [1.0, 83.3, 62.0]
        assert (counts["total"], counts["done"], counts["not_done"], counts["after"]) == (16, 14, 1, 1)
        statuses = {row["number"]: row["status"] for row in found.tables["measures"]}
        assert (statuses["13"], statuses["14"]) == (rules.NOT_DONE, rules.AFTER)
        assert (found.programme.state, found.conclusion, found.addenda) == ("closed", rules.PART, [])
    _archive()
    until("2027-03-25T09:00:00")
    with db.unit_of_work():
        before = dict(closing().tables)
        operations.close_measure(f"{CODE}:14", "done")
        operations.close_measure(f"{CODE}:14", "done")
    with db.unit_of_work():
        db.session.expire_all()
        assert [(each.number, each.state) for each in closing().addenda] == [("14", "done")]
        assert closing().tables == before, "the report itself stays as it was"


def _archive() -> None:
    """A closed programme is read, not changed, and not opened again."""
    with db.unit_of_work():
        found = queries.programme(actor_for(COORDINATOR), CODE)
        passport = Passport(CODE, "Другое название", "lebedyan", found.period_from, found.period_to)
        with pytest.raises(Conflict):
            operations.change_programme(actor_for(COORDINATOR), CODE, passport, found.version)
        with pytest.raises(Conflict):
            operations.set_state(actor_for(COORDINATOR), CODE, "active")
        with pytest.raises(NotFound):
            queries.closings.closing_of(actor_for("municipal_coordinator2"), CODE)


def test_a_programme_is_closed_once_at_a_time() -> None:
    scenes.ending(["done"])
    with db.unit_of_work():
        begun = closings.open_closing(scenes.DISTRICT, 1)
        assert closings.open_closing(scenes.DISTRICT, 1) is begun
        with pytest.raises(Invalid):
            closings.open_closing(scenes.DISTRICT, 2)
        with pytest.raises(Invalid):
            closings.open_closing("НЕТ-2026", 2)
    with db.unit_of_work(), pytest.raises(Forbidden):
        engine.start_instance(actor_for("teacher"), "programme_closing", {"programme": scenes.DISTRICT})


def test_a_programme_may_be_prolonged_instead() -> None:
    scenes.ending(["done"])
    with db.unit_of_work():
        begun = closings.open_closing(scenes.DISTRICT, 1)
        with pytest.raises(Invalid):
            closings.extend(PLATFORM, begun, date(2026, 12, 31), "Приказ")
        closings.extend(PLATFORM, begun, date(2027, 12, 31), "Приказ")
        assert begun.programme.period_to == date(2027, 12, 31)
        assert closings.open_closing(scenes.DISTRICT, 2) is not begun
        assert queries.closings.nearing_end(date(2026, 12, 1), date(2026, 12, 31)) == []


def test_a_prolonged_programme_takes_requests_until_its_new_end() -> None:
    facts = scenes.measure(scenes.DISTRICT, "lebedyan", period="По запросам")
    with db.unit_of_work():
        engine.publish_message(PLATFORM, "roadmap.approved", facts["row_key"], facts["start"], internal=True)
    settle()
    assert end_of_requests(facts["row_key"]) == date(2027, 1, 1)
    with db.unit_of_work():
        closings.extend(PLATFORM, closings.open_closing(scenes.DISTRICT, 1), date(2027, 12, 31), "Приказ")
    settle()
    assert end_of_requests(facts["row_key"]) == date(2028, 1, 1)


def end_of_requests(row_key: str) -> date:
    """The day when a measure stops to take requests."""
    with db.unit_of_work():
        key = queries.measure(PLATFORM, row_key).instance_key
        timer = db.session.query(Timer).filter_by(instance_key=key).one()
        return schedule.local_day(timer.due_at, "Europe/Moscow")


def being_closed() -> list[int]:
    """Let the clock begin what is to be closed. Returns the processes that close a programme now."""
    with db.unit_of_work():
        jobs.begin_closings()
    with db.unit_of_work():
        rows = db.session.query(ProgrammeClosing).filter_by(state="open")
        return [each.instance_key for each in rows if each.instance_key is not None]


def test_a_cancelled_closing_leaves_the_programme_alone_for_a_month_and_is_begun_even_after_its_end() -> None:
    scenes.ending(["done"])
    until("2026-12-20T09:00:00")
    (key,) = being_closed()
    with db.unit_of_work():
        engine.cancel_instance(PLATFORM, key, "Рано", internal=True)
    with db.unit_of_work():
        dropped = db.session.query(ProgrammeClosing).one()
        assert (dropped.state, dropped.reason) == ("dropped", "Рано")
    until("2027-01-18T09:00:00")
    assert being_closed() == []
    until("2027-01-19T09:00:00")
    (again,) = being_closed()
    assert being_closed() == [again] != [key]


def test_plans_of_schools_are_not_closed_by_a_report() -> None:
    with db.unit_of_work():
        plan = scenes.programme("ШК-2026", "lebedyan-1")
        assert queries.closings.nearing_end(plan.period_to, plan.period_to + timedelta(days=60)) == []
        with pytest.raises(Invalid):
            closings.open_closing(plan.code, 1)


@pytest.mark.parametrize(
    ("state", "after_end", "expected"),
    [
        ("done", True, rules.DONE),
        ("planned", True, rules.AFTER),
        ("running", False, rules.NOT_DONE),
        ("cancelled", False, rules.CANCELLED),
    ],
)
def test_how_a_measure_stands(state: str, after_end: bool, expected: str) -> None:
    assert rules.status(state, after_end=after_end) == expected


def test_an_executor_cannot_put_off_what_is_overdue() -> None:
    facts = scenes.ending(["planned", "done"])
    with db.unit_of_work():
        engine.start_instance(PLATFORM, "programme_closing", {"programme": scenes.DISTRICT}, internal=True)
    settle()
    do(COORDINATOR, "decide", {}, outcome="close")
    said = {"title": "1.1. Мероприятие planned", "answer": rules.LATER, "explanation": "Проведём потом"}
    do("municipal_coordinator", "explain", {"rows": [said]})
    until("2026-06-01T09:00:00")
    with db.unit_of_work():
        found = db.session.query(ProgrammeClosing).one()
        assert [each["answer"] for each in found.explanations] == [rules.LATER]
        statuses = {row["row_key"]: row["status"] for row in found.tables["measures"]}
        assert statuses == dict(zip(facts["row_keys"], [rules.NOT_DONE, rules.DONE], strict=True))


def test_shares_leave_out_what_comes_later() -> None:
    found = rules.counts([rules.DONE, rules.DONE, rules.NOT_DONE, rules.AFTER, rules.CANCELLED], moved=1)
    assert (found["total"], found["after"], found["moved"]) == (5, 1, 1)
    assert found["done_pct"] == pytest.approx(200 / 3)
    assert rules.counts([], 0)["done_pct"] == 100.0


def test_nine_changes_of_practices() -> None:
    start = [{"mutual_visits": "нет", "readiness_change": 40, "distributed_leadership": False}] * 2
    end = [{"mutual_visits": "системно", "readiness_change": 60, "distributed_leadership": True}, start[0]]
    rows = {row["practice"]: row for row in rules.practice_changes(start, end)}
    assert len(rows) == 9
    assert rows["Взаимопосещение и совместный анализ уроков"]["change"] == 50.0
    assert rows["Готовность менять методы преподавания"]["change"] == 10.0
    assert rows["Системный сбор данных"]["change"] is None
