"""Tables of notices, mail, templates of letters, personal choices and calendar addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

QUEUED, SENDING, SENT, FAILED, KEPT = "queued", "sending", "sent", "failed", "kept"
UNCLEAR, BOUNCED, CANCELLED = "unclear", "bounced", "cancelled"
"""Mail on its way; its text is just being handed over; accepted by the server; refused for good; kept because no
server is configured; broken off while it was handed over, so that nobody knows; accepted, and sent back later; stopped
with the rest of its batch before it left."""
ACCOUNT = "account:"
"""How the causes of letters about access to the account begin; only `write_to` writes them."""
AT_ONCE, IN_DIGEST, NEVER = "now", "digest", "never"
"""When a kind of notices comes by mail."""


class Notice(Base):
    """One message to one person inside the program.

    `dedupe_key` names the cause and the receiver: the same cause never makes a second notice. `digest` says that it
    waits for (`digested_at` is None) or went with a daily digest.
    """

    __tablename__ = "notice"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    link: Mapped[str | None]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[bool] = mapped_column(default=False)
    digested_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_notice_login_created", "login", "created_at"),
        Index("ix_notice_unread", "login", postgresql_where=sql("read_at IS NULL")),
        Index("ix_notice_digest", "login", postgresql_where=sql("digest AND digested_at IS NULL")),
    )


class Mail(Base):
    """One letter to one person, with what became of it.

    `status`: see `QUEUED` and its neighbours. `error` is the last answer of a mail server. `batch_key`: the letters of
    one mailing (`app.jobs.batching`).
    """

    __tablename__ = "mail"

    @property
    def lets_in(self) -> bool:
        """Whether its link opens an account by itself: then it is for the eyes of its receiver only."""
        return self.dedupe_key.startswith(ACCOUNT)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str]
    address: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str | None]
    status: Mapped[str]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    batch_key: Mapped[int | None] = mapped_column(ForeignKey("background_batch.key"))
    __table_args__ = (
        CheckConstraint(
            "status IN ('queued', 'sending', 'sent', 'failed', 'kept', 'unclear', 'bounced', 'cancelled')",
            name="status",
        ),
        Index("ix_mail_batch", "batch_key", postgresql_where=sql("batch_key IS NOT NULL")),
        Index("ix_mail_created", "created_at"),
        Index("ix_mail_login_created", "login", "created_at"),
    )


class NoticeChoice(Base):
    """A person's choice for one kind of notices. No row: shown as new in the program, and mailed at once.

    Attributes:
        mail: `now`, `digest` or `never`.
        program: whether it is shown as new (the bell); else it is only found in the list.
    """

    __tablename__ = "notice_choice"
    login: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    mail: Mapped[str]
    program: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (CheckConstraint("mail IN ('now', 'digest', 'never')", name="mail"),)


class NoticeHours(Base):
    """When a person wants mail, in full hours of their own time zone.

    Attributes:
        quiet_from, quiet_to: no letters from … to … (over midnight when the first is greater); None: at any time.
        digest_at: hour of the daily digest.
    """

    __tablename__ = "notice_hours"
    login: Mapped[str] = mapped_column(primary_key=True)
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    digest_at: Mapped[int]
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name="quiet"),
        CheckConstraint("quiet_from BETWEEN 0 AND 23 AND quiet_to BETWEEN 0 AND 23", name="hours"),
        CheckConstraint("digest_at BETWEEN 0 AND 23", name="digest"),
    )


class MailTemplate(Base):
    """One version of the words for an event; the newest counts, none before it is ever changed.

    Attributes:
        scope: empty for every process, `process`, or `process:element` for one task.
        built_in: this version gives the words back to the program.
    """

    __tablename__ = "mail_template"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str]
    scope: Mapped[str]
    version: Mapped[int]
    subject: Mapped[str]
    text: Mapped[str]
    built_in: Mapped[bool] = mapped_column(default=False)
    author: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("event", "scope", "version"),)


class CalendarFeed(Base):
    """The secret address of a person's calendar; only its hash is kept."""

    __tablename__ = "calendar_feed"
    login: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
