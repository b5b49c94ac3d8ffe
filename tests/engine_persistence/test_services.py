"""Service tasks, decisions, incidents, jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from app.engine import job_running, operations, queries
from app.engine.services import BpmnError, ModelFault, ServiceCall, service_type
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.notifications.models import Notice

from . import models as m
from .conftest import complete, one, one_service, open_tasks, person, rows, start

DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="{id}" name="{id}"><decisionTable id="t" hitPolicy="FIRST">
    <input id="i"><inputExpression id="e" typeRef="number"><text>score</text></inputExpression></input>
    <output id="o" name="level" typeRef="string" />
    <rule id="r1"><inputEntry id="a"><text>&gt;= {limit}</text></inputEntry>
      <outputEntry id="b"><text>"high"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>
      <outputEntry id="f"><text>"low"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""
SLA = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="s" name="s" namespace="n">
  <decision id="sla" name="sla"><variable id="v" name="sla" />
    <literalExpression id="l"><text>{review: 3}</text></literalExpression></decision>
</definitions>"""


def test_an_inline_service_runs_in_the_action(connection: Connection, deploy: Callable[..., Any], types: None) -> None:
    seen: list[ServiceCall] = []

    @service_type("test.double", inline=True)
    def double(call: ServiceCall) -> dict[str, Any]:
        seen.append(call)
        return {"twice": call.variables["n"] * 2}

    one_service(deploy, "test.double", ("=start_value + 1", "n"))
    instance = start("p", {"start_value": 4})
    complete(open_tasks(instance)["before"], {}, PLATFORM)
    assert list(open_tasks(instance)) == ["after"]
    assert one("SELECT variables -> 'twice' FROM process_instance") == 10
    assert (seen[0].variables["n"], seen[0].instance.key, seen[0].element_id) == (5, instance, "work")
    assert one("SELECT count(*) FROM job") == 0
    assert one("SELECT count(*) FROM history_event WHERE instance_key = :key", key=instance) == 2


def test_what_a_person_can_mend_refuses_the_completion(
    connection: Connection, deploy: Callable[..., Any], types: None
) -> None:
    @service_type("test.picky", inline=True)
    def picky(call: ServiceCall) -> None:
        db.session.execute(text("INSERT INTO calendar_day VALUES ('2030-01-01', true, 'half done')"))
        raise Invalid("the course is full", {"course": ["the course is full"]})

    deploy(p=m.process("p", m.start(), m.user("before", assignee="ivanov"), m.service("work", "test.picky"), m.end()))
    instance = start("p")
    key = open_tasks(instance)["before"]
    with pytest.raises(Invalid):
        complete(key, {}, person("ivanov"))
    assert open_tasks(instance) == {"before": key}
    assert one("SELECT count(*) FROM calendar_day") == 0
    assert one("SELECT count(*) FROM incident") == 0


@pytest.mark.parametrize("error", [ModelFault("no such thing"), NotFound("no such thing")])
def test_a_model_fault_is_undone_and_becomes_an_incident(
    connection: Connection, deploy: Callable[..., Any], types: None, error: Exception
) -> None:
    broken = True

    @service_type("test.faulty", inline=True)
    def faulty(call: ServiceCall) -> dict[str, Any]:
        db.session.execute(text("INSERT INTO calendar_day VALUES ('2030-01-01', true, 'half done')"))
        if broken:
            raise error
        return {"worked": True}

    one_service(deploy, "test.faulty")
    instance = start("p")
    complete(open_tasks(instance)["before"])
    assert rows("SELECT element_id, message, kind FROM incident") == [("work", "no such thing", "UNSPECIFIED")]
    assert one("SELECT incidents FROM process_instance") == 1
    assert one("SELECT count(*) FROM calendar_day") == 0
    with db.unit_of_work():
        (incident,) = queries.incidents(PLATFORM).items
        with pytest.raises(NotFound):
            operations.resolve_incident(person("t", "teacher"), incident.key)
        operations.resolve_incident(PLATFORM, incident.key)
    assert one("SELECT count(*) FROM incident WHERE resolved_at IS NULL") == 1
    broken = False
    with db.unit_of_work():
        (incident,) = queries.incidents(PLATFORM).items
        operations.resolve_incident(PLATFORM, incident.key)
    assert list(open_tasks(instance)) == ["after"]
    assert one("SELECT incidents FROM process_instance") == 0
    with db.unit_of_work():
        assert queries.incidents(PLATFORM).items == ()
        assert queries.verify_chain(instance) is None
        with pytest.raises(Conflict):
            operations.resolve_incident(PLATFORM, incident.key)


def test_a_failing_expression_is_an_incident_at_its_element_and_can_be_mended(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    condition = "=if score &gt; 100 then not_a_function(1) else true"
    gateway = '<bpmn:exclusiveGateway id="decide" />'
    deploy(
        p=m.process(
            "p",
            m.start(),
            m.user("before", "teacher"),
            gateway,
            m.user("after", "teacher"),
            m.end(),
            m.chain("start", "before", "decide"),
            m.flow("decide", "after", condition),
            m.flow("after", "finished"),
        )
    )
    instance = start("p", {"score": 104})
    complete(open_tasks(instance)["before"])
    assert rows("SELECT element_id, kind FROM incident") == [("decide", "CONDITION_ERROR")]
    with db.unit_of_work():
        operations.set_variables(PLATFORM, instance, {"score": 90})
    with db.unit_of_work():
        operations.resolve_incident(PLATFORM, one("SELECT key FROM incident"))
    assert list(open_tasks(instance)) == ["after"]


def test_a_wrong_due_date_is_an_incident_and_the_task_appears_after_the_repair(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    deploy(p=m.process("p", m.start(), m.user("a", "teacher", due="=when"), m.end()))
    instance = start("p", {"when": "someday"})
    assert open_tasks(instance) == {}
    assert rows("SELECT element_id, kind FROM incident") == [("a", "EXTRACT_VALUE_ERROR")]
    with db.unit_of_work():
        operations.set_variables(PLATFORM, instance, {"when": "2030-01-01"})
    with db.unit_of_work():
        operations.resolve_incident(PLATFORM, one("SELECT key FROM incident"))
    assert list(open_tasks(instance)) == ["a"]


def test_a_bpmn_error_reaches_the_boundary_event(
    connection: Connection, deploy: Callable[..., Any], types: None
) -> None:
    @service_type("test.full", inline=True)
    def full(call: ServiceCall) -> None:
        raise BpmnError("FULL", "no place left", {"places": 0})

    error = '<bpmn:error id="err" errorCode="FULL" />'
    event = '<bpmn:errorEventDefinition id="e" errorRef="err" />'
    deploy(
        p=m.process(
            "p",
            m.start(),
            m.service("work", "test.full"),
            f'<bpmn:boundaryEvent id="caught" attachedToRef="work">{event}</bpmn:boundaryEvent>',
            m.end(),
            m.end("refused"),
            m.chain("start", "work", "finished"),
            m.flow("caught", "refused"),
            outside=error,
        )
    )
    start("p")
    assert one("SELECT result FROM process_instance") == "refused"


# -- jobs of our own worker
def test_a_job_of_ours_is_done_by_the_worker(connection: Connection, deploy: Callable[..., Any], types: None) -> None:
    @service_type("test.mail")
    def mail(call: ServiceCall) -> dict[str, Any]:
        return {"sent": True}

    one_service(deploy, "test.mail")
    instance = start("p")
    complete(open_tasks(instance)["before"])
    assert rows("SELECT state, internal FROM job") == [("open", True)]
    assert job_running.run_jobs() == 1
    assert list(open_tasks(instance)) == ["after"]
    assert one("SELECT state FROM job") == "completed"
    assert job_running.run_jobs() == 0


def test_a_failing_job_is_tried_again_and_ends_as_an_incident(
    connection: Connection, deploy: Callable[..., Any], types: None, monday: datetime
) -> None:
    fails = [True]

    @service_type("test.flaky")
    def flaky(call: ServiceCall) -> None:
        if fails[0]:
            raise OSError("the mail server is away")

    one_service(deploy, "test.flaky")
    instance = start("p")
    complete(open_tasks(instance)["before"])
    for left in (2, 1):
        assert job_running.run_jobs() == 1
        assert rows("SELECT state, retries FROM job") == [("open", left)]
        assert job_running.run_jobs() == 0
        clock.move(timedelta(hours=1))
    assert job_running.run_jobs() == 1
    assert rows("SELECT state, retries FROM job") == [("failed", 0)]
    assert one("SELECT message FROM incident") == "OSError: the mail server is away"
    assert one("SELECT job_key = (SELECT key FROM job) FROM incident")
    fails[0] = False
    with db.unit_of_work():
        operations.resolve_incident(PLATFORM, one("SELECT key FROM incident"))
    assert job_running.run_jobs() == 1
    assert list(open_tasks(instance)) == ["after"]


# -- jobs of external workers
def test_an_external_worker_activates_and_completes(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    one_service(deploy, "outside.work", ("=n", "given"))
    instance = start("p", {"n": 3})
    complete(open_tasks(instance)["before"])
    operator = person("robot", "designer")
    with pytest.raises(Forbidden), db.unit_of_work():
        operations.activate_jobs(person("t", "teacher"), "outside.work")
    with db.unit_of_work():
        (job,) = operations.activate_jobs(operator, "outside.work", worker="w1", timeout=timedelta(minutes=1))
        assert operations.activate_jobs(operator, "outside.work") == []
    assert (job.variables["given"], job.retries, job.worker) == (3, 3, "w1")
    clock.move(timedelta(minutes=2))  # the worker died
    with db.unit_of_work():
        (again,) = operations.activate_jobs(operator, "outside.work", worker="w2")
    assert again.key == job.key
    with db.unit_of_work():
        operations.complete_job(operator, job.key, {"done": "yes"})
    assert list(open_tasks(instance)) == ["after"]
    with pytest.raises(Conflict), db.unit_of_work():
        operations.complete_job(operator, job.key)


def test_an_external_job_fails_to_an_incident_or_throws(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    one_service(deploy, "outside.work")
    instance = start("p")
    complete(open_tasks(instance)["before"])
    key = one("SELECT key FROM job")
    with db.unit_of_work():
        operations.fail_job(PLATFORM, key, retries=1, message="later", backoff=timedelta(minutes=5))
        assert operations.activate_jobs(PLATFORM, "outside.work") == []
    with db.unit_of_work():
        operations.fail_job(PLATFORM, key, retries=0, message="broken")
    assert rows("SELECT message, job_key FROM incident") == [("broken", key)]
    with db.unit_of_work():
        operations.resolve_incident(PLATFORM, one("SELECT key FROM incident"))
        operations.throw_job_error(PLATFORM, key, "ODD", "nobody catches this")
    assert one("SELECT count(*) FROM incident WHERE resolved_at IS NULL") == 1


def test_cancelling_takes_jobs_with_it(connection: Connection, deploy: Callable[..., Any]) -> None:
    one_service(deploy, "outside.work")
    instance = start("p")
    complete(open_tasks(instance)["before"])
    with db.unit_of_work():
        operations.cancel_instance(PLATFORM, instance, "stop")
    assert one("SELECT state FROM job") == "cancelled"
    with pytest.raises(Conflict), db.unit_of_work():
        operations.complete_job(PLATFORM, one("SELECT key FROM job"))


# -- decisions
def test_a_decision_is_recorded_with_its_version_inputs_and_rule(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    model = m.process("p", m.start(), m.decision("level", "test_level", "level"), m.user("a", "teacher"), m.end())
    deploy(**{"p": model, "l.dmn": DMN.format(id="test_level", limit=95).encode()})
    old = start("p", {"score": 80})
    deploy(**{"l.dmn": DMN.format(id="test_level", limit=60).encode()})
    new = start("p", {"score": 80})
    with db.unit_of_work():
        (entry,) = [
            entry for event in queries.history(PLATFORM, new) for entry in event.entries if entry[0] == "decision"
        ]
    assert (entry[3]["decision"], entry[3]["version"]["version"], entry[3]["output"]) == ("test_level", 2, "high")
    assert [rule["index"] for rule in entry[3]["rules"]] == [1]
    assert entry[3]["inputs"][0]["value"] == 80
    found = rows("SELECT key, variables ->> 'level' FROM process_instance ORDER BY key")
    assert found == [(old, "low"), (new, "high")]


def test_every_instance_gets_the_deadlines_of_its_deployment(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    due = "=string(sla.review) + &quot; wd&quot;"
    deploy(**{"p": m.process("p", m.start(), m.user("a", "teacher", due=due), m.end()), "s.dmn": SLA.encode()})
    instance = start("p")
    assert one("SELECT variables -> 'sla' -> 'review' FROM process_instance") == 3
    assert one("SELECT due_at::date FROM user_task WHERE instance_key = :key", key=instance).isoformat() == "2026-04-09"


def test_notices_and_records_are_made_by_the_model(connection: Connection, deploy: Callable[..., Any]) -> None:
    inputs = [("=[&quot;nobody&quot;]", "to"), ("Зачислены", "subject"), ("Курс начнётся в понедельник", "text")]
    data = [("course_report", "kind"), ("Отчёт", "title"), ("={a: 1}", "data")]
    deploy(
        p=m.process(
            "p",
            m.start(),
            m.service("tell", "notify", inputs),
            m.service("keep", "record", data, [("=record_id", "report_id"), ("=version", "report_version")]),
            m.service("order", "register-document", [*data, ("order:s1", "register")], [("=number", "number")]),
            m.end(),
        )
    )
    start("p")
    assert one("SELECT status FROM process_instance") == "completed"
    assert one("SELECT variables -> 'report_version' FROM process_instance") == 1
    assert one("SELECT variables ->> 'number' FROM process_instance")
    with db.unit_of_work() as session:
        assert session.query(Notice).count() == 0
