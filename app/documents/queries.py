"""Find records and documents within the reader's scope; what is out of scope does not exist."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from app.documents import scopes
from app.documents.access import grants_for
from app.documents.models import Document, Record
from app.files import access as files_access
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as a reader may see it.

    Attributes:
        data: all of it, or only the fields that the reader's role may see (`partial`).
    """

    row: Record
    data: Mapping[str, Any]
    partial: bool


def records(
    actor: Actor,
    kind: str | None = None,
    *,
    status: str | None = None,
    organisation: str | None = None,
    owner: str | None = None,
    q: str = "",
) -> Select[Record]:
    """Newest versions of the records that the actor may see, newest first, as a statement to page through.

    Rows may be visible in part only: pass them through `view_of` before showing their data.

    Args:
        organisation: only records of this organisation and those below it.
        q: part of the title.
    """
    statement = select(Record).where(Record.current, scopes.visible(actor, Record, kind))
    for column, value in ((Record.status, status), (Record.owner, owner)):
        if value:
            statement = statement.where(column == value)
    if organisation:
        statement = statement.where(Record.objects.contains([f"org:{organisation}"]))
    if q:
        statement = statement.where(Record.title.icontains(q, autoescape=True))
    return statement.order_by(Record.created_at.desc(), Record.id.desc())


def record(actor: Actor, id: int, version: int | None = None) -> RecordView:
    """One record, its newest version unless another is asked for.

    Raises:
        NotFound: none, or out of scope. Scope is judged by the newest version.
    """
    kind = db.session.scalar(select(Record.kind).where(Record.current, Record.id == id))
    seen = scopes.visible(actor, Record, kind)
    newest = db.session.scalar(select(Record).where(Record.current, Record.id == id, seen)) if kind else None
    if newest is None:
        raise NotFound(_l("There is no such record."))
    row = newest if version in (None, newest.version) else db.session.get(Record, (id, version))
    if row is None:
        raise NotFound(_l("There is no such record."))
    return view_of(actor, row)


def view_of(actor: Actor, row: Record) -> RecordView:
    """A record's data, cut to the fields that the actor's roles may see."""
    full = db.session.scalar(
        select(Record.id).where(Record.id == row.id, Record.current, scopes.fully_visible(actor, Record, row.kind))
    )
    if full is not None:
        return RecordView(row, row.data, False)
    fields = {name for held in actor.assignments for grant in grants_for(row.kind, held.role) for name in grant.fields}
    return RecordView(row, {name: value for name, value in row.data.items() if name in fields}, True)


def versions(actor: Actor, id: int) -> list[Record]:
    """All versions of a record, newest first.

    Raises:
        NotFound: none, or out of scope, or the actor may see it only in part.
    """
    if record(actor, id).partial:
        raise NotFound(_l("There is no such record."))
    return list(db.session.scalars(select(Record).where(Record.id == id).order_by(Record.version.desc())))


def current_record(id: int) -> Record | None:
    """The newest version of a record, without regard to anybody's scope: for processes."""
    return db.session.scalar(select(Record).where(Record.id == id, Record.current))


def counts(actor: Actor, kind: str, *, by: str = "organisation") -> dict[str, int]:
    """How many records of a kind there are in what the actor may count, by `organisation` or `status`."""
    column = Record.status if by == "status" else Record.organisation
    statement = (
        select(column, func.count()).where(Record.current, scopes.countable(actor, kind, Record)).group_by(column)
    )
    return {str(name or ""): number for name, number in db.session.execute(statement)}


def documents(
    actor: Actor,
    kind: str | None = None,
    *,
    instance_key: int | None = None,
    organisation: str | None = None,
    year: int | None = None,
    q: str = "",
) -> Select[Document]:
    """Documents that the actor may read in full, newest first, as a statement to page through.

    Args:
        q: part of the title, or the number.
    """
    statement = select(Document).where(scopes.fully_visible(actor, Document, kind))
    for column, value in ((Document.instance_key, instance_key), (Document.year, year)):
        if value:
            statement = statement.where(column == value)
    if organisation:
        statement = statement.where(Document.objects.contains([f"org:{organisation}"]))
    if q:
        statement = statement.where(Document.title.icontains(q, autoescape=True) | (Document.number == q.strip()))
    return statement.order_by(Document.created_at.desc(), Document.key.desc())


def document(actor: Actor, key: int) -> Document:
    """One document.

    Raises:
        NotFound: none, or out of scope.
    """
    kind = db.session.scalar(select(Document.kind).where(Document.key == key))
    seen = scopes.fully_visible(actor, Document, kind)
    found = db.session.scalar(select(Document).where(Document.key == key, seen)) if kind else None
    if found is None:
        raise NotFound(_l("There is no such document."))
    return found


def is_intact(document: Document) -> bool:
    """Whether the document's content still has the hash that was taken when it was frozen."""
    return hashlib.sha256(document.html.encode()).hexdigest() == document.sha256


def _shows_record(actor: Actor, key: str) -> bool:
    """Files follow their record (roles.md §3): whoever may read all of it may download them."""
    try:
        return not record(actor, int(key)).partial
    except NotFound:
        return False


def _shows_document(actor: Actor, key: str) -> bool:
    try:
        return bool(document(actor, int(key)))
    except NotFound:
        return False


files_access.register("record", _shows_record)
files_access.register("document", _shows_document)
