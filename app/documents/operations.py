"""Write records and documents: versions are added, documents are frozen and numbered.

Who may write is decided where a person acts (the engine's tasks); these verbs belong to the platform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.documents import paperwork, registers, templates
from app.documents import sources as _sources  # noqa: F401 - registers the pickers of records
from app.documents.models import Document, Record
from app.documents.tags import owner_in, tags_for
from app.files import operations as files
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.ids import next_key


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a document; `number` is empty where the document belongs to no register."""

    document_id: str
    number: str
    date: date
    hash: str


def next_number(register: str, organisation: str | None, on: date) -> str:
    """The next number of a register, as documents show it. Gapless: see `registers.next_serial`.

    Args:
        register: `certificate`, `order`, … or a full name with its organisation (`order:iro1`).
        organisation: whose register it is, where each organisation counts for itself.
        on: the day of the document; numbers begin anew each year.
    """
    name = registers.name_for(register, organisation)
    return registers.written(name, registers.next_serial(name, on.year), on)


def save_record(
    actor: Actor,
    kind: str,
    title: str,
    data: Mapping[str, Any],
    *,
    id: int | None = None,
    organisation: str | None = None,
    owner: str | None = None,
    objects: Iterable[str] = (),
    status: str = "submitted",
    form_key: int | None = None,
    instance_key: int | None = None,
) -> Record:
    """Add a record, or the next version of one; earlier versions stay as they are.

    Args:
        id: the record to add a version to; None makes a new record. What is None of `organisation`, `owner`,
            `form_key` and `instance_key` is taken over from the version before.
        objects: more tags of what it concerns (`course:c1`).

    Raises:
        NotFound: there is no record of that id and kind.
    """
    before = _newest(id, kind) if id is not None else None
    if before is not None:
        before.current = False
        db.session.flush()
        organisation = organisation or before.organisation
        owner, form_key = owner or before.owner, form_key or before.form_key
        instance_key = instance_key or before.instance_key
    owner = owner or owner_in(data)
    record = Record(
        id=before.id if before is not None else next_key(),
        version=before.version + 1 if before is not None else 1,
        current=True,
        kind=kind,
        title=title,
        data=dict(data),
        status=status,
        organisation=organisation,
        owner=owner,
        objects=tags_for(organisation, owner, data, objects),
        form_key=form_key,
        instance_key=instance_key,
        created_by=actor.login,
        created_at=clock.now(),
    )
    db.session.add(record)
    db.session.flush()
    files.attach_found(record.data, "record", record.id)
    return record


def set_status(actor: Actor, id: int, status: str) -> Record:
    """Change the state of a record's newest version (published, withdrawn, …); its content stays.

    Raises:
        NotFound: there is no such record.
    """
    record = _newest(id, None)
    record.status = status
    db.session.flush()
    return record


def _newest(id: int, kind: str | None) -> Record:
    """The current version, with the record locked to the end: two people at once make two versions."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": id})
    record = db.session.scalar(
        select(Record).where(Record.id == id, Record.current).execution_options(populate_existing=True)
    )
    if record is None or (kind is not None and record.kind != kind):
        raise NotFound(_l("There is no such record."))
    return record


def register_document(
    actor: Actor,
    *,
    kind: str,
    title: str,
    data: Mapping[str, Any],
    register: str | None = None,
    organisation: str | None = None,
    template: str | None = None,
    on: date | None = None,
    owner: str | None = None,
    objects: Iterable[str] = (),
    signatures: Sequence[Mapping[str, Any]] = (),
    form_key: int | None = None,
    instance_key: int | None = None,
    deployment_key: int | None = None,
    status: str = "signed",
) -> Registered:
    """Freeze a document: number it, write it by its template, keep the HTML with its hash. Its DOCX and PDF follow
    after the commit (`paperwork`), from facts that are fixed here.

    Args:
        kind: decides who may see it (`access`) and, without `template`, how it is written.
        register: None for a document without a number.
        on: its date; today where the actor is when None.
        signatures: as `app.forms.signing.signature` makes them; those found in `data` are added.
        form_key: the form whose fields the template may show.
        deployment_key: the deployment whose own templates come first.

    Raises:
        NotFound: the template named does not exist.
        Invalid: the template fails on this data.
    """
    on = on or clock.today(actor.timezone)
    owner = owner or owner_in(data)
    signed = templates.signatures_of(data, signatures)
    serial = number = name = None
    if register:
        name = registers.name_for(register, organisation)
        serial = registers.next_serial(name, on.year)
        number = registers.written(name, serial, on)
    facts = templates.Facts(kind, title, number or "", on, organisation, dict(data), signed, form_key, actor)
    html = paperwork.screen_text(facts, template, deployment_key)
    document = Document(
        key=next_key(),
        kind=kind,
        register=name,
        year=on.year,
        serial=serial,
        number=number,
        title=title,
        date=on,
        html=html,
        sha256=hashlib.sha256(html.encode()).hexdigest(),
        data=dict(data),
        signatures=signed,
        organisation=organisation,
        owner=owner,
        objects=tags_for(organisation, owner, data, objects),
        instance_key=instance_key,
        status=status,
        created_by=actor.login,
        created_at=clock.now(),
    )
    db.session.add(document)
    db.session.flush()
    files.attach_found(document.data, "document", document.key)
    paperwork.begin(document, facts, template)
    return Registered(str(document.key), number or "", on, document.sha256)
