"""Running instances that were moved to another version, and operations on many instances at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

MIGRATE, MODIFY, CANCEL, UNDO = "migrate", "modify", "cancel", "undo"
WAITING, DONE, REFUSED = "waiting", "done", "refused"


class InstanceMigration(Base):
    """One instance moved to another version, with what it takes to move it back.

    Attributes:
        version: of the instance right after it; as long as this stands nothing else has happened in it.
        state: the instance as it was before; None when it cannot be undone: it went on by itself in the same action.
        tasks: columns of the open user tasks that the migration changed, as they were, by key.
    """

    __tablename__ = "instance_migration"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(index=True)
    batch_key: Mapped[int | None]
    source_key: Mapped[int]
    target_key: Mapped[int]
    version: Mapped[int]
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    tasks: Mapped[dict[str, Any]]
    login: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    __table_args__ = (Index("ix_instance_migration_at", "at", postgresql_where=text("state IS NOT NULL")),)


class BatchOperation(Base):
    """The same done to many instances, by a background job that takes one after the other.

    Attributes:
        kind: `migrate`, `modify`, `cancel`, or `undo` of a migration (`undoes` names that).
        plan: what is done: the mapping of a migration, moves of a modification, the reason of a cancellation.
    """

    __tablename__ = "batch_operation"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    process_id: Mapped[str | None] = mapped_column(index=True)
    source_key: Mapped[int | None]
    target_key: Mapped[int | None]
    plan: Mapped[dict[str, Any]]
    undoes: Mapped[int | None]
    job_key: Mapped[int] = mapped_column(index=True)
    login: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("kind IN ('migrate', 'modify', 'cancel', 'undo')", name="kind"),)


class BatchItem(Base):
    """One instance of an operation on many; `reasons` say why it was refused: lists of element id and code."""

    __tablename__ = "batch_item"
    batch_key: Mapped[int] = mapped_column(ForeignKey("batch_operation.key", ondelete="CASCADE"), primary_key=True)
    instance_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(default=WAITING)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'refused')", name="state"),
        Index("ix_batch_item_instance", "instance_key"),
    )
