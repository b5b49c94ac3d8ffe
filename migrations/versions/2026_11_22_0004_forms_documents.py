"""Files, forms, records, documents and registers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_forms_documents"
down_revision = "0003_engine"
branch_labels = None
depends_on = None

KEY = sa.BigInteger()
WHEN = sa.DateTime(timezone=True)
TAGS = postgresql.ARRAY(sa.TEXT())


def upgrade() -> None:
    _files()
    _forms()
    _records()
    _documents()
    _frozen()


def _files() -> None:
    op.create_table(
        "file",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("uploader", sa.String(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_file"),
    )
    op.create_index("ix_file_uploader", "file", ["uploader", "key"])
    op.create_table(
        "file_use",
        sa.Column("file_key", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["file_key"], ["file.key"], name="fk_file_use_file_key", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file_key", "kind", "object_key", name="pk_file_use"),
    )
    op.create_index("ix_file_use_object", "file_use", ["kind", "object_key"])


def _forms() -> None:
    op.create_table(
        "form",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("version_tag", sa.String(), nullable=True),
        sa.Column("deployment_key", KEY, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("resource_name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_form"),
        sa.UniqueConstraint("form_id", "version", name="uq_form_form_id_version"),
    )
    op.create_index("ix_form_deployment", "form", ["deployment_key", "form_id"])
    op.create_index("ix_form_version_tag", "form", ["form_id", "version_tag"])


def _records() -> None:
    op.create_table(
        "register",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last >= 0", name="ck_register_last"),
        sa.PrimaryKeyConstraint("name", "year", name="pk_register"),
    )
    op.create_table(
        "record",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("objects", TAGS, nullable=False),
        sa.Column("form_key", KEY, nullable=True),
        sa.Column("instance_key", KEY, nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_record"),
    )
    current = sa.text("current")
    op.create_index("ix_record_current", "record", ["id"], unique=True, postgresql_where=current)
    op.create_index("ix_record_kind", "record", ["kind", "organisation", "created_at"], postgresql_where=current)
    op.create_index("ix_record_owner", "record", ["owner", "kind"], postgresql_where=current)
    op.create_index("ix_record_objects", "record", ["objects"], postgresql_using="gin", postgresql_where=current)
    op.create_index("ix_record_instance", "record", ["instance_key"])


def _documents() -> None:
    op.create_table(
        "document",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("register", sa.String(), nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("signatures", postgresql.JSONB(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("objects", TAGS, nullable=False),
        sa.Column("instance_key", KEY, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_document"),
        sa.UniqueConstraint("register", "year", "serial", name="uq_document_register_year_serial"),
    )
    op.create_index("ix_document_kind", "document", ["kind", "organisation", "created_at"])
    op.create_index("ix_document_owner", "document", ["owner", "kind"])
    op.create_index("ix_document_objects", "document", ["objects"], postgresql_using="gin")
    op.create_index("ix_document_instance", "document", ["instance_key"])
    op.create_table(
        "document_template",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("deployment_key", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_document_template"),
        sa.UniqueConstraint("name", "version", name="uq_document_template_name_version"),
    )
    op.create_index("ix_document_template_deployment", "document_template", ["deployment_key", "name"])


def _frozen() -> None:
    """Documents, forms and templates are never changed; of a record only `current` and `status` may be."""
    op.execute("""
        CREATE FUNCTION row_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is frozen: a row is never changed or deleted', TG_TABLE_NAME USING ERRCODE = '23001';
        END $$
    """)
    for table in ("document", "form", "document_template"):
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION row_is_frozen()"
        )
    op.execute("CREATE TRIGGER record_kept BEFORE DELETE ON record FOR EACH ROW EXECUTE FUNCTION row_is_frozen()")
    op.execute("""
        CREATE TRIGGER record_frozen BEFORE UPDATE ON record FOR EACH ROW
        WHEN (ROW(NEW.id, NEW.version, NEW.kind, NEW.title, NEW.data, NEW.organisation, NEW.owner, NEW.objects,
                  NEW.form_key, NEW.instance_key, NEW.created_by, NEW.created_at)
              IS DISTINCT FROM
              ROW(OLD.id, OLD.version, OLD.kind, OLD.title, OLD.data, OLD.organisation, OLD.owner, OLD.objects,
                  OLD.form_key, OLD.instance_key, OLD.created_by, OLD.created_at))
        EXECUTE FUNCTION row_is_frozen()
    """)


def downgrade() -> None:
    for table in ("document_template", "document", "record", "register", "form", "file_use", "file"):
        op.drop_table(table)
    op.execute("DROP FUNCTION row_is_frozen()")
