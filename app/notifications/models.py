"""Tables of notices, mail and personal switches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

QUEUED, SENT, FAILED, KEPT = "queued", "sent", "failed", "kept"
"""Mail on its way; accepted by the server; refused for good; kept because no server is configured."""


class Notice(Base):
    """One message to one person inside the program.

    `dedupe_key` names the cause and the receiver: the same cause never makes a second notice.
    """

    __tablename__ = "notice"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    link: Mapped[str | None]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_notice_login_created", "login", "created_at"),
        Index("ix_notice_unread", "login", postgresql_where=sql("read_at IS NULL")),
    )


class Mail(Base):
    """One letter to one person, with what became of it.

    `status`: see `QUEUED` and its neighbours. `error` is the last answer of the mail server.
    """

    __tablename__ = "mail"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str]
    address: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    status: Mapped[str]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'sent', 'failed', 'kept')", name="status"),
        Index("ix_mail_created", "created_at"),
    )


class MailSwitch(Base):
    """A person's choice for one kind of notices: by mail too, or in the program only. No row means by mail."""

    __tablename__ = "mail_switch"
    login: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    mail: Mapped[bool]
