"""The kind of an incident: what may be said of it without values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021_incident_kinds"
down_revision = "0020_indicators"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("kind", sa.String(), server_default="UNSPECIFIED", nullable=False))
    op.execute("UPDATE incident SET kind = 'JOB_NO_RETRIES' WHERE job_key IS NOT NULL")


def downgrade() -> None:
    op.drop_column("incident", "kind")
