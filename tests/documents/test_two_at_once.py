"""Numbers and versions when two people come at once; really committed."""

from __future__ import annotations

import threading

import psycopg
import pytest
from flask import Flask

from app.documents import operations, queries, registers
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

TEACHER = Actor("teacher", "Иванова Мария")


def test_two_transactions_at_once_get_consecutive_numbers_and_a_rollback_leaves_no_gap(
    committed: None, app: Flask
) -> None:
    first_has_number, may_finish = threading.Event(), threading.Event()
    numbers: list[int] = []

    def slow(fail: bool) -> None:
        try:
            with db.unit_of_work():
                numbers.append(registers.next_serial("order:iro", 2026))
                first_has_number.set()
                may_finish.wait(10)
                if fail:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass

    def quick() -> None:
        with db.unit_of_work():
            numbers.append(registers.next_serial("order:iro", 2026))

    for fail, expected in ((False, [1, 2]), (True, [3, 3])):
        numbers.clear()
        first_has_number.clear()
        may_finish.clear()
        one = threading.Thread(target=slow, args=(fail,))
        one.start()
        assert first_has_number.wait(10)
        two = threading.Thread(target=quick)
        two.start()
        _wait_for_a_lock(app)
        assert len(numbers) == 1
        may_finish.set()
        one.join()
        two.join()
        assert numbers == expected


def _wait_for_a_lock(app: Flask) -> None:
    """Until some session of this database waits for a lock."""
    url = app.extensions["marshrut"].database_url.replace("+psycopg", "")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(100_000):
            row = connection.execute(waiting).fetchone()
            if row is not None and row[0]:
                return
    raise AssertionError("nobody waits")


def test_two_people_at_once_make_two_versions(committed: None, app: Flask) -> None:
    with db.unit_of_work():
        record_id = operations.save_record(TEACHER, "order", "t", {"n": 0}).id
    saved, may_finish = threading.Event(), threading.Event()

    def slow() -> None:
        with db.unit_of_work():
            operations.save_record(TEACHER, "order", "t", {"n": 1}, id=record_id)
            saved.set()
            may_finish.wait(10)

    def quick() -> None:
        with db.unit_of_work():
            operations.save_record(TEACHER, "order", "t", {"n": 2}, id=record_id)

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    threads[0].start()
    assert saved.wait(10)
    threads[1].start()
    _wait_for_a_lock(app)
    may_finish.set()
    for thread in threads:
        thread.join()
    with db.unit_of_work():
        found = [(row.version, row.data["n"], row.current) for row in queries.versions(PLATFORM, record_id)]
    assert found == [(3, 2, True), (2, 1, False), (1, 0, False)]


def test_a_failing_template_takes_no_number(committed: None, app: Flask) -> None:
    with app.app_context():
        with pytest.raises(NotFound), db.unit_of_work():
            operations.register_document(TEACHER, kind="order", title="t", data={}, register="order:x", template="none")
        with db.unit_of_work():
            done = operations.register_document(TEACHER, kind="order", title="t", data={}, register="order:x")
    assert done.number == "1"
