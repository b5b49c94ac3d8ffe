"""Two writers of one chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from app.audit import operations, queries
from app.kernel.actor import PLATFORM, Actor, Assignment
from app.kernel.db import db

AUDITOR = Actor(login="auditor", name="А", assignments=(Assignment("auditor", "region"),))


def test_two_at_once_add_to_one_chain_without_a_gap(app: Flask, committed: None) -> None:
    def add(number: int) -> None:
        with db.unit_of_work():
            operations.record_event(PLATFORM, "thing", "shared", "change", details={"n": number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(24)))
    with db.unit_of_work():
        assert queries.broken_at("thing", "shared") is None
        seqs = [event.seq for event in db.session.scalars(queries.events(AUDITOR, subject_key="shared"))]
    assert sorted(seqs) == list(range(1, 25))
