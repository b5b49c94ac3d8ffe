"""The ground holds: units of work, keys, the outbox."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from app.kernel import outbox
from app.kernel.db import db
from app.kernel.ids import next_key


def test_keys_are_unique_and_grow(connection: Connection) -> None:
    keys = [next_key() for _ in range(2500)]
    assert len(set(keys)) == 2500
    assert keys[0] >= 2251799813685249


def test_a_failing_unit_of_work_leaves_nothing(connection: Connection) -> None:
    with pytest.raises(ZeroDivisionError), db.unit_of_work():
        outbox.enqueue("test.never", {})
        db.session.flush()
        raise ZeroDivisionError
    assert connection.execute(text("SELECT count(*) FROM outbox")).scalar() == 0


def test_outbox_entry_is_done_once_and_a_failing_one_waits(connection: Connection, monday: object) -> None:
    done: list[int] = []

    @outbox.handler("test.good")
    def good(payload: dict[str, int]) -> None:
        done.append(payload["n"])

    @outbox.handler("test.bad")
    def bad(payload: dict[str, int]) -> None:
        raise RuntimeError("broken")

    with db.unit_of_work():
        outbox.enqueue("test.good", {"n": 1})
        outbox.enqueue("test.bad", {"n": 2})
    assert outbox.work_off() == 2
    assert done == [1]
    left = connection.execute(text("SELECT kind, attempts, error FROM outbox")).one()
    assert tuple(left) == ("test.bad", 1, "RuntimeError: broken")
    assert outbox.work_off() == 0
