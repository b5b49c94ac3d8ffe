"""Concept documents with their versions, and the reviews that correct them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029_concept_documents"
down_revision = "0027_municipal_programmes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concept_document",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("roadmap_key", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("draft", postgresql.JSONB(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.code"], name=op.f("fk_concept_document_organisation")),
        sa.ForeignKeyConstraint(["roadmap_key"], ["roadmap.key"], name=op.f("fk_concept_document_roadmap_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_concept_document")),
        sa.UniqueConstraint("code", name=op.f("uq_concept_document_code")),
        sa.UniqueConstraint("roadmap_key", name=op.f("uq_concept_document_roadmap_key")),
    )
    op.create_index("ix_concept_document_organisation", "concept_document", ["organisation"], unique=False)
    op.create_table(
        "concept_version",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clauses", postgresql.JSONB(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("order_on", sa.Date(), nullable=False),
        sa.Column("order_document", sa.String(), nullable=False),
        sa.Column("roadmap_version", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("paper IN ('order', 'protocol')", name=op.f("ck_concept_version_paper")),
        sa.ForeignKeyConstraint(
            ["document_key"], ["concept_document.key"], name=op.f("fk_concept_version_document_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_concept_version")),
        sa.UniqueConstraint("document_key", "version", name=op.f("uq_concept_version_document_key_version")),
    )
    op.create_table(
        "concept_review",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("corrections", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'unchanged', 'cancelled')", name=op.f("ck_concept_review_state")
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.code"], name=op.f("fk_concept_review_organisation")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_concept_review")),
        sa.UniqueConstraint("instance_key", name=op.f("uq_concept_review_instance_key")),
    )
    op.create_index("ix_concept_review_organisation", "concept_review", ["organisation"], unique=False)


def downgrade() -> None:
    for table in ("concept_review", "concept_version", "concept_document"):
        op.drop_table(table)
