"""Tables of registers, register rows (records), frozen documents and their templates."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
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
    """One version of a document template that came with a deployment. Never changed."""

    __tablename__ = "document_template"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    version: Mapped[int]
    deployment_key: Mapped[int]
    source: Mapped[str]
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("name", "version"),
        Index("ix_document_template_deployment", "deployment_key", "name"),
    )
