"""Running instances move to another version, one or many; long work can be paused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0037_instance_migrations"
down_revision = "0034_background_batches"
branch_labels = None
depends_on = None

_STATES = "'queued', 'running', {}'done', 'failed', 'cancelled'"


def upgrade() -> None:
    op.create_table(
        "instance_migration",
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("batch_key", sa.BigInteger()),
        sa.Column("source_key", sa.BigInteger(), nullable=False),
        sa.Column("target_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary()),
        sa.Column("tasks", JSONB(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.String()),
    )
    op.create_index(op.f("ix_instance_migration_instance_key"), "instance_migration", ["instance_key"])
    op.create_index(
        "ix_instance_migration_at", "instance_migration", ["at"], postgresql_where=sa.text("state IS NOT NULL")
    )
    _batches()
    _pausing("'paused', ", "'queued', 'running', 'paused'")
    op.add_column(
        "background_job", sa.Column("pause_wanted", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("background_job", "pause_wanted", server_default=None)


def _batches() -> None:
    op.create_table(
        "batch_operation",
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("process_id", sa.String()),
        sa.Column("source_key", sa.BigInteger()),
        sa.Column("target_key", sa.BigInteger()),
        sa.Column("plan", JSONB(), nullable=False),
        sa.Column("undoes", sa.BigInteger()),
        sa.Column("job_key", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('migrate', 'modify', 'cancel', 'undo')", name=op.f("ck_batch_operation_kind")),
    )
    op.create_index(op.f("ix_batch_operation_process_id"), "batch_operation", ["process_id"])
    op.create_index(op.f("ix_batch_operation_job_key"), "batch_operation", ["job_key"])
    op.create_table(
        "batch_item",
        sa.Column("batch_key", sa.BigInteger(), sa.ForeignKey("batch_operation.key", ondelete="CASCADE")),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reasons", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("batch_key", "instance_key"),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name=op.f("ck_batch_item_state")),
    )
    op.create_index("ix_batch_item_instance", "batch_item", ["instance_key"])


def downgrade() -> None:
    op.execute("UPDATE background_job SET state = 'cancelled', ended_at = now() WHERE state = 'paused'")
    op.drop_column("background_job", "pause_wanted")
    _pausing("", "'queued', 'running'")
    op.drop_table("batch_item")
    op.drop_table("batch_operation")
    op.drop_table("instance_migration")


def _pausing(paused: str, unfinished: str) -> None:
    name = op.f("ck_background_job_state")
    op.drop_constraint(name, "background_job", type_="check")
    op.create_check_constraint(name, "background_job", f"state IN ({_STATES.format(paused)})")
    op.drop_index("uq_background_job_once", "background_job")
    where = sa.text(f"state IN ({unfinished})")
    op.create_index("uq_background_job_once", "background_job", ["once"], unique=True, postgresql_where=where)
