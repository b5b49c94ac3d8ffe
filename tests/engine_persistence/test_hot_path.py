"""What one completion costs the database, and what happens when somebody else was faster or the database goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from app.audit.operations import verify_everything
from app.engine import live, operations, queries, recent, statements
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Unavailable

from . import models as m
from .conftest import complete, one, open_tasks, person, rows, start

LOOP = m.process(
    "loop",
    m.start(),
    '<bpmn:exclusiveGateway id="again" />',
    m.user("work", "region_coordinator", due="3 wd"),
    '<bpmn:exclusiveGateway id="more" default="more_again" />',
    m.end(),
    m.chain("start", "again", "work", "more", "again"),
    m.flow("more", "finished", "=stop = true"),
)
WORKER = person("worker", "region_coordinator")


class Counter:
    """Statements and commits of the current thread's connections."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.commits = 0


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """Count what goes to the database, whoever sends it."""
    counter = Counter()
    original = psycopg.Cursor.execute

    def execute(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        counter.statements.append(str(query)[:200])
        return original(self, query, *args, **kwargs)

    def committed(connection: Any) -> None:
        counter.commits += 1

    event.listen(db.engine, "commit", committed)
    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", execute)
        yield counter
    event.remove(db.engine, "commit", committed)


@pytest.fixture
def loop(committed: None, deploy: Callable[..., Any]) -> int:
    deploy(loop=LOOP)
    instance = start("loop", {"stop": False})
    for _ in range(2):
        complete(open_tasks(instance)["work"], {"n": 1}, WORKER)
    return instance


@pytest.mark.parametrize("warm", [True, False])
def test_a_completion_is_few_statements_and_one_commit(loop: int, monkeypatch: pytest.MonkeyPatch, warm: bool) -> None:
    key = open_tasks(loop)["work"]
    if not warm:
        live.forget_all()
        recent.forget_all()
    with counting(monkeypatch) as counter, db.unit_of_work():
        operations.complete_user_task(WORKER, key, {"n": 2})
    assert counter.commits == 1
    assert len(counter.statements) <= (2 if warm else 4), counter.statements
    assert open_tasks(loop)["work"] != key


def test_what_another_process_did_meanwhile_is_noticed(loop: int) -> None:
    """The version in the database is the only truth: memory of this process may be old."""
    key = open_tasks(loop)["work"]
    remembered = dict(recent._memory.heads), dict(recent._memory.tasks)
    complete(key, {"n": 2}, WORKER)
    recent._memory.heads.update(remembered[0])
    recent._memory.tasks.update(remembered[1])
    with pytest.raises(Conflict):
        complete(key, {"n": 3}, WORKER)
    complete(open_tasks(loop)["work"], {"n": 4}, WORKER)
    with db.unit_of_work():
        assert queries.verify_chain(loop) is None
    assert one("SELECT count(*) FROM user_task WHERE instance_key = :key", key=loop) == 5


def test_a_version_conflict_is_tried_again(loop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading and writing somebody claims the task in another transaction: the action is done anew."""
    key, interfered = open_tasks(loop)["work"], []
    original = statements._execute

    def interfere(statement: Any, parameters: Any, kind: Any) -> Any:
        if b"done AS" in (statement if isinstance(statement, bytes) else b"") and not interfered:
            interfered.append(True)
            with db.unit_of_work():
                operations.claim_task(WORKER, key)
        return original(statement, parameters, kind)

    monkeypatch.setattr(statements, "_execute", interfere)
    complete(key, {"n": 2}, WORKER)
    assert interfered
    assert [event.verb for event in _history(loop)][-2:] == ["claim", "complete"]
    assert one("SELECT count(*) FROM task_candidate") == 1
    with db.unit_of_work():
        assert queries.verify_chain(loop) is None


def _history(instance: int) -> list[Any]:
    with db.unit_of_work():
        return queries.history(PLATFORM, instance)


def test_a_lost_connection_is_unavailable_and_the_same_request_succeeds_after(loop: int) -> None:
    key = open_tasks(loop)["work"]
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with psycopg.connect(_plain_url(), autocommit=True) as other:
        other.execute(f"{kill} AND pid <> pg_backend_pid()")
    with pytest.raises(Unavailable):
        complete(key, {"n": 2}, WORKER)
    complete(key, {"n": 2}, WORKER)
    assert one("SELECT count(*) FROM history_event WHERE instance_key = :key", key=loop) == 4


def _plain_url() -> str:
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_rolled_back_action_leaves_the_live_instance_as_it_was(loop: int) -> None:
    key = open_tasks(loop)["work"]
    with pytest.raises(ZeroDivisionError), db.unit_of_work():
        operations.complete_user_task(WORKER, key, {"n": 2})
        raise ZeroDivisionError
    assert open_tasks(loop) == {"work": key}
    complete(key, {"n": 3}, WORKER)
    assert one("SELECT variables -> 'n' FROM process_instance") == 3
    with db.unit_of_work():
        assert queries.verify_chain(loop) is None


def test_two_actions_in_one_unit_of_work(loop: int) -> None:
    with db.unit_of_work():
        for _ in range(3):
            key = db.session.connection().exec_driver_sql("SELECT key FROM user_task WHERE state = 'open'").scalar()
            operations.complete_user_task(WORKER, key, {"n": 2})
    assert one("SELECT version FROM process_instance") == 6
    with db.unit_of_work():
        assert queries.verify_chain(loop) is None


def test_a_rolled_back_savepoint_is_not_remembered(loop: int) -> None:
    key = open_tasks(loop)["work"]
    with db.unit_of_work() as session:
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            operations.complete_user_task(WORKER, key, {"n": 9})
            raise ZeroDivisionError
        operations.complete_user_task(WORKER, key, {"n": 2})
    complete(open_tasks(loop)["work"], {"n": 3}, WORKER)
    assert one("SELECT version FROM process_instance") == 5
    with db.unit_of_work():
        assert queries.verify_chain(loop) is None


# -- the history
@pytest.mark.parametrize("statement", ["UPDATE history_event SET actor = 'x'", "DELETE FROM history_event"])
def test_history_refuses_every_change(loop: int, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(_plain_url()) as other:
        other.execute(statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(_plain_url()) as other:
        other.execute("TRUNCATE history_event")


TAMPER = {
    "event 2 was changed": "UPDATE history_event SET actor = 'other' WHERE seq = 2",
    "event 3 was changed": "UPDATE history_event SET entries = '[]' WHERE seq = 3",
    "event 1 was changed": "UPDATE history_event SET at = at + interval '1 microsecond' WHERE seq = 1",
    "event 2 is missing": "DELETE FROM history_event WHERE seq = 2",
    "the instance counts 3 events, 2 are there": "DELETE FROM history_event WHERE seq = 3",
}


@pytest.mark.parametrize("reason", TAMPER)
def test_whoever_gets_around_the_trigger_is_found_out(loop: int, reason: str) -> None:
    with psycopg.connect(_plain_url(), autocommit=True) as other:
        other.execute("SET session_replication_role = replica")
        other.execute(TAMPER[reason])
    with db.unit_of_work():
        assert queries.verify_chain(loop) == reason
        assert list(queries.broken_chains()) == [(loop, reason)]
        assert list(verify_everything()) == [f"history_event: {loop}: {reason}"]


def test_the_due_date_of_a_moved_task_leaves_no_row_behind(loop: int) -> None:
    """The inbox row is found by its deadline; a deadline moved in the meantime must not leave it."""
    key = open_tasks(loop)["work"]
    with db.unit_of_work():
        due = one("SELECT due_at FROM user_task WHERE key = :key", key=key)
    with db.unit_of_work():
        operations.extend_deadline(PLATFORM, key, due.replace(year=clock.now().year + 1), "болезнь", internal=True)
    complete(key, {"stop": True}, WORKER)
    assert rows("SELECT * FROM task_candidate") == []
    assert one("SELECT status FROM process_instance") == "completed"
