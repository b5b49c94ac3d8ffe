"""Somebody completes a task while its instance moves to another version: both happen, or the later one is told."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from app.kernel.errors import Conflict

from . import models as m
from .conftest import complete, one, open_tasks, rows, start
from .moving import flow, migrate, version


def at_once(*calls: Callable[[], object]) -> list[BaseException]:
    """Do all of them at the same moment; what failed, but for conflicts, which are an answer."""
    barrier, failed = Barrier(len(calls)), list[BaseException]()

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
        except Conflict:
            return
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_completing_and_moving_at_once(committed: None, deploy: Callable[..., Any]) -> None:
    deploy(p=flow(m.user("a")))
    keys = [start("p", {"name": "x"}) for _ in range(5)]
    tasks = {key: open_tasks(key)["a"] for key in keys}
    deploy(p=flow(m.user("a"), m.user("b")))
    newest = version(2)
    for key in keys:
        assert not at_once(lambda key=key: migrate(key, 2), lambda key=key: complete(tasks[key]))  # type: ignore[misc]
        assert one("SELECT state FROM user_task WHERE key = :key", key=tasks[key]) == "completed"
        ((status, definition),) = rows("SELECT status, definition_key FROM process_instance WHERE key = :k", k=key)
        moved = definition == newest
        assert (status, list(open_tasks(key))) == (("active", ["b"]) if moved else ("completed", []))
