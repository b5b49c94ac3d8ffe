"""Test windows of listeners, extensions, attempts, responses; which specification a course's e-test has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_test_attempts"
down_revision = "0008_background_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "test_window",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("specification_key", sa.BigInteger(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("until_variable", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_test_window_state")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_test_window_span")),
        sa.ForeignKeyConstraint(
            ["specification_key"], ["test_specification.key"], name=op.f("fk_test_window_specification_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_window")),
    )
    op.create_index("ix_test_window_course", "test_window", ["course", "kind"], unique=False)
    op.create_index(
        "uq_test_window_open",
        "test_window",
        ["course", "login", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "test_attempt",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("window_key", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.String(), nullable=True),
        sa.Column("points", sa.Numeric(), nullable=True),
        sa.Column("max_points", sa.Numeric(), nullable=True),
        sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulled_by", sa.String(), nullable=True),
        sa.Column("annulled_reason", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'finished') = (points IS NOT NULL)", name=op.f("ck_test_attempt_scored")),
        sa.CheckConstraint("state IN ('running', 'finished', 'cancelled')", name=op.f("ck_test_attempt_state")),
        sa.CheckConstraint("(annulled_at IS NULL) = (annulled_reason IS NULL)", name=op.f("ck_test_attempt_annulled")),
        sa.CheckConstraint("(points IS NULL) = (max_points IS NULL)", name=op.f("ck_test_attempt_pair")),
        sa.CheckConstraint("points >= 0 AND points <= max_points", name=op.f("ck_test_attempt_points")),
        sa.ForeignKeyConstraint(["window_key"], ["test_window.key"], name=op.f("fk_test_attempt_window_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_attempt")),
        sa.UniqueConstraint("window_key", name=op.f("uq_test_attempt_window_key")),
    )
    op.create_index("ix_test_attempt_login", "test_attempt", ["login"], unique=False)
    op.create_table(
        "test_extension",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("window_key", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["window_key"], ["test_window.key"], name=op.f("fk_test_extension_window_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_extension")),
    )
    op.create_index("ix_test_extension_window_key", "test_extension", ["window_key"], unique=False)
    op.create_table(
        "test_response",
        sa.Column("attempt_key", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_key", sa.BigInteger(), nullable=False),
        sa.Column("item_version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("max_points", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("response", postgresql.JSONB(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["attempt_key"], ["test_attempt.key"], name=op.f("fk_test_response_attempt_key")),
        sa.ForeignKeyConstraint(
            ["item_key", "item_version"],
            ["item_version.item_key", "item_version.version"],
            name=op.f("fk_test_response_item_key_item_version"),
        ),
        sa.PrimaryKeyConstraint("attempt_key", "position", name=op.f("pk_test_response")),
        sa.UniqueConstraint("attempt_key", "item_key", name=op.f("uq_test_response_attempt_key_item_key")),
    )
    op.create_index("ix_test_response_item", "test_response", ["item_key", "item_version"], unique=False)
    op.add_column("course", sa.Column("test_specification", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("course", "test_specification")
    for table in ("test_response", "test_extension", "test_attempt", "test_window"):
        op.drop_table(table)
