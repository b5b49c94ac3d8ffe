"""What instances wait for besides people: timers, messages, signals, jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class Timer(Base):
    """A moment at which an instance goes on."""

    __tablename__ = "timer"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int]
    token: Mapped[int]
    element_id: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (Index("ix_timer_instance", "instance_key", "token"),)


class EventSubscription(Base):
    """An instance waits for a message (name and key) or a signal (name)."""

    __tablename__ = "event_subscription"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    instance_key: Mapped[int]
    token: Mapped[int]
    element_id: Mapped[str]
    process_id: Mapped[str]
    __table_args__ = (
        Index("ix_event_subscription_name", "name", "correlation_key"),
        Index("ix_event_subscription_instance", "instance_key", "token"),
    )


class Message(Base):
    """A published message, kept until it expires: later subscriptions still get it."""

    __tablename__ = "message"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    correlation_key: Mapped[str]
    variables: Mapped[dict[str, Any]]
    message_id: Mapped[str | None]
    published_by: Mapped[str]
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (
        Index("ix_message_name", "name", "correlation_key"),
        Index(
            "uq_message_id",
            "name",
            "correlation_key",
            "message_id",
            unique=True,
            postgresql_where=text("message_id IS NOT NULL"),
        ),
    )


class MessageReceipt(Base):
    """A process has got this message: one instance of each process takes it, once."""

    __tablename__ = "message_receipt"
    message_key: Mapped[int] = mapped_column(ForeignKey("message.key", ondelete="CASCADE"), primary_key=True)
    process_id: Mapped[str] = mapped_column(primary_key=True)
    instance_key: Mapped[int]


class Job(Base):
    """Work that is done outside the action: by our worker (`internal`) or by a client of the API.

    `state`: `open`, `completed`, `failed` (no retries left: there is an incident), `error`, `cancelled`.
    """

    __tablename__ = "job"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int]
    token: Mapped[int]
    element_id: Mapped[str]
    process_id: Mapped[str]
    definition_key: Mapped[int]
    type: Mapped[str]
    internal: Mapped[bool]
    state: Mapped[str]
    retries: Mapped[int]
    headers: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    """Not before this moment: creation, end of a worker's lock, end of a pause after a failure."""
    worker: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_job_open", "type", "run_at", postgresql_where=text("state = 'open'")),
        Index("ix_job_instance", "instance_key", "token"),
    )
