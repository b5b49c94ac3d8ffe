"""Completing, claiming, delegating, returning: one action, one winner, a history that says who."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Connection

from app.engine import announcing, operations, queries
from app.engine.views import TaskFilter
from app.kernel import outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from . import models as m
from .conftest import complete, one, open_tasks, person, rows, start, substitute

HEAD, TEACHER = person("head", "school_head@s1"), person("teacher", "teacher@s1")
REVIEW = m.process(
    "review",
    m.start(),
    m.user("write", assignee="teacher", outputs=[("=submission", "text")]),
    m.user(
        "sign",
        "school_head@s1",
        outcomes="approve:Согласовать|return:Вернуть|refuse:Отказать",
        not_by="=actor_of_text",
        outputs=[("=outcome", "decision"), ("=comment", "comment")],
    ),
    '<bpmn:exclusiveGateway id="decided" default="decided_finished" />',
    m.end(),
    m.flow("start", "write"),
    m.flow("write", "sign"),
    m.flow("sign", "decided"),
    m.flow("decided", "finished"),
    m.flow("decided", "write", "=decision = &quot;return&quot;"),
    named={"owner": "iro_coordinator", "title": "=text.title"},
)


@pytest.fixture
def review(connection: Connection, deploy: Callable[..., Any]) -> int:
    deploy(review=REVIEW)
    return start("review", {"actor_of_text": ["deputy"]})


def test_a_task_goes_to_its_assignee_then_to_the_group(review: int) -> None:
    with db.unit_of_work():
        assert [task.element_id for task in queries.tasks_for(TEACHER).items] == ["write"]
        assert queries.tasks_for(HEAD).items == ()
        assert queries.task_counts(TEACHER) == {"": 1}
    complete(open_tasks(review)["write"], {"title": "Заявка"}, TEACHER)
    with db.unit_of_work():
        (task,) = queries.tasks_for(HEAD).items
        assert (task.element_id, task.title, task.role) == ("sign", "Заявка", "school_head")
        assert queries.task_counts(HEAD) == {"school_head": 1}
        assert [outcome.value for outcome in queries.task(HEAD, task.key).outcomes] == ["approve", "return", "refuse"]


def test_a_stranger_finds_no_task_and_a_wrong_person_may_not(review: int) -> None:
    key = open_tasks(review)["write"]
    with pytest.raises(NotFound):
        complete(key, {}, person("other", "school_head@s2"))
    with pytest.raises(Forbidden):
        complete(key, {}, person("owner", "iro_coordinator"))
    assert open_tasks(review) == {"write": key}


def test_nobody_reviews_their_own_work(review: int) -> None:
    complete(open_tasks(review)["write"], {"title": "a"}, TEACHER)
    with pytest.raises(Forbidden):
        complete(open_tasks(review)["sign"], {}, person("deputy", "school_head@s1"), outcome="approve")


@pytest.mark.parametrize("outcome", ["return", "refuse"])
def test_returning_and_refusing_demand_a_comment(review: int, outcome: str) -> None:
    complete(open_tasks(review)["write"], {"title": "a"}, TEACHER)
    key = open_tasks(review)["sign"]
    with pytest.raises(Invalid) as refused:
        complete(key, {}, HEAD, outcome=outcome, comment="  ")
    assert "comment" in refused.value.errors
    assert open_tasks(review) == {"sign": key}
    with pytest.raises(Invalid):
        complete(key, {}, HEAD, outcome="something")


def test_a_return_comes_back_with_its_comment_and_is_counted(review: int) -> None:
    complete(open_tasks(review)["write"], {"title": "a"}, TEACHER)
    complete(open_tasks(review)["sign"], {}, HEAD, outcome="return", comment="Уточните цель")
    with db.unit_of_work():
        detail = queries.task(TEACHER, open_tasks(review)["write"])
    assert detail.last_return is not None
    assert (detail.last_return["comment"], detail.last_return["by"]) == ("Уточните цель", "head")
    complete(open_tasks(review)["write"], {"title": "b"}, TEACHER)
    with db.unit_of_work():
        assert queries.task(HEAD, open_tasks(review)["sign"]).returns == 1


def test_the_end_state_is_kept_and_the_history_says_who_did_what(review: int) -> None:
    complete(open_tasks(review)["write"], {"title": "a"}, TEACHER)
    complete(open_tasks(review)["sign"], {}, HEAD, outcome="approve")
    with db.unit_of_work():
        found = queries.instance(HEAD, review)
        events = queries.history(HEAD, review)
        path = queries.travelled(HEAD, review)
        assert queries.verify_chain(review) is None
    assert (found.status, found.result, found.variables["result"]) == ("completed", "finished", "finished")
    assert [(event.verb, event.actor) for event in events] == [
        ("start", ""),
        ("complete", "teacher"),
        ("complete", "head"),
    ]
    assert path.flows == {"start_write": 1, "write_sign": 1, "sign_decided": 1, "decided_finished": 1}
    assert ["variable", None, None, {"name": "decision", "after": "approve"}] in events[2].entries


def test_a_second_completion_says_who_was_first(review: int) -> None:
    key = open_tasks(review)["write"]
    complete(key, {"title": "a"}, TEACHER)
    with pytest.raises(Conflict) as second:
        complete(key, {"title": "b"}, TEACHER)
    assert second.value.details["completed_by"] == "teacher"
    assert one("SELECT count(*) FROM history_event WHERE instance_key = :key", key=review) == 2


def test_claiming_hides_a_task_from_the_others_and_releasing_shows_it_again(review: int) -> None:
    complete(open_tasks(review)["write"], {"title": "a"}, TEACHER)
    key, other = open_tasks(review)["sign"], person("other", "school_head@s1")
    with db.unit_of_work():
        operations.claim_task(HEAD, key)
    with db.unit_of_work():
        assert queries.tasks_for(other).items == ()
        assert [task.key for task in queries.tasks_for(HEAD).items] == [key]
        with pytest.raises(Conflict):
            operations.claim_task(other, key)
        with pytest.raises(Forbidden):
            operations.release_task(other, key)
    with pytest.raises(Forbidden):
        complete(key, {}, other, outcome="approve")
    with db.unit_of_work():
        operations.release_task(HEAD, key)
    with db.unit_of_work():
        assert [task.key for task in queries.tasks_for(other).items] == [key]
        assert queries.verify_chain(review) is None
    complete(key, {}, other, outcome="approve")


def test_a_claimed_task_is_completed_from_the_live_copy(review: int) -> None:
    complete(open_tasks(review)["write"], {"title": "a"}, TEACHER)
    key = open_tasks(review)["sign"]
    with db.unit_of_work():
        operations.claim_task(HEAD, key)
    complete(key, {}, HEAD, outcome="approve")
    with db.unit_of_work():
        assert queries.verify_chain(review) is None


def test_a_substitute_acts_for_somebody_and_the_history_shows_both(
    review: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    deputy = substitute("deputy2", "teacher", instead_of="teacher")
    with db.unit_of_work():
        (task,) = queries.tasks_for(deputy).items
        assert task.substituted == "teacher"
    complete(task.key, {"title": "a"}, deputy)
    assert rows("SELECT completed_by, on_behalf_of FROM user_task WHERE key = :key", key=task.key) == [
        ("deputy2", "teacher")
    ]
    assert rows("SELECT actor, on_behalf_of FROM history_event WHERE seq = 2") == [("deputy2", "teacher")]


def test_auditor_and_administrator_have_no_tasks(connection: Connection, deploy: Callable[..., Any]) -> None:
    deploy(odd=m.process("odd", m.start(), m.user("a", "auditor,admin"), m.end()))
    key = open_tasks(start("odd"))["a"]
    for role in ("auditor", "admin"):
        actor = person(role, role)
        with db.unit_of_work():
            assert queries.tasks_for(actor).items == ()
            assert queries.task_counts(actor) == {}
        with pytest.raises((Forbidden, NotFound)):
            complete(key, {}, actor)


def test_drafts_are_kept_per_person_and_go_with_the_task(review: int) -> None:
    key = open_tasks(review)["write"]
    with db.unit_of_work():
        operations.save_draft(TEACHER, key, {"title": "начало"})
        operations.save_draft(TEACHER, key, {"title": "начало письма"})
    with db.unit_of_work():
        detail = queries.task(TEACHER, key)
    assert (detail.values, detail.draft_saved_at is not None) == ({"title": "начало письма"}, True)
    with pytest.raises(NotFound), db.unit_of_work():
        operations.save_draft(person("x"), key, {})
    complete(key, {"title": "a"}, TEACHER)
    assert one("SELECT count(*) FROM task_draft") == 0


def test_the_owner_cancels_with_a_reason_and_the_tasks_vanish(review: int) -> None:
    owner = person("owner", "iro_coordinator")
    with pytest.raises(Forbidden), db.unit_of_work():
        operations.cancel_instance(TEACHER, review, "не хочу")
    with pytest.raises(Invalid), db.unit_of_work():
        operations.cancel_instance(owner, review, "  ")
    with db.unit_of_work():
        operations.cancel_instance(owner, review, "Курс отменён")
    assert open_tasks(review) == {}
    assert one("SELECT count(*) FROM task_candidate") == 0
    with db.unit_of_work():
        found = queries.instance(owner, review)
        assert queries.verify_chain(review) is None
    assert (found.status, found.result, found.reason) == ("terminated", "cancelled", "Курс отменён")
    assert found.variables["result"] == "cancelled"
    with pytest.raises(Conflict), db.unit_of_work():
        operations.cancel_instance(owner, review, "ещё раз")


def test_the_owner_gives_a_task_to_another(review: int) -> None:
    key, owner = open_tasks(review)["write"], person("owner", "iro_coordinator")
    with pytest.raises(Invalid), db.unit_of_work():
        operations.assign_task(owner, key, "nobody-of-that-name")
    with pytest.raises(Forbidden), db.unit_of_work():
        operations.assign_task(TEACHER, key, "teacher2")


def test_two_threads_complete_the_same_task_and_one_wins(committed: None, deploy: Callable[..., Any]) -> None:
    deploy(review=REVIEW)
    instance = start("review", {"actor_of_text": []})
    key = open_tasks(instance)["write"]
    barrier, outcomes = Barrier(2), []

    def work(number: int) -> None:
        barrier.wait()
        try:
            complete(key, {"title": str(number)}, TEACHER)
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")

    threads = [Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "done"]
    assert one("SELECT count(*) FROM history_event WHERE instance_key = :key", key=instance) == 2
    assert list(open_tasks(instance)) == ["sign"]


def test_visible_tasks_are_those_of_visible_instances(review: int) -> None:
    with db.unit_of_work():
        seen = queries.tasks_for(person("auditor", "auditor"), TaskFilter(scope="visible"), count=True)
        assert ([task.element_id for task in seen.items], seen.total) == (["write"], 1)
        assert queries.tasks_for(person("x", "teacher@s9"), TaskFilter(scope="visible")).items == ()
        assert queries.tasks_for(PLATFORM, TaskFilter(scope="visible", state="open", text="wri")).total is None


def test_people_are_told_of_new_tasks_by_the_worker(connection: Connection, deploy: Callable[..., Any]) -> None:
    told: list[tuple[list[str], str, str]] = []

    def notify(recipients: list[str], subject: object, text: object, **more: Any) -> int:
        told.append((recipients, str(subject), str(text)))
        return len(recipients)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(announcing, "notify", notify)
        deploy(review=REVIEW.replace(b'candidateGroups="school_head@s1"', b'candidateUsers="head,teacher"'))
        start("review", {"actor_of_text": []})
        assert told == []
        outbox.work_off()
        complete(open_tasks()["write"], {"title": "План"}, TEACHER)
        outbox.work_off()
        complete(open_tasks()["sign"], {}, HEAD, outcome="return", comment="Добавьте сроки")
        outbox.work_off()
    assert [(who, text) for who, _, text in told] == [
        (["teacher"], "review"),
        (["head"], "План"),
        (["teacher"], "Добавьте сроки"),
    ]
