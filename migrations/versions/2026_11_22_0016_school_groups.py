"""Groups of schools and who belongs to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_school_groups"
down_revision = "0015_frdo_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school_group",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('category', 'project', 'list')", name=op.f("ck_school_group_kind")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_school_group")),
    )
    op.create_table(
        "school_membership",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("group_code", sa.String(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("list_id", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_school_membership_days")),
        sa.ForeignKeyConstraint(
            ["group_code"], ["school_group.code"], name=op.f("fk_school_membership_group_code")
        ),
        sa.ForeignKeyConstraint(["school"], ["organisation.code"], name=op.f("fk_school_membership_school")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_school_membership")),
    )
    op.create_index("ix_school_membership_school", "school_membership", ["school"])
    op.create_index("ix_school_membership_group_code_valid_from", "school_membership", ["group_code", "valid_from"])
    op.create_index(
        "uq_school_membership_lasting",
        "school_membership",
        ["group_code", "school"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("school_membership")
    op.drop_table("school_group")
