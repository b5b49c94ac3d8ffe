"""Running instances on another version: rows follow, what people began stays, and it can be taken back exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.engine import operations, queries
from app.engine.moving.trial import MoveRefused
from app.engine.operations.modifying import REASON
from app.engine.services import service_type
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from . import models as m
from .conftest import complete, one, open_tasks, person, rows, settle, start
from .moving import flow, migrate, picture, undo, version

TEACHER = person("teacher", "teacher@s1")
BOUNDARY = (
    '<bpmn:boundaryEvent id="late" attachedToRef="written"><bpmn:timerEventDefinition id="late_event">'
    '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration></bpmn:timerEventDefinition>'
    "</bpmn:boundaryEvent>"
)
Deploy = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("connection")


def renamed() -> bytes:
    """The task `write` is called `written`, has other candidates, a deadline and a timer."""
    parts = (
        m.start(),
        m.user("written", "school_head@s1", due="P3D"),
        BOUNDARY,
        m.user("remind", "teacher@s1"),
        m.end(),
        m.chain("start", "written", "finished"),
        m.flow("late", "remind"),
    )
    return m.process("p", *parts, named={"title": "=name"})


def test_a_task_keeps_its_key_and_draft_and_all_comes_back(deploy: Deploy) -> None:
    deploy(p=flow(m.user("write", "teacher@s1")))
    key = start("p", {"name": "Заявка"})
    task = open_tasks(key)["write"]
    with db.unit_of_work():
        operations.claim_task(TEACHER, task)
        operations.save_draft(TEACHER, task, {"text": "начато"})
    before = picture(key)
    deploy(p=renamed())
    migrate(key, 2, {"write": "written"})
    assert open_tasks(key) == {"written": task}
    assert one("SELECT assignee FROM user_task WHERE key = :key", key=task) == "teacher"
    assert one("SELECT values ->> 'text' FROM task_draft WHERE task_key = :key", key=task) == "начато"
    assert [row.element_id for row in rows("SELECT element_id FROM timer WHERE instance_key = :key", key=key)] == [
        "late"
    ]
    assert one("SELECT due_at IS NOT NULL FROM user_task WHERE key = :key", key=task)
    undo(key)
    assert picture(key) == before
    with db.unit_of_work():
        assert queries.verify_chain(key) is None
        verbs = [event.verb for event in queries.history(PLATFORM, key)]
        assert queries.travelled(PLATFORM, key).open == ("write",)
    assert verbs == ["start", "claim", "migrate", "undo_migration"]
    complete(task, {}, TEACHER)
    assert one("SELECT status FROM process_instance WHERE key = :key", key=key) == "completed"


def test_an_unclaimed_task_goes_to_the_new_queue(deploy: Deploy) -> None:
    deploy(p=flow(m.user("write", "teacher@s1")))
    key = start("p", {"name": "a"})
    deploy(p=renamed())
    migrate(key, 2, {"write": "written"})
    with db.unit_of_work():
        assert queries.tasks_for(TEACHER).items == ()
        assert [t.element_id for t in queries.tasks_for(person("head", "school_head@s1")).items] == ["written"]
        assert queries.travelled(PLATFORM, key).open == ("written",)
    undo(key)
    with db.unit_of_work():
        assert [task.element_id for task in queries.tasks_for(TEACHER).items] == ["write"]


def test_the_same_model_changes_nothing_but_the_version(deploy: Deploy) -> None:
    deploy(p=flow(m.user("a", "teacher@s1", due="P2D"), m.user("b")))
    key = start("p", {"name": "x"})
    before = picture(key)
    deploy(p=flow(m.user("a", "teacher@s1", due="P2D"), m.user("b"), m.user("c")))
    migrate(key, 2)
    after = picture(key)
    old, new = version(1), version(2)
    assert str(after).replace(str(new), str(old)) == str(before)
    complete(open_tasks(key)["a"])
    complete(open_tasks(key)["b"])
    assert list(open_tasks(key)) == ["c"]


def test_a_job_of_a_worker_keeps_its_key(deploy: Deploy) -> None:
    deploy(p=flow(m.service("work", "old.type")))
    key = start("p", {"name": "x"})
    before = picture(key)
    deploy(p=flow(m.service("work2", "new.type")))
    migrate(key, 2, {"work": "work2"})
    with db.unit_of_work():
        assert operations.activate_jobs(PLATFORM, "old.type") == []
    undo(key)
    assert picture(key) == before
    migrate(key, 2, {"work": "work2"})
    with db.unit_of_work():
        (job,) = operations.activate_jobs(PLATFORM, "new.type")
        assert (job.element_id, job.definition_key) == ("work2", version(2))
        operations.complete_job(PLATFORM, job.key)
    assert one("SELECT status FROM process_instance WHERE key = :key", key=key) == "completed"


@pytest.mark.parametrize("failed", [False, True])
def test_a_job_whose_type_runs_inside_the_action_now_is_done_by_the_move(
    deploy: Deploy, types: None, failed: bool
) -> None:
    service_type("test.inside", inline=True)(lambda call: {"worked": call.element_id})
    deploy(p=flow(m.service("work", "mistyped"), m.user("after")))
    key = start("p", {"name": "x"})
    if failed:
        with db.unit_of_work():
            (job,) = operations.activate_jobs(PLATFORM, "mistyped")
            operations.fail_job(PLATFORM, job.key, retries=0, message="nobody knows how")
    deploy(p=flow(m.service("work", "test.inside"), m.user("after")))
    migrate(key, 2)
    assert list(open_tasks(key)) == ["after"]
    assert one("SELECT variables ->> 'worked' FROM process_instance WHERE key = :key", key=key) == "work"
    assert [row.state for row in rows("SELECT state FROM job WHERE instance_key = :key", key=key)] == ["cancelled"]
    assert one("SELECT count(*) FROM incident WHERE resolved_at IS NULL") == 0
    with pytest.raises(Conflict):
        undo(key)


def test_a_task_that_the_new_version_closes_at_once_leaves_no_trace_in_lists(deploy: Deploy) -> None:
    deploy(p=flow(m.user("write", "teacher@s1")))
    key = start("p", {"name": "x"})
    head = person("head", "school_head@s1")
    already = (
        '<bpmn:boundaryEvent id="known" attachedToRef="write"><bpmn:conditionalEventDefinition id="known_event">'
        '<bpmn:condition xsi:type="bpmn:tFormalExpression">=name = "x"</bpmn:condition>'
        "</bpmn:conditionalEventDefinition></bpmn:boundaryEvent>"
    )
    nodes = m.start(), m.user("write", "school_head@s1"), already, m.user("later", "teacher@s1"), m.end()
    flows = m.chain("start", "write", "finished"), m.flow("known", "later")
    deploy(p=m.process("p", *nodes, *flows))
    migrate(key, 2)
    assert list(open_tasks(key)) == ["later"]
    with db.unit_of_work():
        assert queries.tasks_for(head).items == ()
    assert one("SELECT count(*) FROM task_candidate WHERE candidate = 'school_head@s1'") == 0


def test_a_message_is_waited_for_by_its_new_name(deploy: Deploy) -> None:
    deploy(p=flow(m.catch_message("wait", "ask"), outside=m.message("ask", "asked", "=name")))
    key = start("p", {"name": "x"})
    deploy(p=flow(m.catch_message("wait", "ask"), outside=m.message("ask", "answered", "=name")))
    migrate(key, 2)
    with db.unit_of_work():
        operations.publish_message(PLATFORM, "asked", "x", {}, internal=True)
    settle()
    assert one("SELECT status FROM process_instance WHERE key = :key", key=key) == "active"
    with db.unit_of_work():
        operations.publish_message(PLATFORM, "answered", "x", {}, internal=True)
    settle()
    assert one("SELECT status FROM process_instance WHERE key = :key", key=key) == "completed"


def test_a_called_process_stays_on_its_version_and_comes_back(deploy: Deploy) -> None:
    child = m.process("child", m.start(), m.user("inner"), m.end())
    deploy(child=child, p=flow(m.call("ask", "child")))
    key = start("p", {"name": "x"})
    deploy(p=flow(m.call("ask", "child"), m.user("after")))
    migrate(key, 2)
    complete(open_tasks()["inner"])
    assert list(open_tasks(key)) == ["after"]


def test_what_cannot_move_stays_as_it_is_and_says_why(deploy: Deploy) -> None:
    deploy(p=flow(m.user("a")))
    key = start("p", {"name": "x"})
    before = picture(key)
    deploy(p=flow(m.user("b")))
    with pytest.raises(MoveRefused) as refused:
        migrate(key, 2)
    assert [(o.element, o.reason) for o in refused.value.obstacles] == [("a", "vanished")]
    assert "элемента нет в новой версии" in str(refused.value)
    assert picture(key) == before
    for mapping in ({"nothing": "b"}, {"a": "nothing"}):
        with pytest.raises(Invalid):
            migrate(key, 2, mapping)
    with pytest.raises(Invalid):
        migrate(key, 1)
    with db.unit_of_work(), pytest.raises(Forbidden):
        operations.migrate_instance(person("boss", "region_coordinator@reg"), key, version(2), {"a": "b"})
    assert picture(key) == before


def test_ending_the_last_step_by_hand_is_a_cancellation(deploy: Deploy) -> None:
    deploy(p=flow(m.user("a", "teacher@s1")))
    key = start("p", {"name": "x"})
    with db.unit_of_work(), pytest.raises(Forbidden):
        operations.modify_instance(person("builder", "designer"), key, terminate=["a"])
    assert list(open_tasks(key)) == ["a"]
    with db.unit_of_work():
        operations.modify_instance(PLATFORM, key, terminate=["a"])
    ((status, result, kept, reason),) = rows(
        "SELECT status, result, variables ->> 'result', reason FROM process_instance WHERE key = :key", key=key
    )
    assert (status, result, kept, reason) == ("terminated", "cancelled", "cancelled", str(REASON))


def test_undo_is_refused_after_anything_else(deploy: Deploy) -> None:
    deploy(p=flow(m.user("a", "teacher@s1")))
    key = start("p", {"name": "x"})
    with pytest.raises(NotFound):
        undo(key)
    deploy(p=flow(m.user("a", "teacher@s1"), m.user("b")))
    migrate(key, 2)
    with db.unit_of_work():
        operations.claim_task(TEACHER, open_tasks(key)["a"])
    with pytest.raises(Conflict):
        undo(key)
    assert one("SELECT definition_key FROM process_instance WHERE key = :key", key=key) == version(2)
