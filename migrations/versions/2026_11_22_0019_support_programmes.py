"""Support programmes: passports, bodies, roadmaps, measures with their occurrences, stage calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019_support_programmes"
down_revision = "0018_curators_agreements"
branch_labels = None
depends_on = None

FROZEN = ("roadmap_version", "measure_fact")
FUNCTION = """
CREATE FUNCTION programme_fact_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what was approved or accepted stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "support_programme",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_key", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("curator", sa.String(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=False),
        sa.Column("executors", sa.String(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("tasks", postgresql.JSONB(), nullable=False),
        sa.Column("groups", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('region', 'municipality', 'school')", name=op.f("ck_support_programme_kind")),
        sa.CheckConstraint("state IN ('draft', 'active', 'closed')", name=op.f("ck_support_programme_state")),
        sa.CheckConstraint("parent_key <> key", name=op.f("ck_support_programme_parent")),
        sa.CheckConstraint("period_from <= period_to", name=op.f("ck_support_programme_period")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.code"], name=op.f("fk_support_programme_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["parent_key"], ["support_programme.key"], name=op.f("fk_support_programme_parent_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_support_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_support_programme_code")),
    )
    op.create_index("ix_support_programme_cycle", "support_programme", ["cycle", "period_from"], unique=False)
    op.create_index("ix_support_programme_organisation", "support_programme", ["organisation"], unique=False)
    op.create_table(
        "programme_target",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("comparison", sa.String(), nullable=False),
        sa.CheckConstraint("comparison IN ('>=', '<=', '=')", name=op.f("ck_programme_target_comparison")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["support_programme.key"], name=op.f("fk_programme_target_programme_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_programme_target")),
    )
    op.create_index("ix_programme_target_programme_key", "programme_target", ["programme_key"], unique=False)
    op.create_table(
        "support_body",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=True),
        sa.Column("programme_key", sa.BigInteger(), nullable=True),
        sa.Column("functions", sa.String(), nullable=False),
        sa.Column("statute", postgresql.JSONB(), nullable=False),
        sa.Column("meeting_body", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("order_on", sa.Date(), nullable=False),
        sa.Column("order_document", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("roadmap_row", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'dissolved')", name=op.f("ck_support_body_state")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.code"], name=op.f("fk_support_body_organisation")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["support_programme.key"], name=op.f("fk_support_body_programme_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_support_body")),
        sa.UniqueConstraint("code", name=op.f("uq_support_body_code")),
        sa.UniqueConstraint("instance_key", name=op.f("uq_support_body_instance_key")),
    )
    op.create_index("ix_support_body_organisation", "support_body", ["organisation"], unique=False)
    op.create_table(
        "support_body_member",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body_key", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("duty IN ('председатель', 'секретарь', 'член')", name=op.f("ck_support_body_member_duty")),
        sa.ForeignKeyConstraint(["body_key"], ["support_body.key"], name=op.f("fk_support_body_member_body_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_support_body_member")),
    )
    op.create_index("ix_support_body_member_body_key", "support_body_member", ["body_key"], unique=False)
    op.create_index("ix_support_body_member_login", "support_body_member", ["login"], unique=False)
    op.create_table(
        "roadmap",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'approved', 'closed')", name=op.f("ck_roadmap_state")),
        sa.ForeignKeyConstraint(["programme_key"], ["support_programme.key"], name=op.f("fk_roadmap_programme_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_roadmap")),
        sa.UniqueConstraint("programme_key", name=op.f("uq_roadmap_programme_key")),
    )
    op.create_table(
        "roadmap_section",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("roadmap_key", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("groups", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["roadmap_key"], ["roadmap.key"], name=op.f("fk_roadmap_section_roadmap_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_roadmap_section")),
        sa.UniqueConstraint("roadmap_key", "number", name=op.f("uq_roadmap_section_roadmap_key_number")),
    )
    op.create_table(
        "roadmap_version",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("roadmap_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("order_on", sa.Date(), nullable=True),
        sa.Column("order_document", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["roadmap_key"], ["roadmap.key"], name=op.f("fk_roadmap_version_roadmap_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_roadmap_version")),
        sa.UniqueConstraint("roadmap_key", "version", name=op.f("uq_roadmap_version_roadmap_key_version")),
    )
    op.create_index("ix_roadmap_version_roadmap_key", "roadmap_version", ["roadmap_key"], unique=False)
    op.create_table(
        "roadmap_import",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sections", postgresql.JSONB(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["support_programme.key"], name=op.f("fk_roadmap_import_programme_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_roadmap_import")),
    )
    op.create_index("ix_roadmap_import_programme_key", "roadmap_import", ["programme_key", "uploaded_at"], unique=False)
    op.create_table(
        "measure",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("roadmap_key", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("full_title", sa.String(), nullable=False),
        sa.Column("period_text", sa.String(), nullable=False),
        sa.Column("period_kind", sa.String(), nullable=False),
        sa.Column("months", postgresql.JSONB(), nullable=False),
        sa.Column("windows", postgresql.JSONB(), nullable=False),
        sa.Column("executors", sa.String(), nullable=False),
        sa.Column("executor_codes", postgresql.JSONB(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("co", postgresql.JSONB(), nullable=False),
        sa.Column("groups", postgresql.JSONB(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("fixing_document", sa.String(), nullable=False),
        sa.Column("control_form", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("thresholds", postgresql.JSONB(), nullable=False),
        sa.Column("follows", sa.String(), nullable=True),
        sa.Column("carried_from", sa.String(), nullable=True),
        sa.Column("warnings", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "period_kind IN ('months', 'window', 'year', 'schedule', 'monthly', 'request')",
            name=op.f("ck_measure_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'done', 'partly', 'not_done', 'cancelled')", name=op.f("ck_measure_state")
        ),
        sa.CheckConstraint("follows <> row_key", name=op.f("ck_measure_follows")),
        sa.ForeignKeyConstraint(["roadmap_key"], ["roadmap.key"], name=op.f("fk_measure_roadmap_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_measure")),
        sa.UniqueConstraint("row_key", name=op.f("uq_measure_row_key")),
    )
    op.create_index("ix_measure_follows", "measure", ["follows"], unique=False)
    op.create_index("ix_measure_process", "measure", ["process"], unique=False)
    op.create_index("ix_measure_roadmap_key", "measure", ["roadmap_key", "position"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("measure_key", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reported", sa.String(), nullable=False),
        sa.Column("fact_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("linked_key", sa.BigInteger(), nullable=True),
        sa.Column("linked_process", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('planned', 'running', 'done', 'partly', 'not_done', 'cancelled')",
            name=op.f("ck_occurrence_status"),
        ),
        sa.CheckConstraint("opens_on <= due_on", name=op.f("ck_occurrence_dates")),
        sa.ForeignKeyConstraint(["measure_key"], ["measure.key"], name=op.f("fk_occurrence_measure_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("measure_key", "number", name=op.f("uq_occurrence_measure_key_number")),
    )
    op.create_index("ix_occurrence_due", "occurrence", ["status", "due_on"], unique=False)
    op.create_index("ix_occurrence_opens", "occurrence", ["opens_on"], unique=False)
    op.create_table(
        "measure_fact",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("occurrence_key", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("fact_on", sa.Date(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("participants", postgresql.JSONB(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('report', 'process', 'regional', 'co_executor')", name=op.f("ck_measure_fact_source")
        ),
        sa.ForeignKeyConstraint(["occurrence_key"], ["occurrence.key"], name=op.f("fk_measure_fact_occurrence_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_measure_fact")),
    )
    op.create_index("ix_measure_fact_occurrence_key", "measure_fact", ["occurrence_key"], unique=False)
    op.create_table(
        "occurrence_move",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("occurrence_key", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'refused')", name=op.f("ck_occurrence_move_state")),
        sa.ForeignKeyConstraint(["occurrence_key"], ["occurrence.key"], name=op.f("fk_occurrence_move_occurrence_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_occurrence_move")),
    )
    op.create_index("ix_occurrence_move_occurrence_key", "occurrence_move", ["occurrence_key"], unique=False)
    op.create_table(
        "stage_calendar",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("business_days", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("moved", postgresql.JSONB(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["support_programme.key"], name=op.f("fk_stage_calendar_programme_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stage_calendar")),
        sa.UniqueConstraint(
            "programme_key", "code", "year", "version", name=op.f("uq_stage_calendar_programme_key_code_year_version")
        ),
    )
    op.create_index(
        "uq_stage_calendar_current",
        "stage_calendar",
        ["programme_key", "code", "year"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "calendar_stage",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("calendar_key", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_calendar_stage_month")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_calendar_stage_dates")),
        sa.ForeignKeyConstraint(["calendar_key"], ["stage_calendar.key"], name=op.f("fk_calendar_stage_calendar_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_calendar_stage")),
        sa.UniqueConstraint("calendar_key", "number", name=op.f("uq_calendar_stage_calendar_key_number")),
    )
    op.execute(FUNCTION)
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION programme_fact_frozen()"
        )


def downgrade() -> None:
    op.drop_table("calendar_stage")
    op.drop_table("stage_calendar")
    op.drop_table("occurrence_move")
    op.drop_table("measure_fact")
    op.drop_table("occurrence")
    op.drop_table("measure")
    op.drop_table("roadmap_import")
    op.drop_table("roadmap_version")
    op.drop_table("roadmap_section")
    op.drop_table("roadmap")
    op.drop_table("support_body_member")
    op.drop_table("support_body")
    op.drop_table("programme_target")
    op.drop_table("support_programme")
    op.execute("DROP FUNCTION programme_fact_frozen()")
