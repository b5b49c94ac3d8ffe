"""Invitations, resets, decisions on the consent, imports of people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_accounts"
down_revision = "0011_personal_owners"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.add_column("account", sa.Column("one_time_until", MOMENT))
    op.create_table(
        "account_ticket",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_ticket"),
        sa.UniqueConstraint("token_hash", name="uq_account_ticket_token_hash"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_ticket_account_id_account"),
    )
    op.create_index("ix_account_ticket_account_id", "account_ticket", ["account_id", "kind"])
    op.create_table(
        "account_request",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_request"),
    )
    op.create_index("ix_account_request_subject", "account_request", ["subject", "at"])
    op.create_index("ix_account_request_address", "account_request", ["address", "at"])
    op.create_table(
        "consent_decision",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("address", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_consent_decision"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_consent_decision_account_id_account"),
    )
    op.create_index("ix_consent_decision_account_id", "consent_decision", ["account_id", "at"])
    op.create_table(
        "people_import",
        sa.Column("key", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("file_name", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("rows", postgresql.JSONB, nullable=False),
        sa.Column("problems", postgresql.JSONB, nullable=False),
        sa.Column("known", sa.BigInteger, nullable=False),
        sa.Column("uploaded_by", sa.String, nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("job_key", sa.BigInteger),
        sa.Column("taken_at", MOMENT),
        sa.PrimaryKeyConstraint("key", name="pk_people_import"),
    )
    op.create_index("ix_people_import_uploaded", "people_import", ["uploaded_by", "uploaded_at"])


def downgrade() -> None:
    """Drop them."""
    for table in ("people_import", "consent_decision", "account_request", "account_ticket"):
        op.drop_table(table)
    op.drop_column("account", "one_time_until")
