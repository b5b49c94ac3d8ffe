"""Papers of one order and letters of one mailing are a batch, with progress, stopping and repeating."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0034_background_batches"
down_revision = "0028_closings"
branch_labels = None
depends_on = None

_PAPERS = "'preparing', 'ready', 'failed'"
_LETTERS = "'queued', 'sending', 'sent', 'failed', 'kept', 'unclear', 'bounced'"
_TABLES = (
    ("document_rendition", "state", _PAPERS, "ix_document_rendition_batch"),
    ("mail", "status", _LETTERS, "ix_mail_batch"),
)


def upgrade() -> None:
    op.create_table(
        "background_batch",
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("about", ARRAY(sa.TEXT()), nullable=False),
        sa.Column("link", sa.String()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_by", sa.String()),
        sa.Column("stopped_at", sa.DateTime(timezone=True)),
        sa.Column("stop_reason", sa.String()),
        sa.CheckConstraint(
            "num_nulls(stopped_by, stopped_at, stop_reason) IN (0, 3)", name=op.f("ck_background_batch_stopped")
        ),
    )
    op.create_index("ix_background_batch_created", "background_batch", ["created_at"])
    op.create_index("ix_background_batch_about", "background_batch", ["about"], postgresql_using="gin")
    for table, column, states, index in _TABLES:
        op.add_column(table, sa.Column("batch_key", sa.BigInteger(), nullable=True))
        op.create_foreign_key(f"fk_{table}_batch_key_background_batch", table, "background_batch", ["batch_key"], ["key"])
        op.create_index(index, table, ["batch_key"], postgresql_where=sa.text("batch_key IS NOT NULL"))
        _constrain(table, column, f"{states}, 'cancelled'")


def downgrade() -> None:
    for table, column, states, index in _TABLES:
        op.execute(f"UPDATE {table} SET {column} = 'failed' WHERE {column} = 'cancelled'")
        _constrain(table, column, states)
        op.drop_index(index, table)
        op.drop_column(table, "batch_key")
    op.drop_table("background_batch")


def _constrain(table: str, column: str, states: str) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({states})")
