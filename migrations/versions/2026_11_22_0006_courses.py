"""Programmes, course runs, listeners, sheets, certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_courses"
down_revision = "0005_inbox"
branch_labels = None
depends_on = None

# What must never change once it stands: each function compares the row without the columns that still may be set.
FROZEN = """
CREATE FUNCTION course_row_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := TG_ARGV[0]::text[];
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(OLD) - free) = (to_jsonb(NEW) - free) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of % is refused: the row is frozen', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
SHEET = """
CREATE FUNCTION attestation_row_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.session_key ELSE NEW.session_key END;
BEGIN
    IF EXISTS (SELECT 1 FROM attestation_session WHERE key = sheet AND status = 'signed') THEN
        RAISE EXCEPTION 'the sheet is signed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
TRIGGERS = (
    # table, columns that may still change, condition on the old row
    ("programme", "status", "OLD.status <> 'draft'"),
    ("course_group_move", "", None),
    ("attestation_base_record", "", None),
    ("test_result", "level,reason_valid,annulled_at,annulled_by,annulled_reason", None),
    ("certificate", "blank_series,blank_number,frdo_exported_on,document_id", None),
    ("study_note", "document_id", None),
    ("course_order", "", None),
    ("attestation_session", "document_id", "OLD.status = 'signed'"),
)


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("competences", postgresql.JSONB(), nullable=False),
        sa.Column("deficits", sa.String(), nullable=False),
        sa.Column("modules", postgresql.JSONB(), nullable=False),
        sa.Column("practice_hours", sa.BigInteger(), nullable=True),
        sa.Column("attestation_forms", postgresql.JSONB(), nullable=False),
        sa.Column("test_bank", sa.String(), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("(status = 'draft') = (approved_at IS NULL)", name=op.f("ck_programme_approved")),
        sa.CheckConstraint("status IN ('draft', 'active', 'archived')", name=op.f("ck_programme_status")),
        sa.CheckConstraint("hours >= 16", name=op.f("ck_programme_hours")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_programme_code_version")),
    )
    op.create_index(
        "uq_programme_active_code", "programme", ["code"], unique=True, postgresql_where=sa.text("status = 'active'")
    )
    op.create_index(
        "uq_programme_active_title", "programme", ["title"], unique=True, postgresql_where=sa.text("status = 'active'")
    )
    op.create_table(
        "course",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("programme_key", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("enrol_until", sa.Date(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("attest_on", sa.Date(), nullable=False),
        sa.Column("attest_reserve_on", sa.Date(), nullable=False),
        sa.Column("attest_resit_on", sa.Date(), nullable=False),
        sa.Column("places_min", sa.BigInteger(), nullable=False),
        sa.Column("places_max", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("commission_chair", sa.String(), nullable=False),
        sa.Column("audience", postgresql.JSONB(), nullable=False),
        sa.Column("team_mode", sa.Boolean(), nullable=False),
        sa.Column("team_complete_rule", sa.String(), nullable=True),
        sa.Column("max_retests", sa.BigInteger(), nullable=False),
        sa.Column("entry_window_days", sa.BigInteger(), nullable=False),
        sa.Column("queue_last", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("totals", postgresql.JSONB(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'forming', 'running', 'completed', 'cancelled')", name=op.f("ck_course_status")
        ),
        sa.CheckConstraint("1 <= places_min AND places_min <= places_max", name=op.f("ck_course_places")),
        sa.CheckConstraint("NOT team_mode OR team_complete_rule IS NOT NULL", name=op.f("ck_course_team")),
        sa.CheckConstraint(
            "attest_on < attest_reserve_on AND attest_reserve_on < attest_resit_on", name=op.f("ck_course_sessions")
        ),
        sa.CheckConstraint(
            'enrol_until < start AND start < attest_on AND attest_on <= "end"', name=op.f("ck_course_dates")
        ),
        sa.CheckConstraint("hours > 0", name=op.f("ck_course_hours")),
        sa.CheckConstraint("max_retests BETWEEN 0 AND 3", name=op.f("ck_course_max_retests")),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_course_programme_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    op.create_index("ix_course_leader", "course", ["leader"], unique=False)
    op.create_index("ix_course_status_start", "course", ["status", "start"], unique=False)
    op.create_table(
        "attestation_session",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_key", sa.BigInteger(), nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("schedule", postgresql.JSONB(), nullable=False),
        sa.Column("commission", postgresql.JSONB(), nullable=False),
        sa.Column("chair", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("filled_by", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'signed') = (number IS NOT NULL)", name=op.f("ck_attestation_session_number")),
        sa.CheckConstraint(
            "session IN ('основная', 'резервный день', 'повторная аттестация')",
            name=op.f("ck_attestation_session_session"),
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'filled', 'signed', 'empty')", name=op.f("ck_attestation_session_status")
        ),
        sa.ForeignKeyConstraint(["course_key"], ["course.key"], name=op.f("fk_attestation_session_course_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attestation_session")),
        sa.UniqueConstraint("course_key", "session", name=op.f("uq_attestation_session_course_key_session")),
    )
    op.create_table(
        "course_order",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("listeners", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('enrolment', 'certificates', 'expulsion', 'other')", name=op.f("ck_course_order_kind")
        ),
        sa.ForeignKeyConstraint(["course_key"], ["course.key"], name=op.f("fk_course_order_course_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_course_order")),
    )
    op.create_index("ix_course_order_course_key", "course_order", ["course_key"], unique=False)
    op.create_table(
        "course_person",
        sa.Column("course_key", sa.BigInteger(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.CheckConstraint("duty IN ('commission', 'methodist')", name=op.f("ck_course_person_duty")),
        sa.ForeignKeyConstraint(["course_key"], ["course.key"], name=op.f("fk_course_person_course_key")),
        sa.PrimaryKeyConstraint("course_key", "duty", "login", name=op.f("pk_course_person")),
    )
    op.create_index("ix_course_person_login", "course_person", ["login"], unique=False)
    op.create_table(
        "course_subgroup",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_key", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("modules", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["course_key"], ["course.key"], name=op.f("fk_course_subgroup_course_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_course_subgroup")),
        sa.UniqueConstraint("course_key", "title", name=op.f("uq_course_subgroup_course_key_title")),
    )
    op.create_table(
        "listener",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_key", sa.BigInteger(), nullable=False),
        sa.Column("teacher", sa.String(), nullable=False),
        sa.Column("teacher_name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("school_name", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("applied_by", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("team_name", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column("queue", sa.BigInteger(), nullable=True),
        sa.Column("enrolment_id", sa.String(), nullable=False),
        sa.Column("assignment", postgresql.JSONB(), nullable=False),
        sa.Column("assignment_id", sa.String(), nullable=True),
        sa.Column("enrolment_instance", sa.BigInteger(), nullable=True),
        sa.Column("listener_instance", sa.BigInteger(), nullable=True),
        sa.Column("remediation_instance", sa.BigInteger(), nullable=True),
        sa.Column("tutor", sa.String(), nullable=True),
        sa.Column("retest_on", sa.Date(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("entry_positive", sa.Boolean(), nullable=True),
        sa.Column("retest_positive", sa.Boolean(), nullable=True),
        sa.Column("entry_no_show", sa.Boolean(), nullable=False),
        sa.Column("method_points", sa.Numeric(), nullable=True),
        sa.Column("method_max", sa.Numeric(), nullable=True),
        sa.Column("diagnostics", postgresql.JSONB(), nullable=False),
        sa.Column("practice", postgresql.JSONB(), nullable=False),
        sa.Column("group_title", sa.String(), nullable=True),
        sa.Column("proposed_group", sa.String(), nullable=True),
        sa.Column("admission", sa.String(), nullable=True),
        sa.Column("attestation_form", sa.String(), nullable=True),
        sa.Column("attestation_topic", sa.String(), nullable=True),
        sa.Column("attestation_choice", postgresql.JSONB(), nullable=False),
        sa.Column("next_session", sa.String(), nullable=True),
        sa.Column("attestation_result", sa.String(), nullable=True),
        sa.Column("attestation_final", sa.Boolean(), nullable=False),
        sa.Column("open_lesson_fragment", sa.Boolean(), nullable=False),
        sa.Column("certificate_entitled", sa.Boolean(), nullable=True),
        sa.Column("in_order", sa.Boolean(), nullable=False),
        sa.Column("end_state", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "queue IS NOT NULL OR status NOT IN ('applied', 'held', 'waiting', 'confirmed', 'finished')",
            name=op.f("ck_listener_queue"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'applied', 'held', 'waiting', 'confirmed', 'finished', 'not_sent', 'waitlist_closed', 'refused', 'withdrawn', 'expelled')",
            name=op.f("ck_listener_status"),
        ),
        sa.CheckConstraint("method_points BETWEEN 0 AND method_max", name=op.f("ck_listener_method")),
        sa.ForeignKeyConstraint(["course_key"], ["course.key"], name=op.f("fk_listener_course_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_listener")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_listener_enrolment_id")),
    )
    op.create_index("ix_listener_course_status", "listener", ["course_key", "status", "queue"], unique=False)
    op.create_index("ix_listener_school", "listener", ["school"], unique=False)
    op.create_index("ix_listener_teacher", "listener", ["teacher"], unique=False)
    op.create_index(
        "uq_listener_active",
        "listener",
        ["course_key", "teacher"],
        unique=True,
        postgresql_where=sa.text("status IN ('submitted', 'applied', 'held', 'waiting', 'confirmed', 'finished')"),
    )
    op.create_table(
        "test_import",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["course_key"], ["course.key"], name=op.f("fk_test_import_course_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_import")),
    )
    op.create_index("ix_test_import_course_key", "test_import", ["course_key"], unique=False)
    op.create_table(
        "attestation_base_record",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("listener_key", sa.BigInteger(), nullable=False),
        sa.Column("teacher", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("points", sa.Numeric(), nullable=False),
        sa.Column("max_points", sa.Numeric(), nullable=False),
        sa.Column("attempt_kind", sa.String(), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempt_kind IN ('входной', 'повторный')", name=op.f("ck_attestation_base_record_kind")),
        sa.CheckConstraint(
            "max_points > 0 AND points >= 0 AND points <= max_points", name=op.f("ck_attestation_base_record_points")
        ),
        sa.ForeignKeyConstraint(
            ["listener_key"], ["listener.key"], name=op.f("fk_attestation_base_record_listener_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attestation_base_record")),
        sa.UniqueConstraint(
            "listener_key", "attempt_kind", name=op.f("uq_attestation_base_record_listener_key_attempt_kind")
        ),
    )
    op.create_index("ix_attestation_base_record_teacher", "attestation_base_record", ["teacher"], unique=False)
    op.create_table(
        "attestation_row",
        sa.Column("session_key", sa.BigInteger(), nullable=False),
        sa.Column("listener_key", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("absence_valid", sa.Boolean(), nullable=True),
        sa.Column("open_lesson_fragment", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=True),
        sa.CheckConstraint("result <> 'неуспешно' OR remarks IS NOT NULL", name=op.f("ck_attestation_row_remarks")),
        sa.CheckConstraint("result <> 'неявка' OR absence_valid IS NOT NULL", name=op.f("ck_attestation_row_absence")),
        sa.CheckConstraint("result IN ('успешно', 'неуспешно', 'неявка')", name=op.f("ck_attestation_row_result")),
        sa.ForeignKeyConstraint(["listener_key"], ["listener.key"], name=op.f("fk_attestation_row_listener_key")),
        sa.ForeignKeyConstraint(
            ["session_key"], ["attestation_session.key"], name=op.f("fk_attestation_row_session_key")
        ),
        sa.PrimaryKeyConstraint("session_key", "listener_key", name=op.f("pk_attestation_row")),
    )
    op.create_index("ix_attestation_row_listener_key", "attestation_row", ["listener_key"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("listener_key", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("order_key", sa.BigInteger(), nullable=True),
        sa.Column("programme_title", sa.String(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("blank_series", sa.String(), nullable=True),
        sa.Column("blank_number", sa.String(), nullable=True),
        sa.Column("frdo_exported_on", sa.Date(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(blank_series IS NULL) = (blank_number IS NULL)", name=op.f("ck_certificate_blank")),
        sa.CheckConstraint("period_from <= period_to", name=op.f("ck_certificate_period")),
        sa.ForeignKeyConstraint(["listener_key"], ["listener.key"], name=op.f("fk_certificate_listener_key")),
        sa.ForeignKeyConstraint(["order_key"], ["course_order.key"], name=op.f("fk_certificate_order_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_certificate")),
        sa.UniqueConstraint("listener_key", name=op.f("uq_certificate_listener_key")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    op.create_index(
        "uq_certificate_blank",
        "certificate",
        ["blank_series", "blank_number"],
        unique=True,
        postgresql_where=sa.text("blank_number IS NOT NULL"),
    )
    op.create_table(
        "course_group_move",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("listener_key", sa.BigInteger(), nullable=False),
        sa.Column("from_group", sa.String(), nullable=True),
        sa.Column("to_group", sa.String(), nullable=False),
        sa.Column("proposed_group", sa.String(), nullable=True),
        sa.Column("moved_by", sa.String(), nullable=False),
        sa.Column("moved_by_name", sa.String(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["listener_key"], ["listener.key"], name=op.f("fk_course_group_move_listener_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_course_group_move")),
    )
    op.create_index("ix_course_group_move_listener_key", "course_group_move", ["listener_key"], unique=False)
    op.create_table(
        "recommendation",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("listener_key", sa.BigInteger(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("signatures", postgresql.JSONB(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["listener_key"], ["listener.key"], name=op.f("fk_recommendation_listener_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_recommendation")),
        sa.UniqueConstraint("listener_key", name=op.f("uq_recommendation_listener_key")),
    )
    op.create_table(
        "sheet_signature",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_key", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_chair", sa.Boolean(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_key"], ["attestation_session.key"], name=op.f("fk_sheet_signature_session_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sheet_signature")),
    )
    op.create_index(
        "uq_sheet_signature_valid",
        "sheet_signature",
        ["session_key", "login"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "study_note",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("listener_key", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["listener_key"], ["listener.key"], name=op.f("fk_study_note_listener_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_study_note")),
        sa.UniqueConstraint("listener_key", name=op.f("uq_study_note_listener_key")),
        sa.UniqueConstraint("number", name=op.f("uq_study_note_number")),
    )
    op.create_table(
        "test_result",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("listener_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Numeric(), nullable=True),
        sa.Column("max_points", sa.Numeric(), nullable=True),
        sa.Column("items", postgresql.JSONB(), nullable=False),
        sa.Column("no_show", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("reason_valid", sa.Boolean(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("import_key", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulled_by", sa.String(), nullable=True),
        sa.Column("annulled_reason", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('входной', 'повторный')", name=op.f("ck_test_result_kind")),
        sa.CheckConstraint("(annulled_at IS NULL) = (annulled_reason IS NULL)", name=op.f("ck_test_result_annulled")),
        sa.CheckConstraint("(points IS NULL) = (max_points IS NULL)", name=op.f("ck_test_result_pair")),
        sa.CheckConstraint(
            "max_points > 0 AND points >= 0 AND points <= max_points", name=op.f("ck_test_result_points")
        ),
        sa.CheckConstraint("no_show = (points IS NULL)", name=op.f("ck_test_result_no_show")),
        sa.ForeignKeyConstraint(["import_key"], ["test_import.key"], name=op.f("fk_test_result_import_key")),
        sa.ForeignKeyConstraint(["listener_key"], ["listener.key"], name=op.f("fk_test_result_listener_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_result")),
        sa.UniqueConstraint("listener_key", "kind", "attempt", name=op.f("uq_test_result_listener_key_kind_attempt")),
    )

    op.execute(FROZEN)
    for table, free, condition in TRIGGERS:
        when = f"WHEN ({condition})" if condition else ""
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {when} "
            f"EXECUTE FUNCTION course_row_frozen('{{{free}}}')"
        )
    op.execute(SHEET)
    op.execute(
        "CREATE TRIGGER attestation_row_frozen BEFORE INSERT OR UPDATE OR DELETE ON attestation_row "
        "FOR EACH ROW EXECUTE FUNCTION attestation_row_frozen()"
    )


def downgrade() -> None:
    op.drop_table("test_result")
    op.drop_table("study_note")
    op.drop_index(
        "uq_sheet_signature_valid", table_name="sheet_signature", postgresql_where=sa.text("voided_at IS NULL")
    )
    op.drop_table("sheet_signature")
    op.drop_table("recommendation")
    op.drop_index("ix_course_group_move_listener_key", table_name="course_group_move")
    op.drop_table("course_group_move")
    op.drop_index(
        "uq_certificate_blank", table_name="certificate", postgresql_where=sa.text("blank_number IS NOT NULL")
    )
    op.drop_table("certificate")
    op.drop_index("ix_attestation_row_listener_key", table_name="attestation_row")
    op.drop_table("attestation_row")
    op.drop_index("ix_attestation_base_record_teacher", table_name="attestation_base_record")
    op.drop_table("attestation_base_record")
    op.drop_index("ix_test_import_course_key", table_name="test_import")
    op.drop_table("test_import")
    op.drop_index(
        "uq_listener_active",
        table_name="listener",
        postgresql_where=sa.text("status IN ('submitted', 'applied', 'held', 'waiting', 'confirmed', 'finished')"),
    )
    op.drop_index("ix_listener_teacher", table_name="listener")
    op.drop_index("ix_listener_school", table_name="listener")
    op.drop_index("ix_listener_course_status", table_name="listener")
    op.drop_table("listener")
    op.drop_table("course_subgroup")
    op.drop_index("ix_course_person_login", table_name="course_person")
    op.drop_table("course_person")
    op.drop_index("ix_course_order_course_key", table_name="course_order")
    op.drop_table("course_order")
    op.drop_table("attestation_session")
    op.drop_index("ix_course_status_start", table_name="course")
    op.drop_index("ix_course_leader", table_name="course")
    op.drop_table("course")
    op.drop_index("uq_programme_active_title", table_name="programme", postgresql_where=sa.text("status = 'active'"))
    op.drop_index("uq_programme_active_code", table_name="programme", postgresql_where=sa.text("status = 'active'"))
    op.drop_table("programme")
    op.execute("DROP FUNCTION course_row_frozen()")
    op.execute("DROP FUNCTION attestation_row_frozen()")
