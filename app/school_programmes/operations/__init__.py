"""Verbs of school programmes."""

from .agreeing import approve, record_interview
from .ending import close, prolong, request_stop, stopped
from .expertise import choose_experts, record_opinions
from .opening import join_kinds, mark, open_programme, record_team
from .recommending import acknowledge, decide, draft_recommendations, issue_recommendations
from .reporting import record_absence, record_report
from .versions import open_version, put_in_force, submit

__all__ = [
    "acknowledge",
    "approve",
    "choose_experts",
    "close",
    "decide",
    "draft_recommendations",
    "issue_recommendations",
    "join_kinds",
    "mark",
    "open_programme",
    "open_version",
    "prolong",
    "put_in_force",
    "record_absence",
    "record_interview",
    "record_opinions",
    "record_report",
    "record_team",
    "request_stop",
    "stopped",
    "submit",
]
