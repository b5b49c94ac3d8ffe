"""Processes are found by the measure for which they run."""

from __future__ import annotations

from alembic import op

revision = "0026_roadmap_rows"
down_revision = "0025_school_categories"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_process_instance_roadmap_row ON process_instance ((variables ->> 'roadmap_row')) "
        "WHERE variables ->> 'roadmap_row' IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("ix_process_instance_roadmap_row", table_name="process_instance")
