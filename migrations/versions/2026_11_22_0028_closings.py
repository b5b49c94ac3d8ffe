"""Closing reports of programmes, and what is attached to them afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028_closings"
down_revision = "0029_concept_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('programme_closing',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('programme_key', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('explanations', postgresql.JSONB(), nullable=False),
    sa.Column('tables', postgresql.JSONB(), nullable=False),
    sa.Column('report', postgresql.JSONB(), nullable=False),
    sa.Column('proposed', sa.String(), nullable=False),
    sa.Column('conclusion', sa.String(), nullable=False),
    sa.Column('protocol', postgresql.JSONB(), nullable=False),
    sa.Column('order', postgresql.JSONB(), nullable=False),
    sa.Column('document_id', sa.String(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('instance_key', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('open', 'closed', 'extended', 'dropped')", name=op.f('ck_programme_closing_state')),
    sa.ForeignKeyConstraint(['programme_key'], ['support_programme.key'], name=op.f('fk_programme_closing_programme_key')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_programme_closing'))
    )
    op.create_index('uq_programme_closing_one', 'programme_closing', ['programme_key'], unique=True, postgresql_where=sa.text("state IN ('open', 'closed')"))
    op.create_table('closing_addendum',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('closing_key', sa.BigInteger(), nullable=False),
    sa.Column('measure_key', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('evidence', postgresql.JSONB(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['closing_key'], ['programme_closing.key'], name=op.f('fk_closing_addendum_closing_key')),
    sa.ForeignKeyConstraint(['measure_key'], ['measure.key'], name=op.f('fk_closing_addendum_measure_key')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_closing_addendum')),
    sa.UniqueConstraint('measure_key', name=op.f('uq_closing_addendum_measure_key'))
    )
    op.create_index('ix_closing_addendum_closing_key', 'closing_addendum', ['closing_key'], unique=False)


def downgrade() -> None:
    op.drop_table("closing_addendum")
    op.drop_table("programme_closing")
