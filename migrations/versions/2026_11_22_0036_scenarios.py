"""Scenarios of published models, runs of the scenarios of drafts, notes on ends that none reaches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036_scenarios"
down_revision = "0035_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_scenario",
        sa.Column("process_id", sa.String(), primary_key=True),
        sa.Column("version", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "scenario_run",
        sa.Column("file_key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("answer", JSONB(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_key"], ["draft_file.key"], name="fk_scenario_run_file_key_draft_file", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "scenario_note",
        sa.Column("draft_key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("process_id", sa.String(), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_key"], ["model_draft.key"], name="fk_scenario_note_draft_key_model_draft", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("scenario_note")
    op.drop_table("scenario_run")
    op.drop_table("model_scenario")
