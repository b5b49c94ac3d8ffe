"""The record as a file for somebody outside: JSON lines or Excel, with the ends of all chains.

Whoever keeps the file can show later that nothing was taken out or changed: each event carries the hash of the one
before it, `chain_head` lines say where each chain ended, the last line holds the hash of all lines before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from openpyxl import Workbook
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Invalid

from .models import AccessEntry, AuditEvent, AuditSubject
from .rules import canonical

Line = dict[str, Any]
Source = Callable[[datetime | None, datetime | None], Iterator[Line]]
_sources: list[Source] = []
_BATCH = 1000
MOST_IN_EXCEL = 1_000_000
"""Rows that a sheet of Excel can hold."""


def source(lines: Source) -> Source:
    """Register the chained record of another feature: (since, until) -> lines with `record` naming their kind."""
    _sources.append(lines)
    return lines


def lines(since: datetime | None = None, until: datetime | None = None) -> Iterator[Line]:
    """Everything that was recorded in a span: events, accesses, other features' records; then the ends of chains."""
    yield from _rows("audit_event", AuditEvent, since, until)
    yield from _rows("access", AccessEntry, since, until)
    for each in _sources:
        yield from each(since, until)
    for end in db.session.scalars(select(AuditSubject).execution_options(yield_per=_BATCH)):
        yield {"record": "chain_head", "kind": end.kind, "key": end.key, "seq": end.seq, "hash": end.hash.hex()}


def write_lines(target: IO[bytes], since: datetime | None = None, until: datetime | None = None) -> tuple[int, str]:
    """Write JSON lines.

    Returns:
        How many lines stand before the last one, and their SHA-256, which the last one holds.
    """
    digest, count = hashlib.sha256(), 0
    for line in lines(since, until):
        text = canonical(line) + b"\n"
        digest.update(text)
        target.write(text)
        count += 1
    end = {"record": "end", "lines": count, "sha256": digest.hexdigest(), "written_at": clock.now()}
    target.write(canonical(end) + b"\n")
    return count, digest.hexdigest()


def write_workbook(target: IO[bytes], since: datetime | None = None, until: datetime | None = None) -> int:
    """Write an Excel file: a sheet per kind of record.

    Raises:
        Invalid: there is more than a sheet can hold.
    """
    book, sheets, count = Workbook(write_only=True), {}, 0
    for line in lines(since, until):
        kind = str(line["record"])
        if kind not in sheets:
            sheets[kind] = (book.create_sheet(kind[:31]), list(line))
            sheets[kind][0].append(sheets[kind][1])
        sheet, names = sheets[kind]
        sheet.append([_cell(line.get(name)) for name in names])
        count += 1
        if count > MOST_IN_EXCEL:
            raise Invalid("too many records for Excel: choose a shorter span, or JSON lines")
    book.save(target)
    return count


def verify_lines(stream: IO[bytes]) -> bool:
    """Whether a written file is as it was written."""
    digest, last = hashlib.sha256(), b""
    for text in stream:
        if last:
            digest.update(last)
        last = text
    end = json.loads(last) if last.strip() else {}
    return end.get("record") == "end" and end.get("sha256") == digest.hexdigest()


def plain(row: Any) -> Line:
    """A row as JSON data; bytes as hexadecimal digits."""
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()}


def _rows(record: str, table: Any, since: datetime | None, until: datetime | None) -> Iterator[Line]:
    statement = select(table).order_by(table.at, table.key).execution_options(yield_per=_BATCH)
    if since is not None:
        statement = statement.where(table.at >= since)
    if until is not None:
        statement = statement.where(table.at < until)
    for row in db.session.scalars(statement):
        yield {"record": record, **plain(row)}
        db.session.expunge(row)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)[:32_000]
    return value if isinstance(value, int | float) or value is None else str(value)[:32_000]
