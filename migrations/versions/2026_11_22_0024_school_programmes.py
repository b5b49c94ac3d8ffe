"""Programmes of schools, stage reports, recommendations, assessments, targeted support."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024_school_programmes"
down_revision = "0023_retakes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school_programme",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("kinds", sa.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("team", sa.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("expert_totals", postgresql.JSONB(), nullable=False),
        sa.Column("interview_result", sa.String(), nullable=True),
        sa.Column("light", sa.String(), nullable=True),
        sa.Column("light_stage", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("verdict_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("light IN ('on_track', 'behind', 'critical')", name=op.f("ck_school_programme_light")),
        sa.CheckConstraint(
            "state IN ('drafting', 'review', 'expertise', 'interview', 'approval', 'running', 'assessment', "
            "'completed_success', 'completed_support', 'stopped')",
            name=op.f("ck_school_programme_state"),
        ),
        sa.CheckConstraint("period_to > period_from", name=op.f("ck_school_programme_period")),
        sa.ForeignKeyConstraint(["school"], ["organisation.code"], name=op.f("fk_school_programme_school")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_school_programme")),
    )
    op.create_index("ix_school_programme_municipality", "school_programme", ["municipality", "state"], unique=False)
    op.create_index(
        "uq_school_programme_open",
        "school_programme",
        ["school"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('completed_success', 'completed_support', 'stopped')"),
    )
    op.create_table(
        "school_programme_version",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["school_programme.key"], name=op.f("fk_school_programme_version_programme_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_school_programme_version")),
        sa.UniqueConstraint(
            "programme_key",
            "version",
            "revision",
            name=op.f("uq_school_programme_version_programme_key_version_revision"),
        ),
    )
    op.create_table(
        "school_programme_opinion",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("expert", sa.String(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("total BETWEEN 0 AND maximum", name=op.f("ck_school_programme_opinion_total")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["school_programme.key"], name=op.f("fk_school_programme_opinion_programme_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_school_programme_opinion")),
        sa.UniqueConstraint(
            "programme_key",
            "version",
            "revision",
            "expert",
            name=op.f("uq_school_programme_opinion_programme_key_version_revision_expert"),
        ),
    )
    op.create_table(
        "school_programme_interview",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("participants", postgresql.JSONB(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["school_programme.key"], name=op.f("fk_school_programme_interview_programme_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_school_programme_interview")),
    )
    op.create_index(
        "ix_school_programme_interview_programme",
        "school_programme_interview",
        ["programme_key", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "school_stage_report",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("submitted", sa.Boolean(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("measures_done_pct", sa.Numeric(), nullable=True),
        sa.Column("indicators_reached_pct", sa.Numeric(), nullable=True),
        sa.Column("light", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("light IN ('on_track', 'behind', 'critical')", name=op.f("ck_school_stage_report_light")),
        sa.CheckConstraint("stage IN ('1', '2', 'final')", name=op.f("ck_school_stage_report_stage")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["school_programme.key"], name=op.f("fk_school_stage_report_programme_key")
        ),
        sa.ForeignKeyConstraint(["school"], ["organisation.code"], name=op.f("fk_school_stage_report_school")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_school_stage_report")),
        sa.UniqueConstraint(
            "programme_key", "year", "stage", name=op.f("uq_school_stage_report_programme_key_year_stage")
        ),
    )
    op.create_index("ix_school_stage_report_school", "school_stage_report", ["school", "year"], unique=False)
    op.create_table(
        "school_recommendation",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("expected", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("protocol_number", sa.String(), nullable=True),
        sa.Column("protocol_document", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("performance", sa.String(), nullable=True),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "performance IN ('done', 'partly', 'not_done')", name=op.f("ck_school_recommendation_performance")
        ),
        sa.CheckConstraint("state IN ('drafted', 'issued', 'rejected')", name=op.f("ck_school_recommendation_state")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["school_programme.key"], name=op.f("fk_school_recommendation_programme_key")
        ),
        sa.ForeignKeyConstraint(["school"], ["organisation.code"], name=op.f("fk_school_recommendation_school")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_school_recommendation")),
        sa.UniqueConstraint(
            "programme_key",
            "year",
            "stage",
            "number",
            name=op.f("uq_school_recommendation_programme_key_year_stage_number"),
        ),
    )
    op.create_index("ix_school_recommendation_school", "school_recommendation", ["school", "year"], unique=False)
    op.create_table(
        "school_recommendation_answer",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("protocol_document", sa.String(), nullable=False),
        sa.Column("correction", sa.String(), nullable=False),
        sa.Column("signature", postgresql.JSONB(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["school_programme.key"], name=op.f("fk_school_recommendation_answer_programme_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_school_recommendation_answer")),
        sa.UniqueConstraint(
            "programme_key",
            "year",
            "stage",
            "protocol_document",
            name=op.f("uq_school_recommendation_answer_programme_key_year_stage_protocol_document"),
        ),
    )
    op.create_table(
        "effective_mode_assessment",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=True),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("instruments", postgresql.JSONB(), nullable=False),
        sa.Column("stable", sa.Boolean(), nullable=True),
        sa.Column("effective", sa.Boolean(), nullable=True),
        sa.Column("proposed", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("protocol_number", sa.String(), nullable=True),
        sa.Column("protocol_document", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('moved', 'continue', 'strengthen')", name=op.f("ck_effective_mode_assessment_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["school_programme.key"], name=op.f("fk_effective_mode_assessment_programme_key")
        ),
        sa.ForeignKeyConstraint(["school"], ["organisation.code"], name=op.f("fk_effective_mode_assessment_school")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_effective_mode_assessment")),
    )
    op.create_index(
        "ix_effective_mode_assessment_school", "effective_mode_assessment", ["school", "year"], unique=False
    )
    op.create_index(
        "uq_effective_mode_assessment_open",
        "effective_mode_assessment",
        ["school"],
        unique=True,
        postgresql_where=sa.text("verdict IS NULL"),
    )
    op.create_table(
        "targeted_support",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("schools", sa.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'completed', 'declined')", name=op.f("ck_targeted_support_state")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_targeted_support")),
    )
    op.create_index(
        "ix_targeted_support_schools", "targeted_support", ["schools"], unique=False, postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_table("targeted_support")
    op.drop_table("effective_mode_assessment")
    op.drop_table("school_recommendation_answer")
    op.drop_table("school_recommendation")
    op.drop_table("school_stage_report")
    op.drop_table("school_programme_interview")
    op.drop_table("school_programme_opinion")
    op.drop_table("school_programme_version")
    op.drop_table("school_programme")
