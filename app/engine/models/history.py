"""What happened: one row per action, chained by hashes per instance, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class HistoryEvent(Base):
    """One action on one instance.

    A trigger refuses UPDATE, DELETE and TRUNCATE. `entries` is JSON text, not JSONB, so that the very bytes which
    were hashed can be checked again; it holds `[kind, element, token, details]` lists in the order of happening (see
    `app.engine.runtime`: entered, completed, flow, variable with before and after, decision with its rules, …).
    """

    __tablename__ = "history_event"
    instance_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    """Login of who did it; empty for the platform."""
    on_behalf_of: Mapped[str | None]
    channel: Mapped[str]
    address: Mapped[str | None]
    verb: Mapped[str]
    element_id: Mapped[str | None]
    task_key: Mapped[int | None]
    form_key: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the verb says beside the entries: outcome, comment, reason, signature, dates before and after."""
    entries: Mapped[list[Any]] = mapped_column(JSON)
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        Index("ix_history_event_at", "at"),
        Index("ix_history_event_actor", "actor", "at"),
    )
