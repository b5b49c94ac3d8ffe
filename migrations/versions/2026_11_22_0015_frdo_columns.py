"""Columns of the export for the federal register of documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015_frdo_columns"
down_revision = "0014_assessment_results"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frdo_layout",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_frdo_layout"),
    )
    op.execute(
        "CREATE TRIGGER frdo_layout_frozen BEFORE UPDATE OR DELETE ON frdo_layout "
        "FOR EACH ROW EXECUTE FUNCTION row_is_frozen()"
    )


def downgrade() -> None:
    op.drop_table("frdo_layout")
