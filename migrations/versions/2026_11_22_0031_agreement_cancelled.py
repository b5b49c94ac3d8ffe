"""A draft of an agreement whose process is cancelled is called off; what cancelled processes left behind ends."""

from __future__ import annotations

from alembic import op

revision = "0031_agreement_cancelled"
down_revision = "0026_roadmap_rows"
branch_labels = None
depends_on = None

_STATES = "'draft', 'in_force', 'notice', 'completed', 'refused', 'terminated', 'expired'"
_LEFT_BEHIND = """
UPDATE agreement SET state = CASE WHEN number IS NULL THEN 'cancelled' ELSE 'terminated' END,
    end_reason = coalesce(agreement.end_reason, p.reason), ended_on = p.ended_at::date
FROM process_instance p
WHERE p.key = agreement.instance_key AND p.status = 'terminated'
    AND agreement.state IN ('draft', 'in_force', 'notice')
"""


def upgrade() -> None:
    _constrain(f"{_STATES}, 'cancelled'", "'draft', 'refused', 'cancelled'")
    op.execute(_LEFT_BEHIND)


def downgrade() -> None:
    op.execute("UPDATE agreement SET state = 'refused' WHERE state = 'cancelled'")
    _constrain(_STATES, "'draft', 'refused'")


def _constrain(states: str, unnumbered: str) -> None:
    """Under the names that revision 0018 gave."""
    for name, condition in (
        ("ck_agreement_state", f"state IN ({states})"),
        ("ck_agreement_numbered", f"number IS NOT NULL OR state IN ({unnumbered})"),
    ):
        op.drop_constraint(name, "agreement", type_="check")
        op.create_check_constraint(name, "agreement", condition)
