"""Programmes, course runs, listeners, sheets, certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_courses"
down_revision = "0005_inbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
