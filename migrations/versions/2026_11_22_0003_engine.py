"""Definitions, instances, waits, history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_engine"
down_revision = "0002_people"
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION history_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is never changed' USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_calendar_day"),
    )
    op.create_table(
        "deployment",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deployed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_deployment"),
    )
    op.create_table(
        "event_subscription",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("correlation_key", sa.String(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_event_subscription"),
    )
    op.create_index("ix_event_subscription_instance", "event_subscription", ["instance_key", "token"], unique=False)
    op.create_index("ix_event_subscription_name", "event_subscription", ["name", "correlation_key"], unique=False)
    op.create_table(
        "history_event",
        sa.Column("instance_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=True),
        sa.Column("task_key", sa.BigInteger(), nullable=True),
        sa.Column("form_key", sa.BigInteger(), nullable=True),
        sa.Column("details", postgresql.JSON(), nullable=False),
        sa.Column("entries", postgresql.JSON(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("instance_key", "seq", name="pk_history_event"),
    )
    op.create_index("ix_history_event_actor", "history_event", ["actor", "at"], unique=False)
    op.create_index("ix_history_event_at", "history_event", ["at"], unique=False)
    op.create_table(
        "incident",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("job_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_incident"),
    )
    op.create_index("ix_incident_instance_key", "incident", ["instance_key"], unique=False)
    op.create_index(
        "ix_incident_open", "incident", ["created_at"], unique=False, postgresql_where=sa.text("resolved_at IS NULL")
    )
    op.create_table(
        "job",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("retries", sa.BigInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_job"),
    )
    op.create_index("ix_job_instance", "job", ["instance_key", "token"], unique=False)
    op.create_index("ix_job_open", "job", ["type", "run_at"], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "message",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("correlation_key", sa.String(), nullable=False),
        sa.Column("variables", postgresql.JSONB(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_message"),
    )
    op.create_index("ix_message_expires_at", "message", ["expires_at"], unique=False)
    op.create_index("ix_message_name", "message", ["name", "correlation_key"], unique=False)
    op.create_index(
        "uq_message_id",
        "message",
        ["name", "correlation_key", "message_id"],
        unique=True,
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_table(
        "task_candidate",
        sa.Column("candidate", sa.String(), nullable=False),
        sa.Column("due_sort", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_key", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
    )
    op.create_index(
        "uq_task_candidate",
        "task_candidate",
        ["candidate", "due_sort", "task_key"],
        unique=True,
        postgresql_include=["role"],
    )
    op.create_table(
        "task_draft",
        sa.Column("task_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task_key", "login", name="pk_task_draft"),
    )
    op.create_table(
        "timer",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_timer"),
    )
    op.create_index("ix_timer_due_at", "timer", ["due_at"], unique=False)
    op.create_index("ix_timer_instance", "timer", ["instance_key", "token"], unique=False)
    op.create_table(
        "user_task",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("loop", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("candidate_groups", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("candidate_users", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("candidates", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("inbox", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("form_id", sa.String(), nullable=True),
        sa.Column("form_key", sa.BigInteger(), nullable=True),
        sa.Column("external_form", sa.String(), nullable=True),
        sa.Column("not_by", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_sort", sa.DateTime(timezone=True), nullable=False),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.String(), nullable=True),
        sa.Column("on_behalf_of", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(), nullable=True),
        sa.Column("mark_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_user_task"),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "ix_user_task_completed_by",
        "user_task",
        ["completed_by", "ended_at"],
        unique=False,
        postgresql_where=sa.text("completed_by IS NOT NULL"),
    )
    op.create_index("ix_user_task_created", "user_task", ["created_at"], unique=False)
    op.create_index(
        "ix_user_task_on_behalf_of",
        "user_task",
        ["on_behalf_of"],
        unique=False,
        postgresql_where=sa.text("on_behalf_of IS NOT NULL"),
    )
    op.create_index("ix_user_task_instance", "user_task", ["instance_key", "token"], unique=False)
    op.create_index(
        "ix_user_task_mark", "user_task", ["mark_at"], unique=False, postgresql_where=sa.text("mark_at IS NOT NULL")
    )
    op.create_table(
        "decision_definition",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("version_tag", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("requirements_id", sa.String(), nullable=True),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("resource_name", sa.String(), nullable=False),
        sa.Column("xml", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_key"], ["deployment.key"], name="fk_decision_definition_deployment_key"),
        sa.PrimaryKeyConstraint("key", name="pk_decision_definition"),
        sa.UniqueConstraint("decision_id", "version", name="uq_decision_definition_decision_id_version"),
    )
    op.create_index("ix_decision_definition_deployment_key", "decision_definition", ["deployment_key"], unique=False)
    op.create_index("ix_decision_definition_tag", "decision_definition", ["decision_id", "version_tag"], unique=False)
    op.create_table(
        "deployment_item",
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("resource_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_key"], ["deployment.key"], name="fk_deployment_item_deployment_key"),
        sa.PrimaryKeyConstraint("deployment_key", "kind", "item", name="pk_deployment_item"),
    )
    op.create_table(
        "message_receipt",
        sa.Column("message_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_key"], ["message.key"], name="fk_message_receipt_message_key", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_key", "process_id", name="pk_message_receipt"),
    )
    op.create_table(
        "process_definition",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("version_tag", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("documentation", sa.String(), nullable=True),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("resource_name", sa.String(), nullable=False),
        sa.Column("xml", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("properties", postgresql.JSONB(), nullable=False),
        sa.Column("startable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_key"], ["deployment.key"], name="fk_process_definition_deployment_key"),
        sa.PrimaryKeyConstraint("key", name="pk_process_definition"),
        sa.UniqueConstraint("process_id", "version", name="uq_process_definition_process_id_version"),
    )
    op.create_index("ix_process_definition_deployment_key", "process_definition", ["deployment_key"], unique=False)
    op.create_index("ix_process_definition_tag", "process_definition", ["process_id", "version_tag"], unique=False)
    op.create_table(
        "process_instance",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state_key", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("incidents", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("business_key", sa.String(), nullable=True),
        sa.Column("start_key", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("organisations", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("owner_group", sa.String(), nullable=True),
        sa.Column("parent_key", sa.BigInteger(), nullable=True),
        sa.Column("parent_token", sa.BigInteger(), nullable=True),
        sa.Column("root_key", sa.BigInteger(), nullable=False),
        sa.Column("depth", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("variables", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["process_definition.key"], name="fk_process_instance_definition_key"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_process_instance"),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index("ix_process_instance_business_key", "process_instance", ["business_key"], unique=False)
    op.create_index("ix_process_instance_definition_key", "process_instance", ["definition_key"], unique=False)
    op.create_index(
        "ix_process_instance_organisations", "process_instance", ["organisations"], unique=False, postgresql_using="gin"
    )
    op.create_index("ix_process_instance_owner", "process_instance", ["owner_group", "status"], unique=False)
    op.create_index("ix_process_instance_parent", "process_instance", ["parent_key", "parent_token"], unique=False)
    op.create_index(
        "ix_process_instance_process", "process_instance", ["process_id", "status", "started_at"], unique=False
    )
    op.create_index("ix_process_instance_root", "process_instance", ["root_key"], unique=False)
    op.create_index("ix_process_instance_started", "process_instance", ["started_at", "key"], unique=False)
    op.create_index("ix_process_instance_starter", "process_instance", ["started_by", "started_at"], unique=False)
    op.create_index(
        "uq_process_instance_start_key",
        "process_instance",
        ["process_id", "start_key"],
        unique=True,
        postgresql_where=sa.text("status = 'active' AND start_key IS NOT NULL"),
    )
    op.create_table(
        "start_event",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timer", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["definition_key"], ["process_definition.key"], name="fk_start_event_definition_key"),
        sa.PrimaryKeyConstraint("key", name="pk_start_event"),
    )
    op.create_index("ix_start_event_definition_key", "start_event", ["definition_key"], unique=False)
    op.create_index(
        "ix_start_event_due", "start_event", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index("ix_start_event_name", "start_event", ["kind", "name"], unique=False)
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER history_event_rows BEFORE UPDATE OR DELETE ON history_event "
        "FOR EACH ROW EXECUTE FUNCTION history_is_final()"
    )
    op.execute(
        "CREATE TRIGGER history_event_table BEFORE TRUNCATE ON history_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_is_final()"
    )


def downgrade() -> None:
    op.drop_table("start_event")
    op.drop_table("process_instance")
    op.drop_table("process_definition")
    op.drop_table("message_receipt")
    op.drop_table("deployment_item")
    op.drop_table("decision_definition")
    op.drop_table("user_task")
    op.drop_table("timer")
    op.drop_table("task_draft")
    op.drop_table("task_candidate")
    op.drop_table("message")
    op.drop_table("job")
    op.drop_table("incident")
    op.drop_table("history_event")
    op.drop_table("event_subscription")
    op.drop_table("deployment")
    op.drop_table("calendar_day")
    op.execute("DROP FUNCTION history_is_final()")
