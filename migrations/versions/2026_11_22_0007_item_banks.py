"""Item banks, items and their versions, test specifications, imports of items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_item_banks"
down_revision = "0006_courses"
branch_labels = None
depends_on = None

FROZEN = """
CREATE FUNCTION item_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of item_version is refused: versions are frozen', TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "item_bank",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_item_bank")),
        sa.UniqueConstraint("code", name=op.f("uq_item_bank_code")),
    )
    op.create_table(
        "item",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bank_key", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("points", sa.Numeric(6, 2), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('single', 'multiple', 'numeric', 'text', 'matching', 'ordering')", name=op.f("ck_item_kind")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_item_points")),
        sa.ForeignKeyConstraint(["bank_key"], ["item_bank.key"], name=op.f("fk_item_bank_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_item")),
        sa.UniqueConstraint("bank_key", "code", name=op.f("uq_item_bank_key_code")),
    )
    op.create_index(
        "ix_item_bank_topic", "item", ["bank_key", "topic", "kind"], postgresql_where=sa.text("NOT retired")
    )
    op.create_index("ix_item_bank_digest", "item", ["bank_key", "digest"])
    op.create_table(
        "item_version",
        sa.Column("item_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("points", sa.Numeric(6, 2), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_key"], ["item.key"], name=op.f("fk_item_version_item_key")),
        sa.PrimaryKeyConstraint("item_key", "version", name=op.f("pk_item_version")),
    )
    op.execute(FROZEN)
    op.execute(
        "CREATE TRIGGER item_version_frozen BEFORE UPDATE OR DELETE ON item_version "
        "FOR EACH ROW EXECUTE FUNCTION item_version_frozen()"
    )
    op.create_table(
        "test_specification",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("bank_key", sa.BigInteger(), nullable=False),
        sa.Column("quotas", postgresql.JSONB(), nullable=False),
        sa.Column("time_limit_min", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("time_limit_min BETWEEN 1 AND 600", name=op.f("ck_test_specification_time_limit")),
        sa.ForeignKeyConstraint(["bank_key"], ["item_bank.key"], name=op.f("fk_test_specification_bank_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_specification")),
        sa.UniqueConstraint("code", name=op.f("uq_test_specification_code")),
    )
    op.create_index("ix_test_specification_bank_key", "test_specification", ["bank_key"])
    op.create_table(
        "item_import",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bank_key", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("same", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["bank_key"], ["item_bank.key"], name=op.f("fk_item_import_bank_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_item_import")),
    )
    op.create_index("ix_item_import_bank_key", "item_import", ["bank_key"])


def downgrade() -> None:
    op.drop_table("item_import")
    op.drop_table("test_specification")
    op.drop_table("item_version")
    op.execute("DROP FUNCTION item_version_frozen()")
    op.drop_table("item")
    op.drop_table("item_bank")
