"""Notices: choices per kind and channel, quiet hours, digest, templates of letters, bounces, calendar addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_notices"
down_revision = "0012_accounts"
branch_labels = None
depends_on = None

_BEFORE = "status IN ('queued', 'sent', 'failed', 'kept')"
_NOW = "status IN ('queued', 'sending', 'sent', 'failed', 'kept', 'unclear', 'bounced')"
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("notice", sa.Column("digest", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("notice", "digest", server_default=None)
    op.add_column("notice", sa.Column("digested_at", _MOMENT, nullable=True))
    waiting = sa.text("digest AND digested_at IS NULL")
    op.create_index("ix_notice_digest", "notice", ["login"], postgresql_where=waiting)
    op.add_column("mail", sa.Column("html", sa.String(), nullable=True))
    op.add_column("mail", sa.Column("bounced_at", _MOMENT, nullable=True))
    op.drop_constraint(op.f("ck_mail_status"), "mail", type_="check")
    op.create_check_constraint(op.f("ck_mail_status"), "mail", _NOW)
    op.create_index("ix_mail_login_created", "mail", ["login", "created_at"])
    _choices()
    _templates()


def _choices() -> None:
    op.create_table(
        "notice_choice",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("program", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("login", "kind", name="pk_notice_choice"),
        sa.CheckConstraint("mail IN ('now', 'digest', 'never')", name=op.f("ck_notice_choice_mail")),
    )
    op.execute(
        "INSERT INTO notice_choice (login, kind, mail, program) "
        "SELECT login, kind, CASE WHEN mail THEN 'now' ELSE 'never' END, true FROM mail_switch"
    )
    op.drop_table("mail_switch")
    op.create_table(
        "notice_hours",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.BigInteger(), nullable=True),
        sa.Column("quiet_to", sa.BigInteger(), nullable=True),
        sa.Column("digest_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_notice_hours"),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name=op.f("ck_notice_hours_quiet")),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 23 AND quiet_to BETWEEN 0 AND 23", name=op.f("ck_notice_hours_hours")
        ),
        sa.CheckConstraint("digest_at BETWEEN 0 AND 23", name=op.f("ck_notice_hours_digest")),
    )


def _templates() -> None:
    op.create_table(
        "mail_template",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_mail_template"),
        sa.UniqueConstraint("event", "scope", "version", name="uq_mail_template_event_scope_version"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("read_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("login", name="pk_calendar_feed"),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("mail_template")
    op.drop_table("notice_hours")
    op.create_table(
        "mail_switch",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("login", "kind", name="pk_mail_switch"),
    )
    op.execute("INSERT INTO mail_switch (login, kind, mail) SELECT login, kind, mail <> 'never' FROM notice_choice")
    op.drop_table("notice_choice")
    op.drop_index("ix_mail_login_created", "mail")
    op.drop_constraint(op.f("ck_mail_status"), "mail", type_="check")
    op.execute("UPDATE mail SET status = 'failed' WHERE status IN ('sending', 'unclear', 'bounced')")
    op.create_check_constraint(op.f("ck_mail_status"), "mail", _BEFORE)
    op.drop_column("mail", "bounced_at")
    op.drop_column("mail", "html")
    op.drop_index("ix_notice_digest", "notice")
    op.drop_column("notice", "digested_at")
    op.drop_column("notice", "digest")
