"""Processes of courses belong to their leader, not to everybody with the role."""

from __future__ import annotations

from alembic import op

revision = "0011_personal_owners"
down_revision = "0010_document_renditions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the leader in the owner group of what runs and ran."""
    op.execute(
        "UPDATE process_instance SET owner_group = 'course_leader@~' || (variables ->> 'course_leader') "
        "WHERE owner_group = 'course_leader' AND coalesce(variables ->> 'course_leader', '') <> ''"
    )
    # A called process without the variable belongs to who owns its caller; callers are at most a few levels deep.
    for _level in range(5):
        op.execute(
            "UPDATE process_instance p SET owner_group = above.owner_group FROM process_instance above "
            "WHERE p.parent_key = above.key AND p.owner_group = 'course_leader' "
            "AND above.owner_group LIKE 'course_leader@~%'"
        )


def downgrade() -> None:
    """Back to the role alone."""
    op.execute("UPDATE process_instance SET owner_group = 'course_leader' WHERE owner_group LIKE 'course_leader@~%'")
