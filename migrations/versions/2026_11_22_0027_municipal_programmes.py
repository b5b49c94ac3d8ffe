"""What the passport of a municipal programme says besides, its order, its document and its process.

Revision ID: 0027_municipal_programmes
Revises: 0031_agreement_cancelled
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027_municipal_programmes"
down_revision = "0031_agreement_cancelled"
branch_labels = None
depends_on = None

TEXTS = ("problem", "staffing", "funding", "order_number", "order_document", "paper")


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "support_programme", sa.Column("participants", postgresql.JSONB(), nullable=False, server_default="[]")
    )
    op.alter_column("support_programme", "participants", server_default=None)
    for name in TEXTS:
        op.add_column("support_programme", sa.Column(name, sa.String(), nullable=False, server_default=""))
        op.alter_column("support_programme", name, server_default=None)
    op.add_column("support_programme", sa.Column("order_on", sa.Date(), nullable=True))
    op.add_column("support_programme", sa.Column("instance_key", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take back."""
    for name in ("instance_key", "order_on", *reversed(TEXTS), "participants"):
        op.drop_column("support_programme", name)
