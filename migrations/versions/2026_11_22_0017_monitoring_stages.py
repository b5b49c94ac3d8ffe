"""Monitoring by stages: of schools (questionnaires, anonymous links) and of municipalities (indicators by month)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_monitoring_stages"
down_revision = "0016_school_groups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monitoring_round",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("group_code", sa.String(), nullable=True),
        sa.Column("areas", postgresql.JSONB(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("window_until", sa.Date(), nullable=False),
        sa.Column("tools", postgresql.JSONB(), nullable=False),
        sa.Column("previous_key", sa.BigInteger(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stage IN ('I', 'II', 'III', 'М')", name=op.f("ck_monitoring_round_stage")),
        sa.CheckConstraint("window_until >= opens_on", name=op.f("ck_monitoring_round_window")),
        sa.ForeignKeyConstraint(
            ["previous_key"], ["monitoring_round.key"], name=op.f("fk_monitoring_round_previous_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_monitoring_round")),
        sa.UniqueConstraint("instance_key", name=op.f("uq_monitoring_round_instance_key")),
    )
    op.create_index("ix_monitoring_round_year_stage", "monitoring_round", ["year", "stage"], unique=False)
    op.create_table(
        "municipal_round",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("month IN (4, 6, 11)", name=op.f("ck_municipal_round_month")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_municipal_round")),
        sa.UniqueConstraint("instance_key", name=op.f("uq_municipal_round_instance_key")),
        sa.UniqueConstraint("year", "month", name=op.f("uq_municipal_round_year_month")),
    )
    op.create_table(
        "monitoring_school",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round_key", sa.BigInteger(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("window_until", sa.Date(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("window_closed", sa.Boolean(), nullable=False),
        sa.Column("teachers", sa.BigInteger(), nullable=False),
        sa.Column("classes", postgresql.JSONB(), nullable=False),
        sa.Column("coverage", postgresql.JSONB(), nullable=False),
        sa.Column("low_coverage", sa.Boolean(), nullable=False),
        sa.Column("summary", postgresql.JSONB(), nullable=False),
        sa.Column("summary_id", sa.String(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'summary', 'review', 'accepted', 'not_submitted')",
            name=op.f("ck_monitoring_school_status"),
        ),
        sa.ForeignKeyConstraint(["round_key"], ["monitoring_round.key"], name=op.f("fk_monitoring_school_round_key")),
        sa.ForeignKeyConstraint(["school"], ["organisation.code"], name=op.f("fk_monitoring_school_school")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_monitoring_school")),
        sa.UniqueConstraint("round_key", "school", name=op.f("uq_monitoring_school_round_key_school")),
    )
    op.create_index("ix_monitoring_school_school", "monitoring_school", ["school"], unique=False)
    op.create_table(
        "municipal_cell",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round_key", sa.BigInteger(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("check_result", sa.String(), nullable=True),
        sa.Column("check_comment", sa.String(), nullable=True),
        sa.Column("clarified", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("link_state", sa.String(), nullable=True),
        sa.Column("link_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "check_result IN ('подтверждено', 'не подтверждено', 'уточнить')",
            name=op.f("ck_municipal_cell_check_result"),
        ),
        sa.CheckConstraint("value IN ('да', 'частично', 'нет')", name=op.f("ck_municipal_cell_value")),
        sa.CheckConstraint("value IS NULL OR value = 'нет' OR url IS NOT NULL", name=op.f("ck_municipal_cell_link")),
        sa.CheckConstraint("count >= 0", name=op.f("ck_municipal_cell_count")),
        sa.ForeignKeyConstraint(["municipality"], ["organisation.code"], name=op.f("fk_municipal_cell_municipality")),
        sa.ForeignKeyConstraint(["round_key"], ["municipal_round.key"], name=op.f("fk_municipal_cell_round_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_municipal_cell")),
        sa.UniqueConstraint(
            "round_key", "municipality", "code", name=op.f("uq_municipal_cell_round_key_municipality_code")
        ),
    )
    op.create_index("ix_municipal_cell_municipality", "municipal_cell", ["municipality"], unique=False)
    op.create_table(
        "municipal_score",
        sa.Column("round_key", sa.BigInteger(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("points", sa.Numeric(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("directions", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["organisation.code"], name=op.f("fk_municipal_score_municipality")),
        sa.ForeignKeyConstraint(["round_key"], ["municipal_round.key"], name=op.f("fk_municipal_score_round_key")),
        sa.PrimaryKeyConstraint("round_key", "municipality", name=op.f("pk_municipal_score")),
    )
    op.create_table(
        "monitoring_competence",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("school_key", sa.BigInteger(), nullable=False),
        sa.Column("teacher", sa.String(), nullable=False),
        sa.Column("own", postgresql.JSONB(), nullable=False),
        sa.Column("levels", postgresql.JSONB(), nullable=False),
        sa.Column("directions", postgresql.JSONB(), nullable=False),
        sa.Column("evaluator", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_key"], ["monitoring_school.key"], name=op.f("fk_monitoring_competence_school_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_monitoring_competence")),
        sa.UniqueConstraint("school_key", "teacher", name=op.f("uq_monitoring_competence_school_key_teacher")),
    )
    op.create_table(
        "monitoring_figure",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("school_key", sa.BigInteger(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Numeric(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_key"], ["monitoring_school.key"], name=op.f("fk_monitoring_figure_school_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_monitoring_figure")),
        sa.UniqueConstraint(
            "school_key", "audience", "code", name=op.f("uq_monitoring_figure_school_key_audience_code")
        ),
    )
    op.create_table(
        "questionnaire_answers",
        sa.Column("school_key", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_key"], ["monitoring_school.key"], name=op.f("fk_questionnaire_answers_school_key")
        ),
        sa.PrimaryKeyConstraint("school_key", "audience", "form_id", name=op.f("pk_questionnaire_answers")),
    )
    op.create_table(
        "questionnaire_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("school_key", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("class_name", sa.String(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.CheckConstraint("audience IN ('teacher', 'pupil', 'parent')", name=op.f("ck_questionnaire_link_audience")),
        sa.ForeignKeyConstraint(
            ["school_key"], ["monitoring_school.key"], name=op.f("fk_questionnaire_link_school_key")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_questionnaire_link")),
    )
    op.create_index(
        "ix_questionnaire_link_school_key", "questionnaire_link", ["school_key", "audience", "class_name"], unique=False
    )
    op.create_table(
        "questionnaire_miss",
        sa.Column("key", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_questionnaire_miss")),
    )
    op.create_index("ix_questionnaire_miss_at", "questionnaire_miss", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_questionnaire_miss_at", table_name="questionnaire_miss")
    op.drop_table("questionnaire_miss")
    op.drop_index("ix_questionnaire_link_school_key", table_name="questionnaire_link")
    op.drop_table("questionnaire_link")
    op.drop_table("questionnaire_answers")
    op.drop_table("monitoring_figure")
    op.drop_table("monitoring_competence")
    op.drop_table("municipal_score")
    op.drop_index("ix_municipal_cell_municipality", table_name="municipal_cell")
    op.drop_table("municipal_cell")
    op.drop_index("ix_monitoring_school_school", table_name="monitoring_school")
    op.drop_table("monitoring_school")
    op.drop_table("municipal_round")
    op.drop_index("ix_monitoring_round_year_stage", table_name="monitoring_round")
    op.drop_table("monitoring_round")
