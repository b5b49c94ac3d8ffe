"""Drafts of processes, decisions and forms are kept on the server, with history, locks, comments and review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035_drafts"
down_revision = "0037_instance_migrations"
branch_labels = None
depends_on = None

_KINDS = "'bpmn', 'dmn', 'form', 'docx', 'scenario', 'rows'"


def _key(name: str = "key") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), primary_key=True, autoincrement=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(
    name: str, target: str, table: str, *, nullable: bool = False, ondelete: str | None = "CASCADE"
) -> sa.Column[int]:
    key = sa.ForeignKey(target, ondelete=ondelete, name=op.f(f"fk_{table}_{name}_{target.partition('.')[0]}"))
    return sa.Column(name, sa.BigInteger(), key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "model_draft",
        _key(),
        _text("title"),
        _text("stage"),
        _text("author"),
        sa.Column("editors", JSONB(), nullable=False),
        _moment("created_at"),
        _moment("changed_at"),
        _text("submitted_by", nullable=True),
        _moment("submitted_at", nullable=True),
        _text("approved_by", nullable=True),
        _moment("approved_at", nullable=True),
        sa.CheckConstraint("stage IN ('draft', 'test', 'published', 'abandoned')", name=op.f("ck_model_draft_stage")),
        sa.CheckConstraint("num_nulls(submitted_by, submitted_at) IN (0, 2)", name=op.f("ck_model_draft_submitted")),
        sa.CheckConstraint("num_nulls(approved_by, approved_at) IN (0, 2)", name=op.f("ck_model_draft_approved")),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> author AND NOT editors ? approved_by)",
            name=op.f("ck_model_draft_approver"),
        ),
    )
    op.create_index("ix_model_draft_stage", "model_draft", ["stage", "changed_at"])
    _files()
    _comments()
    op.create_table(
        "model_publication",
        sa.Column(
            "deployment_key",
            sa.BigInteger(),
            sa.ForeignKey("deployment.key", name=op.f("fk_model_publication_deployment_key_deployment")),
            primary_key=True,
            autoincrement=False,
        ),
        _of("draft_key", "model_draft.key", "model_publication", ondelete=None),
        sa.Column("editors", JSONB(), nullable=False),
        _text("approved_by"),
        _text("published_by"),
        _moment("published_at"),
        _text("note"),
    )
    op.create_index("ix_model_publication_draft_key", "model_publication", ["draft_key"])


def _files() -> None:
    op.create_table(
        "draft_file",
        _key(),
        _of("draft_key", "model_draft.key", "draft_file"),
        _text("kind"),
        _text("name"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("base", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        _moment("changed_at"),
        _text("changed_by"),
        _moment("removed_at", nullable=True),
        _text("lock_holder", nullable=True),
        _moment("lock_since", nullable=True),
        _moment("lock_renewed_at", nullable=True),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_draft_file_kind")),
        sa.CheckConstraint(
            "num_nulls(lock_holder, lock_since, lock_renewed_at) IN (0, 3)", name=op.f("ck_draft_file_lock")
        ),
    )
    present = sa.text("removed_at IS NULL")
    op.create_index("uq_draft_file_name", "draft_file", ["draft_key", "name"], unique=True, postgresql_where=present)
    op.create_table(
        "file_revision",
        _key(),
        _of("file_key", "draft_file.key", "file_revision"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _text("author"),
        _moment("started_at"),
        _moment("saved_at"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _text("note"),
        sa.Column("applied", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_file_revision_file", "file_revision", ["file_key", "saved_at"])


def _comments() -> None:
    op.create_table(
        "draft_comment",
        _key(),
        _of("draft_key", "model_draft.key", "draft_comment"),
        _of("file_key", "draft_file.key", "draft_comment", nullable=True),
        _text("element_id", nullable=True),
        _text("element_name", nullable=True),
        _of("parent_key", "draft_comment.key", "draft_comment", nullable=True),
        _text("author"),
        _text("text"),
        _moment("created_at"),
        _text("resolved_by", nullable=True),
        _moment("resolved_at", nullable=True),
        sa.CheckConstraint("num_nulls(resolved_by, resolved_at) IN (0, 2)", name=op.f("ck_draft_comment_resolved")),
        sa.CheckConstraint("element_id IS NULL OR file_key IS NOT NULL", name=op.f("ck_draft_comment_element")),
    )
    op.create_index("ix_draft_comment_draft", "draft_comment", ["draft_key", "created_at"])


def downgrade() -> None:
    for table in ("model_publication", "draft_comment", "file_revision", "draft_file", "model_draft"):
        op.drop_table(table)
