"""A file of a draft remembers which published versions it is to replace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0038_settled_versions"
down_revision = "0036_scenarios"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft_file", sa.Column("settled", JSONB(), nullable=False, server_default=sa.text("'[]'")))
    op.alter_column("draft_file", "settled", server_default=None)


def downgrade() -> None:
    op.drop_column("draft_file", "settled")
