"""Processes that are killed, brokers that are away, several clocks: nothing is lost, nothing happens twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from app.engine import job_running, operations, passing, services
from app.engine.services import ServiceCall, service_type
from app.kernel import broker, outbox
from app.kernel.actor import PLATFORM
from app.kernel.config import Settings
from app.kernel.db import db
from worker import clock as clock_process
from worker import runner
from worker.work import work_off

from . import models as m
from .conftest import complete, one, open_tasks, rows, start

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import os, sys
from app.kernel.config import Settings
from worker.process import prepare
prepare(Settings(database_url=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"], secret_key="x" * 40))
from app.engine import operations, services
from app.kernel.actor import PLATFORM
from app.kernel.db import db
"""


@contextmanager
def child(settings: Settings, body: str) -> Iterator[subprocess.Popen[str]]:
    """A process of ours that runs `body` after it is ready."""
    environment = {**os.environ, "DATABASE_URL": str(settings.database_url), "REDIS_URL": str(settings.redis_url)}
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD + body],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for end in (process.stdin, process.stdout):
            assert end is not None
            end.close()


def _pipe(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    """Read the child's output up to a word."""
    for line in _pipe(process):
        if word in line:
            return
    raise AssertionError(f"the child ended before saying {word!r}")


CHAIN = m.process("chain", m.start(), m.user("a", "teacher"), m.user("b", "teacher"), m.end())


def test_a_process_killed_before_its_commit_leaves_nothing_half_done(
    committed: None, settings: Settings, deploy: Callable[..., Any]
) -> None:
    deploy(chain=CHAIN)
    key = open_tasks(start("chain"))["a"]
    body = f"""
with db.unit_of_work() as session:
    operations.complete_user_task(PLATFORM, {key}, {{"n": 1}})
    session.flush()
    print("written", flush=True)
    sys.stdin.read()
"""
    with child(settings, body) as process:
        wait_for(process, "written")
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert open_tasks() == {"a": key}
    complete(key, {"n": 2})
    assert list(open_tasks()) == ["b"]
    assert one("SELECT variables -> 'n' FROM process_instance") == 2


def test_a_job_killed_in_the_middle_is_taken_again(
    committed: None, settings: Settings, deploy: Callable[..., Any]
) -> None:
    done: list[int] = []
    deploy(p=m.process("p", m.start(), m.service("work", "test.slow"), m.user("after", "teacher"), m.end()))

    @service_type("test.slow")
    def slow(call: ServiceCall) -> dict[str, Any]:
        done.append(call.instance.key)
        return {"worked": True}

    try:
        instance = start("p")
        body = """
from app.engine import job_running
@services.service_type("test.slow")
def slow(call):
    print("working", flush=True)
    sys.stdin.read()
job_running.run_jobs()
"""
        with child(settings, body) as process:
            wait_for(process, "working")
            assert job_running.run_jobs() == 0  # the other has it
            process.send_signal(signal.SIGKILL)
            process.wait()
        _until(lambda: job_running.run_jobs() == 1)
    finally:
        services._types.pop("test.slow")
    assert done == [instance]
    assert list(open_tasks(instance)) == ["after"]


def _until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Ask again until it holds: the server notices a dead client at its own pace."""
    stop = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        stop.wait(0.05)
    raise AssertionError("it did not happen in time")


def test_work_left_by_a_killed_process_is_done_by_the_worker(
    committed: None, settings: Settings, deploy: Callable[..., Any]
) -> None:
    deploy(
        inner=m.process("inner", m.start(), m.user("a", "teacher"), m.end()),
        outer=m.process("outer", m.start(), m.call("ask", "inner"), m.end()),
    )
    body = """
from app.engine import passing
passing._try_work_off = lambda: os.kill(os.getpid(), 9)   # between the commit and what follows it
with db.unit_of_work():
    operations.start_instance(PLATFORM, "outer", internal=True)
"""
    with child(settings, body) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    assert rows("SELECT process_id FROM process_instance") == [("outer",)]
    assert work_off() == 1
    assert work_off() == 0
    assert list(open_tasks()) == ["a"]


def test_the_runner_goes_on_when_a_round_fails(committed: None) -> None:
    stopped, rounds = threading.Event(), []

    def work() -> int:
        rounds.append(1)
        if len(rounds) == 3:
            stopped.set()
        if len(rounds) == 1:
            raise RuntimeError("a round failed")
        return 0

    runner.look_after(stopped, work, every=0.001)
    assert len(rounds) == 3


def test_of_two_clocks_one_leads_and_the_other_takes_over(committed: None, settings: Settings) -> None:
    first, second = (clock_process.Leadership(str(settings.database_url)) for _ in range(2))
    try:
        assert first.held()
        assert not second.held()
        assert first.held()
        first.give_up()
        assert second.held()
        assert not first.held()
    finally:
        first.give_up()
        second.give_up()


def test_the_clock_process_fires_what_was_missed_and_ends_cleanly(
    committed: None, settings: Settings, deploy: Callable[..., Any]
) -> None:
    deploy(p=m.process("p", m.start(), m.catch_timer("wait", "timeDuration", "PT1S"), m.user("a", "teacher"), m.end()))
    instances = [start("p") for _ in range(3)]
    with db.unit_of_work() as session:
        session.connection().exec_driver_sql("UPDATE timer SET due_at = now() - interval '1 day'")
    body = """
print("ready", flush=True)
from worker import clock
leadership = clock.Leadership(os.environ["DATABASE_URL"])
clock.run(leadership, clock.stop_on_signals())
print("ended", flush=True)
"""
    with child(settings, body) as process:
        wait_for(process, "ready")
        _until(lambda: all(list(open_tasks(instance)) == ["a"] for instance in instances))
        process.send_signal(signal.SIGTERM)
        wait_for(process, "ended")
        assert process.wait(timeout=10) == 0
    assert one("SELECT count(*) FROM history_event WHERE verb = 'timer'") == 3


def test_two_workers_do_each_entry_once(committed: None, deploy: Callable[..., Any]) -> None:
    deploy(
        child=m.process("child", m.start(), m.end("done")),
        many=m.process(
            "many",
            m.start(),
            m.call("each", "child", loop=m.over("=for i in 1..30 return i", "n")),
            m.user("after", "teacher"),
            m.end(),
        ),
    )
    token = passing._working.set(True)  # nothing is worked off after the commit
    try:
        parent = start("many")
    finally:
        passing._working.reset(token)
    threads = [threading.Thread(target=work_off) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _until(lambda: work_off() == 0 and one("SELECT count(*) FROM outbox") == 0, 30)
    assert one("SELECT count(*) FROM process_instance WHERE process_id = 'child'") == 30
    assert list(open_tasks(parent)) == ["after"]


def test_a_broker_that_is_away_costs_nothing_but_time(connection: object) -> None:
    nudge = broker.Nudge("unix:///nowhere/redis.sock")
    before = list(outbox._nudges)
    outbox.on_enqueue(nudge)
    try:
        with db.unit_of_work():
            outbox.enqueue("test.nothing", {})
    finally:
        outbox._nudges[:] = before
    assert nudge._silent_until > 0


def test_a_nudge_reaches_the_celery_queue_once_for_many(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = f"marshrut-{os.getpid()}"  # other runs may share the server
    monkeypatch.setattr(broker, "QUEUE", queue)
    monkeypatch.setattr(broker, "_MARK", f"{queue}:nudged")
    monkeypatch.setattr(broker, "_TOGETHER", 60_000)
    redis = broker.redis_client(str(settings.redis_url))
    nudge = broker.Nudge(str(settings.redis_url))
    try:
        for _ in range(5):
            nudge(outbox.ACTIONS)
        assert redis.llen(queue) == 1
    finally:
        redis.delete(queue, f"{queue}:nudged:{outbox.ACTIONS}", f"_kombu.binding.{queue}")
        redis.close()
        nudge.close()


@pytest.mark.parametrize(
    ("url", "celery"),
    [
        ("unix:///var/redis.sock", "redis+socket:///var/redis.sock"),
        ("redis+socket:///var/redis.sock", "redis+socket:///var/redis.sock"),
        ("redis://redis:6379/0", "redis://redis:6379/0"),
    ],
)
def test_sockets_are_spelled_as_celery_wants_them(url: str, celery: str) -> None:
    assert broker.celery_url(url) == celery


def test_messages_between_processes_are_work_for_anybody(committed: None) -> None:
    with db.unit_of_work():
        operations.publish_message(PLATFORM, "nobody.waits", "k")
    assert one("SELECT count(*) FROM outbox") == 0
