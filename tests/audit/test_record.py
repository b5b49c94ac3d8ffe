"""The append-only record: nothing is changed or deleted, chains are whole, tampering is found."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.audit import operations, queries
from app.audit.rules import START, Break, Link, chain_hash, first_break
from app.kernel.actor import PLATFORM, Actor, Assignment
from app.kernel.db import db
from app.kernel.errors import Forbidden
from tests.web.conftest import Open

AUDITOR = Actor(login="auditor", name="А", assignments=(Assignment("auditor", "region"),))
SOMEBODY = Actor(login="teacher", name="И", channel="web", address="10.0.0.1")


def _three(key: str = "k1") -> None:
    with db.unit_of_work():
        operations.record_event(SOMEBODY, "thing", key, "create", changes={"title": (None, "А")})
        operations.record_event(SOMEBODY, "thing", key, "change", changes={"title": ("А", "Б")}, details={"why": "…"})
        operations.record_event(SOMEBODY, "thing", key, "close", on_behalf_of="school_head")


@pytest.mark.parametrize("table", ["access_log", "audit_event"])
@pytest.mark.parametrize("act", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_rows_are_neither_changed_nor_deleted(connection: Connection, table: str, act: str) -> None:
    with connection.begin_nested() as savepoint:
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(act.format(table)))
        savepoint.rollback()


def test_a_chain_is_whole_and_keeps_everything(connection: Connection) -> None:
    _three()
    with db.unit_of_work():
        assert queries.broken_at("thing", "k1") is None
        newest, middle, first = db.session.scalars(queries.events(AUDITOR, subject_kind="thing", subject_key="k1"))
    assert [newest.seq, middle.seq, first.seq] == [3, 2, 1]
    assert first.prev_hash == START
    assert middle.prev_hash == first.hash
    assert (middle.actor, middle.address, middle.verb) == ("teacher", "10.0.0.1", "change")
    assert middle.entries == [["title", "А", "Б"]]
    assert newest.on_behalf_of == "school_head"


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        ("UPDATE audit_event SET actor = 'other' WHERE seq = 2", Break(2, "content")),
        ('UPDATE audit_event SET entries = \'[["title", "А", "В"]]\' WHERE seq = 2', Break(2, "content")),
        ("UPDATE audit_event SET at = at + interval '1 microsecond' WHERE seq = 1", Break(1, "content")),
        ("DELETE FROM audit_event WHERE seq = 2", Break(2, "gap")),
        ("DELETE FROM audit_event WHERE seq = 3", Break(3, "gap")),
        ("DELETE FROM audit_event", Break(1, "gap")),
    ],
)
def test_tampering_behind_the_triggers_back_is_found(connection: Connection, tampering: str, expected: Break) -> None:
    _three()
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    sql = (
        f"{tampering} AND subject_kind = 'thing'"
        if "WHERE" in tampering
        else f"{tampering} WHERE subject_kind = 'thing'"
    )
    connection.execute(text(sql))
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    with db.unit_of_work():
        assert queries.broken_at("thing", "k1") == expected
        assert list(operations.verify_everything()) != []


def test_a_recomputed_hash_breaks_the_next_link() -> None:
    facts = [{"n": n} for n in range(3)]
    hashes, previous = [], START
    for fact in facts:
        previous = chain_hash(previous, fact)
        hashes.append(previous)
    forged = chain_hash(hashes[0], {"n": "forged"})
    links = [
        Link(1, START, hashes[0], facts[0]),
        Link(2, hashes[0], forged, {"n": "forged"}),
        Link(3, hashes[1], hashes[2], facts[2]),
    ]
    assert first_break(links, 3, hashes[2]) == Break(3, "order")


def test_a_rolled_back_change_leaves_no_event(connection: Connection) -> None:
    with pytest.raises(ZeroDivisionError), db.unit_of_work():
        operations.record_event(SOMEBODY, "thing", "k2", "create")
        raise ZeroDivisionError
    with db.unit_of_work():
        assert db.session.scalars(queries.events(AUDITOR, subject_key="k2")).all() == []
        assert queries.broken_at("thing", "k2") is None


def test_only_auditors_read_the_record(connection: Connection) -> None:
    for actor in (SOMEBODY, PLATFORM, Actor("admin", "А", assignments=(Assignment("admin", "region"),))):
        with pytest.raises(Forbidden):
            queries.access_entries(actor)
        with pytest.raises(Forbidden):
            queries.events(actor)


def test_the_access_log_is_searched(connection: Connection) -> None:
    with db.unit_of_work():
        operations.record_access(SOMEBODY, "open", "instance", 42)
        operations.record_access(SOMEBODY, "open", "instance", 43, outcome="denied")
    with db.unit_of_work():
        found = db.session.scalars(queries.access_entries(AUDITOR, object_kind="instance", object_key="42")).all()
        assert [(row.actor, row.action, row.outcome, row.address) for row in found] == [
            ("teacher", "open", "ok", "10.0.0.1")
        ]
        assert len(db.session.scalars(queries.access_entries(AUDITOR, outcome="denied")).all()) == 1
        assert len(db.session.scalars(queries.access_entries(AUDITOR, q="100%")).all()) == 0


def test_refusals_of_the_api_are_recorded(connection: Connection, browse: Open) -> None:
    browser = browse("teacher")
    answer = browser.client.get("/v2/user-tasks/2251799813685250")
    assert answer.status_code == 404
    row = connection.execute(
        text("SELECT actor, channel, outcome, object_key FROM access_log WHERE channel = 'api'")
    ).one()
    assert tuple(row) == ("teacher", "api", "notfound", "/v2/user-tasks/2251799813685250")


def test_the_command_says_whether_all_is_whole(app: Flask, connection: Connection) -> None:
    _three()
    good = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (good.exit_code, good.output) == (0, "Every chain is whole.\n")
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("UPDATE audit_event SET verb = 'x' WHERE subject_kind = 'thing' AND seq = 2"))
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    bad = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert bad.exit_code == 1
    assert "thing k1: content at event 2" in bad.output
