"""Timers, start timers, deadlines: once each, also what was missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from app.engine import cases, operations, queries, schedule
from app.engine.models import CalendarDay, UserTask
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid

from . import models as m
from .conftest import complete, one, open_tasks, person, rows, settle, start


def fire() -> int:
    return operations.fire_due(1000)


def test_a_timer_fires_when_it_is_due_and_once(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    deploy(p=m.process("p", m.start(), m.catch_timer("wait", "timeDuration", "P1D"), m.user("a", "teacher"), m.end()))
    instance = start("p")
    assert fire() == 0
    clock.move(timedelta(days=30))  # the system stood still
    assert fire() == 1
    assert fire() == 0
    assert list(open_tasks(instance)) == ["a"]
    assert one("SELECT count(*) FROM timer") == 0
    assert [event["verb"] for event in _events(instance)] == ["start", "timer"]


def _events(instance: int) -> list[dict[str, Any]]:
    with db.unit_of_work():
        return [
            {"verb": e.verb, "details": e.details, "entries": e.entries} for e in queries.history(PLATFORM, instance)
        ]


def test_a_cycle_that_was_missed_fires_once_and_goes_on(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    cycle = '<bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/P1D</bpmn:timeCycle>'
    event = f'<bpmn:timerEventDefinition id="e">{cycle}</bpmn:timerEventDefinition>'
    boundary = f'<bpmn:boundaryEvent id="daily" cancelActivity="false" attachedToRef="a">{event}</bpmn:boundaryEvent>'
    deploy(
        p=m.process(
            "p",
            m.start(),
            m.user("a", "teacher"),
            boundary,
            m.script("count", "=n + 1", "n"),
            m.end(),
            m.end("counted"),
            m.chain("start", "a", "finished"),
            m.chain("daily", "count", "counted"),
        )
    )
    instance = start("p", {"n": 0})
    clock.move(timedelta(days=5, hours=1))
    assert fire() == 1
    assert one("SELECT variables -> 'n' FROM process_instance WHERE key = :key", key=instance) == 1
    clock.move(timedelta(days=1))
    assert fire() == 1
    complete(open_tasks(instance)["a"])
    assert one("SELECT count(*) FROM timer") == 0


def test_a_start_timer_starts_the_latest_version_only(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    def model(days: int) -> bytes:
        cycle = f'<bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/P{days}D</bpmn:timeCycle>'
        event = f'<bpmn:timerEventDefinition id="e">{cycle}</bpmn:timerEventDefinition>'
        return m.process("yearly", m.start(event=event), m.user("a", "teacher"), m.end())

    deploy(p=model(1))
    clock.move(timedelta(days=3, hours=1))
    assert fire() == 1
    deploy(p=model(10))
    clock.move(timedelta(days=2))
    assert fire() == 0
    clock.move(timedelta(days=8))
    assert fire() == 1
    assert one("SELECT count(*) FROM process_instance") == 2


def test_a_timer_follows_the_date_that_it_was_read_from(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    deploy(
        p=m.process("p", m.start(), m.catch_timer("wait", "timeDate", "=attest_on"), m.user("a", "teacher"), m.end())
    )
    instance = start("p", {"attest_on": "2026-04-10T09:00:00Z"})
    with db.unit_of_work():
        operations.set_variables(PLATFORM, instance, {"attest_on": "2026-04-20T09:00:00Z"})
    assert one("SELECT due_at FROM timer") == datetime(2026, 4, 20, 9, tzinfo=UTC)
    moved = [entry for entry in _events(instance)[-1]["entries"] if entry[0] == "rescheduled"]
    assert [(entry[3]["before"][:10], entry[3]["after"][:10]) for entry in moved] == [("2026-04-10", "2026-04-20")]
    clock.move(datetime(2026, 4, 11, tzinfo=UTC))
    assert fire() == 0


def test_one_broken_timer_does_not_stop_the_others(
    connection: Connection, deploy: Callable[..., Any], monday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(
        p=m.process("p", m.start(), m.catch_timer("wait", "timeDuration", "P1D"), m.user("a", "teacher"), m.end()),
    )
    broken = start("p")
    clock.move(timedelta(minutes=1))
    whole = start("p")
    connection.exec_driver_sql(f"UPDATE process_instance SET state = 'rubbish' WHERE key = {broken}")
    from app.engine import live

    live.forget_all()
    clock.move(timedelta(days=2))
    fire()
    assert list(open_tasks(whole)) == ["a"]
    assert open_tasks(broken) == {}


# -- deadlines
def due_of(task: int) -> datetime:
    found: datetime = one("SELECT due_at FROM user_task WHERE key = :key", key=task)
    return found


TASK = {"owner": "iro_coordinator"}


def task_due(deploy: Callable[..., Any], due: str, **variables: Any) -> int:
    deploy(p=m.process("p", m.start(), m.user("a", "teacher@s1", due=due), m.end(), named=TASK))
    return open_tasks(start("p", variables))["a"]


@pytest.mark.parametrize(
    ("due", "last_moment"),
    [
        ("3 wd", datetime(2026, 4, 9, 20, 59, 59, tzinfo=UTC)),
        ("5 wd", datetime(2026, 4, 13, 20, 59, 59, tzinfo=UTC)),  # over a weekend
        ("=string(n) + &quot; wd&quot;", datetime(2026, 4, 8, 20, 59, 59, tzinfo=UTC)),
        ("2026-04-20", datetime(2026, 4, 20, 20, 59, 59, tzinfo=UTC)),
        ("2026-04-20T12:00:00+03:00", datetime(2026, 4, 20, 9, tzinfo=UTC)),
        ("P2D", datetime(2026, 4, 8, 20, 59, 59, tzinfo=UTC)),
        ("PT4H", datetime(2026, 4, 6, 10, tzinfo=UTC)),
        ("=date(&quot;2026-04-17&quot;)", datetime(2026, 4, 17, 20, 59, 59, tzinfo=UTC)),
    ],
)
def test_deadlines_end_at_local_midnight(
    connection: Connection, deploy: Callable[..., Any], monday: datetime, due: str, last_moment: datetime
) -> None:
    assert due_of(task_due(deploy, due, n=2)) == last_moment


def test_no_date_means_no_deadline(connection: Connection, deploy: Callable[..., Any], monday: datetime) -> None:
    key = task_due(deploy, "=nothing")
    assert rows("SELECT due_at, mark_at FROM user_task WHERE key = :key", key=key) == [(None, None)]


def test_public_holidays_and_own_days_are_no_working_days(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    clock.move(datetime(2026, 4, 29, 9, tzinfo=UTC))
    assert schedule_add(date(2026, 4, 29), 2) == date(2026, 5, 4)  # 1 May and a weekend
    with db.unit_of_work():
        schedule.set_day(date(2026, 5, 4), False, "местный праздник")
        schedule.set_day(date(2026, 5, 2), True, "перенос")
    assert schedule_add(date(2026, 4, 29), 2) == date(2026, 5, 2)
    assert schedule_add(date(2026, 4, 29), 3) == date(2026, 5, 5)
    with db.unit_of_work() as session:
        session.delete(session.get_one(CalendarDay, date(2026, 5, 2)))
        schedule.unset_day(date(2026, 5, 4))
    assert schedule_add(date(2026, 4, 29), 2) == date(2026, 5, 4)
    schedule.forget()


def schedule_add(day: date, count: int) -> date:
    with db.unit_of_work():
        return schedule.calendar().add(day, count)


def test_a_deadline_is_reminded_marked_and_escalated(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    key = task_due(deploy, "5 wd")
    assert fire() == 0
    clock.move(datetime(2026, 4, 9, 6, tzinfo=UTC))  # two working days before Monday the 13th
    assert fire() == 1
    state = "SELECT mark, overdue FROM user_task WHERE key = :key"
    assert rows(state, key=key) == [("overdue", False)]
    clock.move(datetime(2026, 4, 13, 21, tzinfo=UTC))
    assert fire() == 1
    assert rows(state, key=key) == [("escalation", True)]
    clock.move(datetime(2026, 4, 20, 20, 59, 58, tzinfo=UTC))  # weekends are not counted
    assert fire() == 0
    clock.move(timedelta(seconds=2))
    assert fire() == 1
    assert rows(state, key=key) == [(None, True)]
    case = open_tasks()["act_on_overdue"]
    assert one("SELECT candidates FROM user_task WHERE key = :key", key=case) == ["iro_coordinator"]
    with db.unit_of_work():
        verbs = [
            event["details"].get("mark")
            for event in _events(one("SELECT instance_key FROM user_task WHERE key = :key", key=key))
        ]
    assert verbs == [None, "reminder", "overdue", "escalation"]


def test_what_was_missed_is_made_up_for_without_a_late_reminder(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    key = task_due(deploy, "5 wd")
    clock.move(datetime(2026, 5, 20, 6, tzinfo=UTC))
    fire()
    instance = one("SELECT instance_key FROM user_task WHERE key = :key", key=key)
    assert [event["details"].get("mark") for event in _events(instance)][1:] == ["overdue", "escalation"]


def test_an_owner_extends_a_deadline_with_a_reason(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    key, owner = task_due(deploy, "1 wd"), person("o", "iro_coordinator")
    clock.move(datetime(2026, 4, 8, 6, tzinfo=UTC))
    fire()
    due = datetime(2026, 4, 20, 20, 59, 59, tzinfo=UTC)
    with pytest.raises(Forbidden), db.unit_of_work():
        operations.extend_deadline(person("t", "teacher@s1"), key, due, "болезнь")
    with pytest.raises(Invalid) as refused, db.unit_of_work():
        operations.extend_deadline(owner, key, clock.now() - timedelta(days=1), " ")
    assert set(refused.value.errors) == {"due", "reason"}
    with db.unit_of_work():
        operations.extend_deadline(owner, key, due, "болезнь")
    assert rows("SELECT due_at, overdue, mark FROM user_task WHERE key = :key", key=key) == [(due, False, "reminder")]
    assert one("SELECT due_sort FROM task_candidate WHERE candidate = 'teacher@s1'") == due
    assert (
        _events(one("SELECT instance_key FROM user_task WHERE key = :key", key=key))[-1]["details"]["reason"]
        == "болезнь"
    )


def test_the_owner_of_an_overdue_task_decides_in_a_case(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    key, owner = task_due(deploy, "1 wd"), person("o", "iro_coordinator")
    clock.move(datetime(2026, 4, 20, 6, tzinfo=UTC))
    fire()
    case = open_tasks()["act_on_overdue"]
    with pytest.raises(Invalid):
        complete(case, {"reason": "болезнь"}, owner, outcome="extend")
    complete(case, {"reason": "болезнь", "new_due": "2026-04-30"}, owner, outcome="extend")
    assert due_of(key) == datetime(2026, 4, 30, 20, 59, 59, tzinfo=UTC)
    assert list(open_tasks()) == ["a"]


def test_a_case_closes_by_itself_when_the_task_is_done_after_all(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    key = task_due(deploy, "1 wd")
    clock.move(datetime(2026, 4, 20, 6, tzinfo=UTC))
    fire()
    complete(key, {}, person("t", "teacher@s1"))
    assert open_tasks() == {}
    assert one("SELECT result FROM process_instance WHERE process_id = 'platform_case'") == "not_needed"


def test_a_case_whose_question_has_answered_itself_is_swept(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    key, owner = task_due(deploy, "1 wd"), person("o", "iro_coordinator")
    clock.move(datetime(2026, 4, 20, 6, tzinfo=UTC))
    fire()
    with db.unit_of_work():
        assert cases.close_needless() == 0
    with db.unit_of_work():
        operations.extend_deadline(owner, key, clock.now() + timedelta(days=5), "болезнь")
    with db.unit_of_work():
        assert cases.close_needless() == 1
    settle()
    assert list(open_tasks()) == ["a"]
    with db.unit_of_work():
        assert cases.close_needless() == 0


def test_the_third_return_goes_to_the_owner(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    deploy(
        p=m.process(
            "p",
            m.start(),
            m.user("write", "teacher@s1"),
            m.user("check", "school_head@s1", outcomes="approve:Да|return:Нет", outputs=[("=outcome", "decision")]),
            '<bpmn:exclusiveGateway id="x" default="x_finished" />',
            m.end(),
            m.chain("start", "write", "check", "x", "finished"),
            m.flow("x", "write", "=decision = &quot;return&quot;"),
            named=TASK,
        )
    )
    start("p")
    for round_ in range(3):
        assert "owner_decision" not in open_tasks(), round_
        complete(open_tasks()["write"])
        complete(open_tasks()["check"], outcome="return", comment="нет")
    assert set(open_tasks()) == {"write", "owner_decision"}
    complete(open_tasks()["owner_decision"], {"reason": "хватит"}, person("o", "iro_coordinator"), outcome="cancel")
    assert open_tasks() == {}
    assert one("SELECT reason FROM process_instance WHERE process_id = 'p'") == "хватит"


def test_a_changed_calendar_moves_open_deadlines_by_rescheduling(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    key = task_due(deploy, "2 wd")
    instance = one("SELECT instance_key FROM user_task WHERE key = :key", key=key)
    with db.unit_of_work():
        schedule.set_day(date(2026, 4, 7), False, "карантин")
    with db.unit_of_work():
        assert operations.reschedule(PLATFORM, instance) == 1
        assert operations.reschedule(PLATFORM, instance) == 0
    assert due_of(key) == datetime(2026, 4, 9, 20, 59, 59, tzinfo=UTC)
    schedule.forget()


def test_the_sweep_of_marks_leaves_closed_tasks_alone(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    key = task_due(deploy, "1 wd")
    complete(key, {}, person("t", "teacher@s1"))
    with db.unit_of_work() as session:
        session.execute(update(UserTask).values(mark="overdue", mark_at=monday))
    assert fire() == 0
