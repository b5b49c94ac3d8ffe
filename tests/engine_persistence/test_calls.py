"""Call activities: called processes are instances of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from app.engine import operations, queries
from app.kernel.actor import PLATFORM
from app.kernel.db import db

from . import models as m
from .conftest import complete, one, open_tasks, person, rows, settle, start

APPROVE = m.process(
    "approve",
    m.start(),
    m.user("sign", "school_head@s1", outputs=[("=submission.number", "order_number")]),
    m.end("approved"),
    named={"owner": "caller"},
)
CALLER = m.process(
    "caller",
    m.start(),
    m.call("ask", "approve", [("=subject", "subject")], [("=order_number", "order_number"), ("=result", "verdict")]),
    m.user("after", "teacher"),
    m.end(),
    named={"owner": "iro_coordinator"},
)


def test_a_call_runs_as_its_own_instance_and_hands_its_result_back(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    deploy(approve=APPROVE, caller=CALLER)
    parent = start("caller", {"subject": "приказ", "secret": 1}, actor=person("ivanov"))
    child = one("SELECT key FROM process_instance WHERE parent_key = :key", key=parent)
    found = rows(
        "SELECT owner_group, root_key, depth, started_by, variables ->> 'subject', variables ? 'secret' "
        "FROM process_instance WHERE key = :key",
        key=child,
    )
    assert found == [("iro_coordinator", parent, 1, "ivanov", "приказ", False)]
    complete(open_tasks(child)["sign"], {"number": "12-к"})
    assert list(open_tasks(parent)) == ["after"]
    assert rows(
        "SELECT variables ->> 'order_number', variables ->> 'verdict' FROM process_instance WHERE key = :key",
        key=parent,
    ) == [("12-к", "approved")]
    with db.unit_of_work():
        assert [event.verb for event in queries.history(PLATFORM, parent)] == ["start", "return"]
        assert queries.verify_chain(parent) is None
        assert queries.verify_chain(child) is None


def test_the_caller_shows_whom_its_called_instances_wait_for(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    deploy(approve=APPROVE, caller=CALLER)
    parent = start("caller", {"subject": "a"})
    with db.unit_of_work():
        (waiting,) = queries.waiting_on(PLATFORM, parent)
    assert (waiting.kind, waiting.element_id, waiting.whom) == ("user_task", "sign", ("school_head@s1",))


def test_cancelling_the_caller_stops_what_it_called(connection: Connection, deploy: Callable[..., Any]) -> None:
    deploy(approve=APPROVE, caller=CALLER)
    parent = start("caller", {"subject": "a"})
    with db.unit_of_work():
        operations.cancel_instance(person("o", "iro_coordinator"), parent, "не нужно")
    assert rows("SELECT process_id, status, result FROM process_instance ORDER BY key") == [
        ("caller", "terminated", "cancelled"),
        ("approve", "terminated", "cancelled"),
    ]
    assert open_tasks() == {}


def test_the_caller_of_a_cancelled_process_goes_on_with_that_result(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    deploy(approve=APPROVE, caller=CALLER)
    parent = start("caller", {"subject": "a"})
    child = one("SELECT key FROM process_instance WHERE parent_key = :key", key=parent)
    with db.unit_of_work():
        operations.cancel_instance(person("o", "iro_coordinator"), child, "не нужно")
    settle()
    assert list(open_tasks()) == ["after"]
    assert one("SELECT variables ->> 'verdict' FROM process_instance WHERE key = :key", key=parent) == "cancelled"


def test_an_error_goes_up_to_the_caller_that_catches_it(connection: Connection, deploy: Callable[..., Any]) -> None:
    error = '<bpmn:error id="err" errorCode="REFUSED" />'
    event = '<bpmn:errorEventDefinition id="e1" errorRef="err" />'
    child = m.process("child", m.start(), m.user("a", "teacher"), m.end("bad", event), outside=error)
    boundary = f'<bpmn:boundaryEvent id="caught" attachedToRef="ask">{event.replace("e1", "e2")}</bpmn:boundaryEvent>'
    parent_model = m.process(
        "parent",
        m.start(),
        m.call("ask", "child"),
        boundary,
        m.end(),
        m.end("refused"),
        m.chain("start", "ask", "finished"),
        m.flow("caught", "refused"),
        outside=error,
    )
    deploy(child=child, parent=parent_model)
    parent = start("parent")
    complete(open_tasks()["a"])
    assert rows("SELECT process_id, status, result FROM process_instance ORDER BY key") == [
        ("parent", "completed", "refused"),
        ("child", "terminated", "cancelled"),
    ]
    assert one("SELECT count(*) FROM incident WHERE resolved_at IS NULL") == 0
    with db.unit_of_work():
        assert queries.verify_chain(parent) is None


def test_an_error_that_nobody_catches_stays_at_its_element(connection: Connection, deploy: Callable[..., Any]) -> None:
    error = '<bpmn:error id="err" errorCode="REFUSED" />'
    event = '<bpmn:errorEventDefinition id="e1" errorRef="err" />'
    deploy(
        child=m.process("child", m.start(), m.user("a", "teacher"), m.end("bad", event), outside=error),
        parent=m.process("parent", m.start(), m.call("ask", "child"), m.end()),
    )
    start("parent")
    complete(open_tasks()["a"])
    assert rows("SELECT process_id, element_id FROM incident WHERE resolved_at IS NULL") == [("child", "bad")]
    assert rows("SELECT status FROM process_instance") == [("active",), ("active",)]


def test_a_missing_process_is_an_incident_that_a_retry_mends(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    body = m.call("ask", "=&quot;late&quot;")
    deploy(caller=m.process("caller", m.start(), body, m.user("after", "teacher"), m.end()))
    parent = start("caller")
    assert one("SELECT message FROM incident") == "the process 'late' is not deployed"
    assert one("SELECT kind FROM incident") == "CALLED_ELEMENT_ERROR"
    deploy(late=m.process("late", m.start(), m.end("done")))
    with db.unit_of_work():
        operations.resolve_incident(PLATFORM, one("SELECT key FROM incident"))
    assert list(open_tasks(parent)) == ["after"]
    assert one("SELECT incidents FROM process_instance WHERE key = :key", key=parent) == 0


def test_a_process_that_calls_itself_stops_at_the_depth_limit(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    deploy(again=m.process("again", m.start(), m.call("ask", "again"), m.end()))
    start("again")
    assert one("SELECT count(*) FROM process_instance") == 51
    assert "nested" in one("SELECT message FROM incident")


def test_a_hundred_children_run_and_return_without_recursion(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    deploy(
        child=m.process("child", m.start(), m.script("work", "=n * 2", "n"), m.end("done")),
        many=m.process(
            "many",
            m.start(),
            m.call("each", "child", [("=n", "n")], loop=m.over("=for i in 1..100 return i", "n")),
            m.user("after", "teacher"),
            m.end(),
        ),
    )
    parent = start("many")
    assert one("SELECT count(*) FROM process_instance WHERE process_id = 'child' AND status = 'completed'") == 100
    assert list(open_tasks(parent)) == ["after"]


def test_a_binding_by_deployment_keeps_the_called_version(connection: Connection, deploy: Callable[..., Any]) -> None:
    def child(end: str) -> bytes:
        return m.process("child", m.start(), m.end(end))

    caller = m.process(
        "caller",
        m.start(),
        m.user("before", "teacher"),
        m.call("ask", "child", outputs=[("=result", "verdict")], binding="deployment"),
        m.end(),
    )
    first = deploy(caller=caller, child=child("one"))
    running = start("caller")
    second = deploy(child=child("two"))
    assert {item.id for item in second.items if item.new} == {"child", "caller"}
    assert first.key != second.key
    fresh = start("caller")
    for instance in (running, fresh):
        complete(open_tasks(instance)["before"])
    verdict = "SELECT variables ->> 'verdict' FROM process_instance WHERE key = :key"
    assert (one(verdict, key=running), one(verdict, key=fresh)) == ("one", "two")


def test_a_started_process_is_independent_and_a_key_keeps_it_single(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    inputs = [("other", "processId"), ("=&quot;k&quot;", "key"), ("={school_id: &quot;s1&quot;}", "variables")]
    deploy(
        other=m.process("other", m.start(), m.user("a", "teacher"), m.end()),
        starter=m.process("starter", m.start(), m.service("go", "start-process", inputs), m.end()),
    )
    start("starter")
    start("starter")
    assert rows("SELECT start_key, parent_key, organisation FROM process_instance WHERE process_id = 'other'") == [
        ("k", None, "s1")
    ]


def test_a_process_that_is_not_deployed_becomes_a_task_of_its_owner(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    absent = [("later", "processId"), ("Провести консультацию", "title"), ("По дробям", "about")]
    deploy(
        named=m.process("named", m.start(), m.service("go", "start-process", [*absent, ("owner1", "owner")]), m.end()),
        nameless=m.process("nameless", m.start(), m.service("go", "start-process", absent), m.end()),
    )
    start("named")
    task = open_tasks()["start_by_hand"]
    page = "SELECT candidate_groups, variables ->> 'task_name' FROM user_task t JOIN process_instance i ON i.key = "
    assert rows(f"{page} t.instance_key WHERE t.key = :task", task=task) == [(["owner1"], "Провести консультацию")]
    complete(task, {"reason": "Проведена 12 мая"}, actor=person("olga", "owner1"), outcome="done")
    assert one("SELECT result FROM process_instance WHERE process_id = 'platform_case'") == "answered"
    start("nameless")
    assert "no «owner» is named" in one("SELECT message FROM incident")
