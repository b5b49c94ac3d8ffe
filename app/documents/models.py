"""Tables of registers, register rows (records), frozen documents, their renditions, scans and templates."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class Register(Base):
    """The last number given out in a register and year. The row's lock makes numbers gapless and unique."""

    __tablename__ = "register"
    name: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)


class Record(Base):
    """One version of a register row: a filled form or a fact. Versions are never changed; `current` marks the newest.

    Attributes:
        id: key of the row, the same in all its versions.
        kind: form id or record kind of `access.KINDS`.
        organisation: code of the organisation that it concerns.
        owner: login of the person whom it concerns.
        objects: what it concerns, as `org:mun1` (its organisation and those above), `person:login`, `course:c1`:
            scope rules match them.
        form_key: the form that shows `data`, None for a plain fact.
    """

    __tablename__ = "record"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    current: Mapped[bool]
    kind: Mapped[str]
    title: Mapped[str]
    data: Mapped[dict[str, Any]]
    status: Mapped[str]
    organisation: Mapped[str | None]
    owner: Mapped[str | None]
    objects: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    form_key: Mapped[int | None]
    instance_key: Mapped[int | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_record_current", "id", unique=True, postgresql_where=text("current")),
        Index("ix_record_kind", "kind", "organisation", "created_at", postgresql_where=text("current")),
        Index("ix_record_owner", "owner", "kind", postgresql_where=text("current")),
        Index("ix_record_objects", "objects", postgresql_using="gin", postgresql_where=text("current")),
        Index("ix_record_instance", "instance_key"),
    )


class Document(Base):
    """A registered document: frozen HTML with its number and hash. Never changed or deleted.

    Attributes:
        register, serial, number: None for a document that is frozen but not numbered.
        html: the document itself, without page around it; `sha256` is the hash of its UTF-8 bytes.
        signatures: list of `{login, name, role, signed_at, sha256, on_behalf_of}`.
    """

    __tablename__ = "document"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    register: Mapped[str | None]
    year: Mapped[int]
    serial: Mapped[int | None]
    number: Mapped[str | None]
    title: Mapped[str]
    date: Mapped[dt.date]
    html: Mapped[str]
    sha256: Mapped[str]
    data: Mapped[dict[str, Any]]
    signatures: Mapped[list[Any]]
    organisation: Mapped[str | None]
    owner: Mapped[str | None]
    objects: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    instance_key: Mapped[int | None]
    status: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("register", "year", "serial"),
        Index("ix_document_kind", "kind", "organisation", "created_at"),
        Index("ix_document_owner", "owner", "kind"),
        Index("ix_document_objects", "objects", postgresql_using="gin"),
        Index("ix_document_instance", "instance_key"),
    )


class DocumentTemplate(Base):
    """One version of a document template. Never changed.

    Attributes:
        format: `html`, whose text is `source`, or `docx`, whose bytes are `content`. Each counts its own versions.
        deployment_key: the deployment that it came with; 0 when it was uploaded on its page or taken from the program.
        deployed_by: login; empty for the platform.
    """

    __tablename__ = "document_template"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    version: Mapped[int]
    format: Mapped[str]
    deployment_key: Mapped[int]
    source: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str]
    deployed_by: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("name", "format", "version"),
        CheckConstraint("(format = 'docx') = (content IS NOT NULL)", name="content"),
        CheckConstraint("(format = 'html') = (source IS NOT NULL)", name="source"),
        Index("ix_document_template_deployment", "deployment_key", "name"),
    )


class DocumentRendition(Base):
    """The DOCX and PDF of a document. Facts and template are fixed with the document, the files follow once.

    Attributes:
        facts: what was written, as the template may name it; `facts_sha256` is their hash (`signing.content_hash`).
        state: `preparing`, `ready`, `failed` with its `problem` (codes of `renditions.defects`), or `cancelled` with
            the rest of its batch.
        batch_key: the papers of one cause, when there are several (`app.jobs.batching`).
        html: the text of the DOCX for the screen.
        made_with: the program that wrote the PDF.
    """

    __tablename__ = "document_rendition"
    document_key: Mapped[int] = mapped_column(ForeignKey("document.key"), primary_key=True, autoincrement=False)
    template_key: Mapped[int] = mapped_column(ForeignKey("document_template.key"))
    facts: Mapped[dict[str, Any]]
    facts_sha256: Mapped[str]
    state: Mapped[str]
    problem: Mapped[list[Any]]
    html: Mapped[str | None]
    docx_file: Mapped[int | None] = mapped_column(ForeignKey("file.key"))
    docx_sha256: Mapped[str | None]
    pdf_file: Mapped[int | None] = mapped_column(ForeignKey("file.key"))
    pdf_sha256: Mapped[str | None]
    made_with: Mapped[str | None]
    made_at: Mapped[datetime | None]
    batch_key: Mapped[int | None] = mapped_column(ForeignKey("background_batch.key"))
    __table_args__ = (
        CheckConstraint("state IN ('preparing', 'ready', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(state = 'ready') = (docx_file IS NOT NULL AND pdf_file IS NOT NULL)", name="files"),
        Index("ix_document_rendition_template", "template_key"),
        Index("ix_document_rendition_batch", "batch_key", postgresql_where=text("batch_key IS NOT NULL")),
    )


class DocumentScan(Base):
    """A scan of the paper variant that was printed and signed by hand. Never changed; several may follow each other."""

    __tablename__ = "document_scan"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_key: Mapped[int] = mapped_column(ForeignKey("document.key"))
    file_key: Mapped[int] = mapped_column(ForeignKey("file.key"))
    sha256: Mapped[str]
    note: Mapped[str]
    attached_by: Mapped[str]
    attached_at: Mapped[datetime]
    __table_args__ = (Index("ix_document_scan_document", "document_key", "key"),)
