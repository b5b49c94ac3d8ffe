"""Context data of schools, index and categories, lists, reported figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022_schools"
down_revision = "0021_incident_kinds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('school_context',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('school', sa.String(), nullable=False),
    sa.Column('year', sa.String(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('students_total', sa.BigInteger(), nullable=False),
    sa.Column('students_single_parent', sa.BigInteger(), nullable=False),
    sa.Column('students_both_parents_higher_ed', sa.BigInteger(), nullable=False),
    sa.Column('students_registered', sa.BigInteger(), nullable=False),
    sa.Column('students_non_native_russian', sa.BigInteger(), nullable=False),
    sa.Column('territorial_status', sa.String(), nullable=False),
    sa.Column('distance_km', sa.BigInteger(), nullable=True),
    sa.Column('small_school', sa.Boolean(), nullable=False),
    sa.Column('teachers_total', sa.BigInteger(), nullable=False),
    sa.Column('teachers_higher_category', sa.BigInteger(), nullable=False),
    sa.Column('teachers_higher_ed', sa.BigInteger(), nullable=True),
    sa.Column('vacancies', sa.BigInteger(), nullable=True),
    sa.Column('students_ovz', sa.BigInteger(), nullable=True),
    sa.Column('students_migrants', sa.BigInteger(), nullable=True),
    sa.Column('specialists', postgresql.JSONB(), nullable=False),
    sa.Column('filled_by', sa.String(), nullable=False),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.String(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signature', postgresql.JSONB(), nullable=True),
    sa.Column('instance_key', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('((students_single_parent IS NULL) OR (students_single_parent BETWEEN 0 AND students_total)) AND ((students_both_parents_higher_ed IS NULL) OR (students_both_parents_higher_ed BETWEEN 0 AND students_total)) AND ((students_registered IS NULL) OR (students_registered BETWEEN 0 AND students_total)) AND ((students_non_native_russian IS NULL) OR (students_non_native_russian BETWEEN 0 AND students_total)) AND ((students_ovz IS NULL) OR (students_ovz BETWEEN 0 AND students_total)) AND ((students_migrants IS NULL) OR (students_migrants BETWEEN 0 AND students_total))', name=op.f('ck_school_context_students')),
    sa.CheckConstraint('students_total > 0 AND teachers_total > 0', name=op.f('ck_school_context_totals')),
    sa.CheckConstraint('teachers_higher_category BETWEEN 0 AND teachers_total AND (teachers_higher_ed IS NULL OR teachers_higher_ed BETWEEN 0 AND teachers_total)', name=op.f('ck_school_context_teachers')),
    sa.ForeignKeyConstraint(['school'], ['organisation.code'], name=op.f('fk_school_context_school')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_school_context')),
    sa.UniqueConstraint('school', 'year', 'version', name=op.f('uq_school_context_school_year_version'))
    )
    op.create_index('uq_school_context_current', 'school_context', ['school', 'year'], unique=True, postgresql_where=sa.text('current'))
    op.create_table('school_index_run',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('school_year', sa.String(), nullable=False),
    sa.Column('organisation', sa.String(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('parameters', postgresql.JSONB(), nullable=False),
    sa.Column('decisions', postgresql.JSONB(), nullable=False),
    sa.Column('bounds', postgresql.JSONB(), nullable=False),
    sa.Column('schools', sa.BigInteger(), nullable=False),
    sa.Column('without_data', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('computed_by', sa.String(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('instance_key', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['organisation'], ['organisation.code'], name=op.f('fk_school_index_run_organisation')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_school_index_run')),
    sa.UniqueConstraint('year', 'organisation', 'number', name=op.f('uq_school_index_run_year_organisation_number'))
    )
    op.create_table('school_index',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('run_key', sa.BigInteger(), nullable=False),
    sa.Column('school', sa.String(), nullable=False),
    sa.Column('context_key', sa.BigInteger(), nullable=True),
    sa.Column('shares', postgresql.JSONB(), nullable=False),
    sa.Column('isb', sa.Numeric(), nullable=True),
    sa.Column('facts', postgresql.JSONB(), nullable=False),
    sa.Column('categories', postgresql.JSONB(), nullable=False),
    sa.Column('missing', postgresql.JSONB(), nullable=False),
    sa.Column('flags', postgresql.JSONB(), nullable=False),
    sa.ForeignKeyConstraint(['context_key'], ['school_context.key'], name=op.f('fk_school_index_context_key')),
    sa.ForeignKeyConstraint(['run_key'], ['school_index_run.key'], name=op.f('fk_school_index_run_key')),
    sa.ForeignKeyConstraint(['school'], ['organisation.code'], name=op.f('fk_school_index_school')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_school_index')),
    sa.UniqueConstraint('run_key', 'school', name=op.f('uq_school_index_run_key_school'))
    )
    op.create_index('ix_school_index_school', 'school_index', ['school'], unique=False)
    op.create_table('school_list',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('school_year', sa.String(), nullable=False),
    sa.Column('organisation', sa.String(), nullable=False),
    sa.Column('variant', sa.String(), nullable=False),
    sa.Column('group_code', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('run_key', sa.BigInteger(), nullable=True),
    sa.Column('order_number', sa.String(), nullable=True),
    sa.Column('order_date', sa.Date(), nullable=True),
    sa.Column('document_id', sa.String(), nullable=True),
    sa.Column('totals', postgresql.JSONB(), nullable=False),
    sa.Column('instance_key', sa.BigInteger(), nullable=True),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'approved', 'closed')", name=op.f('ck_school_list_state')),
    sa.CheckConstraint("variant IN ('computed', 'federal', 'municipal')", name=op.f('ck_school_list_variant')),
    sa.ForeignKeyConstraint(['organisation'], ['organisation.code'], name=op.f('fk_school_list_organisation')),
    sa.ForeignKeyConstraint(['run_key'], ['school_index_run.key'], name=op.f('fk_school_list_run_key')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_school_list'))
    )
    op.create_index('uq_school_list_draft', 'school_list', ['year', 'organisation', 'variant'], unique=True, postgresql_where=sa.text("state = 'draft'"))
    op.create_table('school_list_row',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('list_key', sa.BigInteger(), nullable=False),
    sa.Column('school', sa.String(), nullable=False),
    sa.Column('municipality', sa.String(), nullable=True),
    sa.Column('computed', postgresql.JSONB(), nullable=False),
    sa.Column('decided', postgresql.JSONB(), nullable=False),
    sa.Column('included', sa.Boolean(), nullable=False),
    sa.Column('isb', sa.Numeric(), nullable=True),
    sa.Column('results_text', sa.String(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('missing', postgresql.JSONB(), nullable=False),
    sa.Column('flags', postgresql.JSONB(), nullable=False),
    sa.Column('comment', sa.String(), nullable=False),
    sa.Column('objection', sa.String(), nullable=True),
    sa.Column('objection_reason', sa.String(), nullable=True),
    sa.Column('objected_by', sa.String(), nullable=True),
    sa.Column('settled_reason', sa.String(), nullable=True),
    sa.Column('settled_by', sa.String(), nullable=True),
    sa.Column('change', sa.String(), nullable=True),
    sa.Column('appeal', sa.String(), nullable=True),
    sa.CheckConstraint("objection IS NULL OR objection IN ('include', 'exclude', 'agreed', 'silent')", name=op.f('ck_school_list_row_objection')),
    sa.ForeignKeyConstraint(['list_key'], ['school_list.key'], name=op.f('fk_school_list_row_list_key')),
    sa.ForeignKeyConstraint(['school'], ['organisation.code'], name=op.f('fk_school_list_row_school')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_school_list_row')),
    sa.UniqueConstraint('list_key', 'school', name=op.f('uq_school_list_row_list_key_school'))
    )
    op.create_index('ix_school_list_row_school', 'school_list_row', ['school'], unique=False)
    op.create_table('school_reported_figure',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('organisation', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('value', sa.Numeric(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('recorded_by', sa.String(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation'], ['organisation.code'], name=op.f('fk_school_reported_figure_organisation')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_school_reported_figure')),
    sa.UniqueConstraint('year', 'organisation', 'code', name=op.f('uq_school_reported_figure_year_organisation_code'))
    )


def downgrade() -> None:
    op.drop_table("school_reported_figure")
    op.drop_table("school_list_row")
    op.drop_table("school_list")
    op.drop_table("school_index")
    op.drop_table("school_index_run")
    op.drop_table("school_context")
