"""Verbs of agreements: drafts by version, signatures, the joint plan, end; tutor schools and groups. None commits."""

from .drafting import conclude, of_instance, refuse_draft, save_draft
from .ending import finish, give_notice, prolong, stopped
from .joint_plan import confirm_activity, report_activity
from .network import activate_site, create_group, end_sites

__all__ = [
    "activate_site",
    "conclude",
    "confirm_activity",
    "create_group",
    "end_sites",
    "finish",
    "give_notice",
    "of_instance",
    "prolong",
    "refuse_draft",
    "report_activity",
    "save_draft",
    "stopped",
]
