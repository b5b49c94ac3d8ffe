"""Results of external assessment procedures and the files they came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_assessment_results"
down_revision = "0013_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessment_import",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_assessment_import")),
    )
    op.create_table(
        "assessment_result",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.BigInteger(), nullable=False),
        sa.Column("participants", sa.BigInteger(), nullable=False),
        sa.Column("mean", sa.Numeric(), nullable=True),
        sa.Column("below_min", sa.BigInteger(), nullable=True),
        sa.Column("tasks", postgresql.JSONB(), nullable=False),
        sa.Column("bias_flag", sa.Boolean(), nullable=False),
        sa.Column("import_key", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "procedure IN ('ВПР', 'ОГЭ', 'ЕГЭ', 'региональный мониторинг')",
            name=op.f("ck_assessment_result_procedure"),
        ),
        sa.CheckConstraint(
            "year >= 2015 AND grade BETWEEN 0 AND 11 AND participants >= 1", name=op.f("ck_assessment_result_figures")
        ),
        sa.CheckConstraint(
            "below_min IS NULL OR below_min BETWEEN 0 AND participants", name=op.f("ck_assessment_result_below_min")
        ),
        sa.ForeignKeyConstraint(
            ["import_key"], ["assessment_import.key"], name=op.f("fk_assessment_result_import_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_assessment_result")),
        sa.UniqueConstraint(
            "school", "subject", "procedure", "year", "grade", name=op.f("uq_assessment_result_school_subject_procedure_year_grade")
        ),
    )
    op.create_index("ix_assessment_result_year", "assessment_result", ["year"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_assessment_result_year", table_name="assessment_result")
    op.drop_table("assessment_result")
    op.drop_table("assessment_import")
