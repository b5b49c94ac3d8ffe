"""Experts, appointments of curators; agreements with parties and joint plan; tutor schools and network groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_curators_agreements"
down_revision = "0017_monitoring_stages"
branch_labels = None
depends_on = None

TABLES = (
    "joint_activity",
    "agreement_version",
    "agreement_party",
    "agreement",
    "support_site",
    "network_group",
    "curator_appointment",
    "expert",
)


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("initiator", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("forms", postgresql.JSONB(), nullable=False),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_to", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("scan", postgresql.JSONB(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("notice_by", sa.String(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("terminates_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("number IS NOT NULL OR state IN ('draft', 'refused')", name=("ck_agreement_numbered")),
        sa.CheckConstraint(
            "state IN ('draft', 'in_force', 'notice', 'completed', 'refused', 'terminated', 'expired')",
            name=("ck_agreement_state"),
        ),
        sa.CheckConstraint("(number IS NULL) = (signed_on IS NULL)", name=("ck_agreement_signed")),
        sa.CheckConstraint("term_to > term_from", name=("ck_agreement_term")),
        sa.PrimaryKeyConstraint("key", name=("pk_agreement")),
    )
    op.create_index("ix_agreement_state", "agreement", ["state"], unique=False)
    op.create_index("uq_agreement_instance_key", "agreement", ["instance_key"], unique=True)
    op.create_table(
        "curator_appointment",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("person_name", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refusals", postgresql.JSONB(), nullable=False),
        sa.Column("objected", sa.Boolean(), nullable=False),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.Column("replace_reason", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("order_date", sa.Date(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "person IS NOT NULL OR state IN ('open', 'dropped')", name=("ck_curator_appointment_person")
        ),
        sa.CheckConstraint("state <> 'active' OR valid_to > valid_from", name=("ck_curator_appointment_term")),
        sa.CheckConstraint(
            "state IN ('open', 'offered', 'agreed', 'active', 'ended', 'dropped')",
            name=("ck_curator_appointment_state"),
        ),
        sa.PrimaryKeyConstraint("key", name=("pk_curator_appointment")),
    )
    op.create_index("ix_curator_appointment_instance_key", "curator_appointment", ["instance_key"], unique=False)
    op.create_index(
        "ix_curator_appointment_municipality", "curator_appointment", ["municipality", "state"], unique=False
    )
    op.create_index("ix_curator_appointment_person", "curator_appointment", ["person", "state"], unique=False)
    op.create_index(
        "uq_curator_appointment_active",
        "curator_appointment",
        ["kind", "target"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "uq_curator_appointment_pending",
        "curator_appointment",
        ["kind", "target"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'offered', 'agreed')"),
    )
    op.create_table(
        "expert",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("areas", postgresql.JSONB(), nullable=False),
        sa.Column("max_load", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('active', 'ended')", name=("ck_expert_state")),
        sa.CheckConstraint("max_load BETWEEN 1 AND 20", name=("ck_expert_max_load")),
        sa.CheckConstraint("valid_to > valid_from", name=("ck_expert_term")),
        sa.PrimaryKeyConstraint("key", name=("pk_expert")),
    )
    op.create_index(
        "uq_expert_active_login", "expert", ["login"], unique=True, postgresql_where=sa.text("state = 'active'")
    )
    op.create_table(
        "network_group",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("members", postgresql.JSONB(), nullable=False),
        sa.Column("plan", postgresql.JSONB(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=("pk_network_group")),
    )
    op.create_table(
        "support_site",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("offers", postgresql.JSONB(), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("report", sa.String(), nullable=True),
        sa.Column("removed_reason", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'removed', 'ended')", name=("ck_support_site_state")),
        sa.CheckConstraint("until > since", name=("ck_support_site_term")),
        sa.PrimaryKeyConstraint("key", name=("pk_support_site")),
    )
    op.create_index(
        "uq_support_site_active",
        "support_site",
        ["school", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "agreement_party",
        sa.Column("agreement_key", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("signature", postgresql.JSONB(), nullable=True),
        sa.Column("report", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agreement_key"], ["agreement.key"], name=("fk_agreement_party_agreement_key")),
        sa.PrimaryKeyConstraint("agreement_key", "organisation", name=("pk_agreement_party")),
    )
    op.create_index("ix_agreement_party_municipality", "agreement_party", ["municipality"], unique=False)
    op.create_index("ix_agreement_party_organisation", "agreement_party", ["organisation"], unique=False)
    op.create_table(
        "agreement_version",
        sa.Column("agreement_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_key"], ["agreement.key"], name=("fk_agreement_version_agreement_key")),
        sa.PrimaryKeyConstraint("agreement_key", "version", name=("pk_agreement_version")),
    )
    op.create_table(
        "joint_activity",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agreement_key", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("participants", postgresql.JSONB(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reported_by", sa.String(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_for", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name=("ck_joint_activity_confirmed")),
        sa.CheckConstraint("state IN ('planned', 'reported', 'confirmed')", name=("ck_joint_activity_state")),
        sa.ForeignKeyConstraint(["agreement_key"], ["agreement.key"], name=("fk_joint_activity_agreement_key")),
        sa.PrimaryKeyConstraint("key", name=("pk_joint_activity")),
        sa.UniqueConstraint("agreement_key", "position", name=("uq_joint_activity_agreement_key_position")),
    )
    op.execute(
        "CREATE TRIGGER agreement_version_frozen BEFORE UPDATE OR DELETE ON agreement_version "
        "FOR EACH ROW EXECUTE FUNCTION row_is_frozen()"
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
