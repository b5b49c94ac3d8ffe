"""Long work: jobs and their remarks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_background_jobs"
down_revision = "0007_item_banks"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "background_job",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("checkpoint", postgresql.JSONB(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("files", postgresql.JSONB(), nullable=False),
        sa.Column("results", postgresql.JSONB(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("once", sa.String(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("cancel_wanted", sa.Boolean(), nullable=False),
        sa.Column("run_at", moment, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_background_job"),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_background_job_state")
        ),
    )
    op.create_index("ix_background_job_login_created", "background_job", ["login", "created_at"])
    op.create_index("ix_background_job_created", "background_job", ["created_at"])
    op.create_index("ix_background_job_unfinished", "background_job", ["run_at", "key"], postgresql_where=_UNFINISHED)
    op.create_index("uq_background_job_once", "background_job", ["once"], unique=True, postgresql_where=_UNFINISHED)
    op.create_table(
        "background_note",
        sa.Column("job_key", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job_key"], ["background_job.key"], name="fk_background_note_job_key_background_job", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_key", "number", name="pk_background_note"),
    )


def downgrade() -> None:
    op.drop_table("background_note")
    op.drop_table("background_job")
