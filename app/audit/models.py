"""Access log and chained events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class AccessEntry(Base):
    """Somebody signed in, opened something that is recorded, or was refused.

    Attributes:
        actor: login; for a failed login the login that was tried.
        action: what was wanted, as `open`, `export`, `login`, `GET courses.run`.
        object_kind, object_key: what it was about (`instance`, `person`, `path`).
        outcome: `ok`, `denied` (403), `notfound` (404) or `failed` (wrong password).
    """

    __tablename__ = "access_log"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str | None]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_key: Mapped[str]
    outcome: Mapped[str]
    request_id: Mapped[str | None]
    __table_args__ = (
        Index("ix_access_log_at", "at", "key"),
        Index("ix_access_log_actor", "actor", "at"),
        Index("ix_access_log_object", "object_kind", "object_key", "at"),
    )


class AuditSubject(Base):
    """The end of one subject's chain; its row is the lock under which the next event is added."""

    __tablename__ = "audit_subject"
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEvent(Base):
    """One change of one subject, in the shape of the engine's history events, chained by hashes per subject.

    Attributes:
        seq: 1, 2, 3 … without gaps per subject.
        verb: what was done, as `create`, `change`, `deactivate`.
        details: what the verb says beside the changes (reason, comment). JSON text: the very bytes were hashed.
        entries: `[field, before, after]` lists.
    """

    __tablename__ = "audit_event"
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    on_behalf_of: Mapped[str | None]
    channel: Mapped[str]
    address: Mapped[str | None]
    verb: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    entries: Mapped[list[Any]] = mapped_column(JSON)
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        Index("ix_audit_event_at", "at", "key"),
        Index("ix_audit_event_actor", "actor", "at"),
    )
