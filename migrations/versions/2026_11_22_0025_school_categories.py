"""Categories of schools are memberships of groups: one truth, with days and reasons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025_school_categories"
down_revision = "0024_school_programmes"
branch_labels = None
depends_on = None

_GROUPS = """
    INSERT INTO school_group (code, title, kind, year, created_by, created_at)
    SELECT g.code, g.title, g.kind, g.year, '', now()
    FROM (VALUES ('shnor', 'ШНОР', 'category', NULL), ('shnsu', 'ШНСУ', 'category', NULL),
        ('risk_zone', 'Зона риска', 'category', NULL), ('p500_2021', '500+ 2021', 'project', 2021),
        ('p500_2022', '500+ 2022', 'project', 2022)) AS g(code, title, kind, year)
    WHERE EXISTS (SELECT 1 FROM organisation o WHERE o.categories @> to_jsonb(g.code::text))
    ON CONFLICT (code) DO NOTHING
"""
_MEMBERS = """
    INSERT INTO school_membership (key, group_code, school, valid_from, reason, recorded_by, recorded_at)
    SELECT 2251799813685249 + nextval('key_seq') * 1000, c.code, o.code, current_date, 'Из карточки организации', '', now()
    FROM organisation o
    CROSS JOIN LATERAL (SELECT DISTINCT e.code FROM jsonb_array_elements_text(o.categories) AS e(code)) AS c
    JOIN school_group g ON g.code = c.code
    WHERE NOT EXISTS (SELECT 1 FROM school_membership m
        WHERE m.school = o.code AND m.group_code = c.code AND m.valid_to IS NULL)
"""
_BACK = """
    UPDATE organisation o SET categories = coalesce((SELECT jsonb_agg(m.group_code ORDER BY m.group_code)
        FROM school_membership m WHERE m.school = o.code
        AND m.valid_from <= current_date AND coalesce(m.valid_to, current_date) >= current_date), '[]'::jsonb)
"""


def upgrade() -> None:
    op.execute(_GROUPS)
    op.execute(_MEMBERS)
    op.drop_column("organisation", "categories")


def downgrade() -> None:
    column = sa.Column("categories", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb"))
    op.add_column("organisation", column)
    op.alter_column("organisation", "categories", server_default=None)
    op.execute(_BACK)
