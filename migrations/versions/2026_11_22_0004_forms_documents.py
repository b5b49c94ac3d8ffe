"""Files, records, documents and registers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_forms_documents"
down_revision = "0003_engine"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
