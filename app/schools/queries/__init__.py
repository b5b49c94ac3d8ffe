"""What other features and pages read of schools."""

from .membership import (
    GroupView,
    Membership,
    group,
    groups,
    groups_of,
    in_groups,
    is_in,
    members,
    memberships_of,
    participants,
    schools_in,
)

__all__ = [
    "GroupView",
    "Membership",
    "group",
    "groups",
    "groups_of",
    "in_groups",
    "is_in",
    "members",
    "memberships_of",
    "participants",
    "schools_in",
]
