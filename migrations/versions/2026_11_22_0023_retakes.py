"""A course is tested outside by choice; an annulled retest takes its record out of the attestation base.

Revision ID: 0023_retakes
Revises: 0022_schools
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023_retakes"
down_revision = "0022_schools"
branch_labels = None
depends_on = None


def _trigger(free: str) -> None:
    """Rows of the base stay as they were written, but for the columns named."""
    op.execute("DROP TRIGGER attestation_base_record_frozen ON attestation_base_record")
    op.execute(
        "CREATE TRIGGER attestation_base_record_frozen BEFORE UPDATE OR DELETE ON attestation_base_record "
        f"FOR EACH ROW EXECUTE FUNCTION course_row_frozen('{{{free}}}')"
    )


def upgrade() -> None:
    """Apply."""
    op.add_column("course", sa.Column("outside_test", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("attestation_base_record", sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("uq_attestation_base_record_listener_key_attempt_kind", "attestation_base_record", type_="unique")
    op.create_index(
        "uq_attestation_base_record_counting",
        "attestation_base_record",
        ["listener_key", "attempt_kind"],
        unique=True,
        postgresql_where=sa.text("annulled_at IS NULL"),
    )
    _trigger("annulled_at")


def downgrade() -> None:
    """Take back. Records of annulled results cannot stand beside the ones that count."""
    op.drop_index("uq_attestation_base_record_counting", "attestation_base_record")
    op.execute("ALTER TABLE attestation_base_record DISABLE TRIGGER attestation_base_record_frozen")
    op.execute("DELETE FROM attestation_base_record WHERE annulled_at IS NOT NULL")
    op.create_unique_constraint(
        "uq_attestation_base_record_listener_key_attempt_kind", "attestation_base_record", ["listener_key", "attempt_kind"]
    )
    op.drop_column("attestation_base_record", "annulled_at")
    op.drop_column("course", "outside_test")
    _trigger("")
