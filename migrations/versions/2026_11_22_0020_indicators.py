"""Indicators: definitions by version, values by day, frozen copies, imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_indicators"
down_revision = "0019_support_programmes"
branch_labels = None
depends_on = None

_FROZEN = ("indicator_version", "indicator_snapshot")


def upgrade() -> None:
    _definitions()
    _values()
    _snapshots()
    _work()
    for table in _FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION row_is_frozen()"
        )


def _definitions() -> None:
    op.create_table(
        "indicator",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.code"], name="fk_indicator_organisation"),
        sa.PrimaryKeyConstraint("code", name="pk_indicator"),
    )
    op.create_index("ix_indicator_programme", "indicator", ["programme", "code"])
    op.create_table(
        "indicator_version",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["indicator.code"], name="fk_indicator_version_code"),
        sa.PrimaryKeyConstraint("code", "version", name="pk_indicator_version"),
    )


def _of_version(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["code", "version"], ["indicator_version.code", "indicator_version.version"], name=f"fk_{table}_code"
    )


def _values() -> None:
    op.create_table(
        "indicator_value",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Numeric(), nullable=False),
        sa.Column("d", sa.Numeric(), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        _of_version("indicator_value"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.code"], name="fk_indicator_value_organisation"),
        sa.PrimaryKeyConstraint("key", name="pk_indicator_value"),
        sa.UniqueConstraint("code", "organisation", "period", "day", name="uq_indicator_value_code_organisation_period_day"),
    )
    op.create_index("ix_indicator_value_organisation", "indicator_value", ["organisation", "period", "code"])


def _snapshots() -> None:
    op.create_table(
        "indicator_snapshot",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("organisation_name", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("sources", postgresql.JSONB(), nullable=False),
        sa.Column("target", sa.Numeric(), nullable=True),
        sa.Column("amber_share", sa.Numeric(), nullable=False),
        sa.Column("n", sa.Numeric(), nullable=False),
        sa.Column("d", sa.Numeric(), nullable=True),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("numerator", postgresql.JSONB(), nullable=False),
        sa.Column("denominator", postgresql.JSONB(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        _of_version("indicator_snapshot"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.code"], name="fk_indicator_snapshot_organisation"),
        sa.PrimaryKeyConstraint("key", name="pk_indicator_snapshot"),
        sa.CheckConstraint("reason <> ''", name="ck_indicator_snapshot_reason"),
    )
    op.create_index("ix_indicator_snapshot_code", "indicator_snapshot", ["code", "organisation", "taken_at"])
    op.create_index("ix_indicator_snapshot_batch", "indicator_snapshot", ["batch"])
    op.create_index("ix_indicator_snapshot_taken", "indicator_snapshot", ["taken_at"])


def _work() -> None:
    op.create_table(
        "indicator_night",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("put_down_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_indicator_night"),
    )
    op.create_table(
        "indicator_import",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_indicator_import"),
    )


def downgrade() -> None:
    for table in (
        "indicator_import",
        "indicator_night",
        "indicator_snapshot",
        "indicator_value",
        "indicator_version",
        "indicator",
    ):
        op.drop_table(table)
