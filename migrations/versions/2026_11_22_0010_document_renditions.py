"""Documents as DOCX and PDF: templates in both formats, renditions, scans of papers signed by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_document_renditions"
down_revision = "0009_test_attempts"
branch_labels = None
depends_on = None

KEY = sa.BigInteger()
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    _templates()
    _renditions()
    _scans()


def _templates() -> None:
    """Templates get a format; those there are were HTML."""
    op.add_column("document_template", sa.Column("format", sa.String(), nullable=False, server_default="html"))
    op.alter_column("document_template", "format", server_default=None)
    op.add_column("document_template", sa.Column("deployed_by", sa.String(), nullable=False, server_default=""))
    op.alter_column("document_template", "deployed_by", server_default=None)
    op.add_column("document_template", sa.Column("content", sa.LargeBinary(), nullable=True))
    op.alter_column("document_template", "source", nullable=True)
    op.drop_constraint("uq_document_template_name_version", "document_template")
    op.create_unique_constraint(
        "uq_document_template_name_format_version", "document_template", ["name", "format", "version"]
    )
    op.create_check_constraint(
        op.f("ck_document_template_content"), "document_template", "(format = 'docx') = (content IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_document_template_source"), "document_template", "(format = 'html') = (source IS NOT NULL)"
    )


def _renditions() -> None:
    op.create_table(
        "document_rendition",
        sa.Column("document_key", KEY, autoincrement=False, nullable=False),
        sa.Column("template_key", KEY, nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("facts_sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", postgresql.JSONB(), nullable=False),
        sa.Column("html", sa.String(), nullable=True),
        sa.Column("docx_file", KEY, nullable=True),
        sa.Column("docx_sha256", sa.String(), nullable=True),
        sa.Column("pdf_file", KEY, nullable=True),
        sa.Column("pdf_sha256", sa.String(), nullable=True),
        sa.Column("made_with", sa.String(), nullable=True),
        sa.Column("made_at", WHEN, nullable=True),
        sa.CheckConstraint("state IN ('preparing', 'ready', 'failed')", name=op.f("ck_document_rendition_state")),
        sa.CheckConstraint(
            "(state = 'ready') = (docx_file IS NOT NULL AND pdf_file IS NOT NULL)", name=op.f("ck_document_rendition_files")
        ),
        sa.ForeignKeyConstraint(["document_key"], ["document.key"], name="fk_document_rendition_document_key"),
        sa.ForeignKeyConstraint(["template_key"], ["document_template.key"], name="fk_document_rendition_template_key"),
        sa.ForeignKeyConstraint(["docx_file"], ["file.key"], name="fk_document_rendition_docx_file"),
        sa.ForeignKeyConstraint(["pdf_file"], ["file.key"], name="fk_document_rendition_pdf_file"),
        sa.PrimaryKeyConstraint("document_key", name="pk_document_rendition"),
    )
    op.create_index("ix_document_rendition_template", "document_rendition", ["template_key"])
    op.execute(
        "CREATE TRIGGER document_rendition_kept BEFORE DELETE ON document_rendition "
        "FOR EACH ROW EXECUTE FUNCTION row_is_frozen()"
    )
    op.execute("""
        CREATE TRIGGER document_rendition_frozen BEFORE UPDATE ON document_rendition FOR EACH ROW
        WHEN (OLD.state = 'ready' OR ROW(NEW.document_key, NEW.template_key, NEW.facts, NEW.facts_sha256)
              IS DISTINCT FROM ROW(OLD.document_key, OLD.template_key, OLD.facts, OLD.facts_sha256))
        EXECUTE FUNCTION row_is_frozen()
    """)


def _scans() -> None:
    op.create_table(
        "document_scan",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("document_key", KEY, nullable=False),
        sa.Column("file_key", KEY, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("attached_by", sa.String(), nullable=False),
        sa.Column("attached_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["document_key"], ["document.key"], name="fk_document_scan_document_key"),
        sa.ForeignKeyConstraint(["file_key"], ["file.key"], name="fk_document_scan_file_key"),
        sa.PrimaryKeyConstraint("key", name="pk_document_scan"),
    )
    op.create_index("ix_document_scan_document", "document_scan", ["document_key", "key"])
    op.execute(
        "CREATE TRIGGER document_scan_frozen BEFORE UPDATE OR DELETE ON document_scan "
        "FOR EACH ROW EXECUTE FUNCTION row_is_frozen()"
    )


def downgrade() -> None:
    op.drop_table("document_scan")
    op.drop_table("document_rendition")
    op.execute("ALTER TABLE document_template DISABLE TRIGGER document_template_frozen")
    op.execute("DELETE FROM document_template WHERE format = 'docx'")
    op.execute("ALTER TABLE document_template ENABLE TRIGGER document_template_frozen")
    op.drop_constraint(op.f("ck_document_template_source"), "document_template")
    op.drop_constraint(op.f("ck_document_template_content"), "document_template")
    op.drop_constraint("uq_document_template_name_format_version", "document_template")
    op.create_unique_constraint("uq_document_template_name_version", "document_template", ["name", "version"])
    op.alter_column("document_template", "source", nullable=False)
    op.drop_column("document_template", "content")
    op.drop_column("document_template", "deployed_by")
    op.drop_column("document_template", "format")
