"""Notices, mail, comments, saved filters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005_inbox"
down_revision = "0004_forms_documents"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _notifications()
    _inbox()


def _notifications() -> None:
    op.create_table(
        "notice",
        sa.Column("key", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("link", sa.String),
        sa.Column("dedupe_key", sa.String, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("read_at", TIME),
        sa.PrimaryKeyConstraint("key", name="pk_notice"),
        sa.UniqueConstraint("dedupe_key", name="uq_notice_dedupe_key"),
    )
    op.create_index("ix_notice_login_created", "notice", ["login", "created_at"])
    op.create_index("ix_notice_unread", "notice", ["login"], postgresql_where=sa.text("read_at IS NULL"))
    op.create_table(
        "mail",
        sa.Column("key", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("dedupe_key", sa.String, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("error", sa.String),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("next_at", TIME),
        sa.PrimaryKeyConstraint("key", name="pk_mail"),
        sa.UniqueConstraint("dedupe_key", name="uq_mail_dedupe_key"),
        sa.CheckConstraint("status IN ('queued', 'sent', 'failed', 'kept')", name=op.f("ck_mail_status")),
    )
    op.create_index("ix_mail_created", "mail", ["created_at"])
    op.create_table(
        "mail_switch",
        sa.Column("login", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("mail", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("login", "kind", name="pk_mail_switch"),
    )


def _inbox() -> None:
    op.create_table(
        "task_comment",
        sa.Column("key", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("instance_key", sa.BigInteger, nullable=False),
        sa.Column("task_key", sa.BigInteger),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("on_behalf_of", sa.String),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_task_comment"),
    )
    op.create_index("ix_task_comment_instance", "task_comment", ["instance_key", "created_at"])
    op.create_table(
        "saved_filter",
        sa.Column("key", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("params", JSONB, nullable=False),
        sa.Column("share_code", sa.String, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_saved_filter"),
        sa.UniqueConstraint("login", "name", name="uq_saved_filter_login_name"),
        sa.UniqueConstraint("share_code", name="uq_saved_filter_share_code"),
    )


def downgrade() -> None:
    for table in ("saved_filter", "task_comment", "mail_switch", "mail", "notice"):
        op.drop_table(table)
