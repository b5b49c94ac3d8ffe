"""Pickers of records and documents: a `source` that no feature offers is a kind of record or document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.documents import queries, scopes
from app.documents.models import Document, Record
from app.documents.titles import kind_title
from app.forms import sources
from app.kernel.actor import Actor
from app.kernel.db import db


def source_of(kind: str) -> sources.Source:
    """What a person may choose of a kind: records and documents within the person's scope, newest first.

    The value is the key of the record or document as text. Filter: `status`, `organisation`, `owner`.
    """

    def search(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
        filters = {name: str(wanted[name]) for name in ("status", "organisation", "owner") if wanted.get(name)}
        limit = sources.PAGE + 1
        rows = db.session.scalars(queries.records(actor, kind, q=words, **filters).limit(limit))
        found = [(str(row.id), row.title) for row in rows]
        place = filters.get("organisation")
        papers = db.session.scalars(queries.documents(actor, kind, q=words, organisation=place).limit(limit))
        return (found + [(str(paper.key), _named(paper)) for paper in papers])[:limit]

    def label(value: str) -> str | None:
        key = _key(value)
        paper = db.session.get(Document, key) if key else None
        if paper is not None:
            return _named(paper) if paper.kind == kind else None
        row = queries.current_record(key) if key else None
        return row.title if row is not None and row.kind == kind else None

    def holds(actor: Actor, value: str, wanted: Mapping[str, Any]) -> bool:
        key = _key(value)
        if not key:
            return False
        row = db.session.scalar(
            select(Record).where(Record.id == key, Record.current, scopes.visible(actor, Record, kind))
        )
        if row is not None:
            asked = (("status", row.status), ("owner", row.owner))
            return all(not wanted.get(name) or wanted[name] == value for name, value in asked)
        seen = select(Document.key).where(Document.key == key, scopes.fully_visible(actor, Document, kind))
        return db.session.scalar(seen) is not None

    return sources.Source(kind, search, label, holds, kind_title(kind))


def _named(paper: Document) -> str:
    """`№ 12 от 06.04.2026: О зачислении`."""
    number = f"№ {paper.number} от " if paper.number else ""
    return f"{number}{paper.date:%d.%m.%Y}: {paper.title}"


def _key(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 19 else 0


sources.register_others(source_of)
