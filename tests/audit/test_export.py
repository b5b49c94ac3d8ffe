"""The record as a file: whole, with the ends of all chains, and it shows when it was touched."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Connection, text

from app.audit import exporting
from app.audit.models import AuditEvent
from app.audit.rules import START, chain_hash
from app.engine import operations as engine
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations
from app.people.operations import persons
from tests.inbox.conftest import deploy


@pytest.fixture
def story(connection: Connection, region: None) -> None:
    """Two changes of a person and a process."""
    with db.unit_of_work():
        deploy()
        persons.change_person(PLATFORM, "teacher", position="учитель физики")
        operations.assign_role(PLATFORM, "teacher", "deputy_head", "lebedyan-1")
        engine.start_instance(PLATFORM, "request", internal=True)


def _export(app: Flask, path: Path, *options: str) -> str:
    result = app.test_cli_runner().invoke(args=["audit", "export", str(path), *options])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("story")
def test_json_lines_hold_every_event_and_the_end_of_every_chain(
    app: Flask, connection: Connection, tmp_path: Path
) -> None:
    output = _export(app, tmp_path / "record.jsonl")
    content = (tmp_path / "record.jsonl").read_bytes()
    lines = [json.loads(line) for line in content.splitlines()]
    events = [line for line in lines if line["record"] == "audit_event"]
    assert len(events) == connection.execute(text("SELECT count(*) FROM audit_event")).scalar_one()
    heads = {(line["kind"], line["key"]): line for line in lines if line["record"] == "chain_head"}
    mine = sorted((e for e in events if e["subject_key"] == "teacher"), key=lambda event: event["seq"])
    assert heads["person", "teacher"]["hash"] == mine[-1]["hash"]
    assert heads["person", "teacher"]["seq"] == len(mine)
    histories = [line for line in lines if line["record"] == "history_event"]
    assert heads["process_instance", str(histories[-1]["instance_key"])]["hash"] == histories[-1]["hash"]
    assert lines[-1]["record"] == "end"
    assert lines[-1]["sha256"] in output
    assert exporting.verify_lines(BytesIO(content))


@pytest.mark.usefixtures("story")
def test_the_chain_can_be_checked_from_the_file_alone(app: Flask, tmp_path: Path) -> None:
    _export(app, tmp_path / "record.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "record.jsonl").read_bytes().splitlines()]
    mine = [line for line in lines if line["record"] == "audit_event" and line["subject_key"] == "teacher"]
    before, names = START, {column.key for column in AuditEvent.__table__.columns} - {"prev_hash", "hash"}
    for line in sorted(mine, key=lambda event: event["seq"]):
        facts = {name: line[name] for name in names} | {"at": datetime.fromisoformat(line["at"])}
        assert line["prev_hash"] == before.hex()
        before = chain_hash(before, facts)
        assert line["hash"] == before.hex()


@pytest.mark.usefixtures("story")
def test_a_touched_file_is_found_out(app: Flask, tmp_path: Path) -> None:
    _export(app, tmp_path / "record.jsonl")
    content = (tmp_path / "record.jsonl").read_bytes()
    lines = content.splitlines(keepends=True)
    assert not exporting.verify_lines(BytesIO(content.replace("физики".encode(), "химии".encode())))
    assert not exporting.verify_lines(BytesIO(b"".join(lines[1:])))
    assert not exporting.verify_lines(BytesIO(b"".join(lines[:-1])))
    assert not exporting.verify_lines(BytesIO(b""))


@pytest.mark.usefixtures("story")
def test_excel_has_a_sheet_per_kind_and_a_span_narrows(app: Flask, connection: Connection, tmp_path: Path) -> None:
    _export(app, tmp_path / "record.xlsx")
    book = load_workbook(tmp_path / "record.xlsx", read_only=True)
    assert {"audit_event", "history_event", "chain_head"} <= set(book.sheetnames)
    tomorrow = f"{clock.now().astimezone(UTC) + timedelta(days=1):%Y-%m-%d}"
    output = _export(app, tmp_path / "later.jsonl", "--since", tomorrow)
    kinds = {json.loads(line)["record"] for line in (tmp_path / "later.jsonl").read_bytes().splitlines()}
    assert kinds == {"chain_head", "end"}
    assert "records in" in output
    taken = text("SELECT count(*) FROM access_log WHERE action = 'export' AND object_kind = 'audit'")
    assert connection.execute(taken).scalar_one() == 2


@pytest.mark.usefixtures("story")
def test_a_file_that_cannot_be_written_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["audit", "export", str(tmp_path / "no" / "record.jsonl")])
    assert result.exit_code != 0
    assert list(tmp_path.iterdir()) == []
