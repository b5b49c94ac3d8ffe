"""Verbs of the programmes: policy, change, record; flush, never commit."""

from . import analyses, calendars, closings, school_plans
from .bodies import change_members, create_body
from .calendars import move_stages, preview_move, set_calendar
from .importing import take_import, upload_roadmap
from .loading import load_file
from .measures import (
    accept_report,
    add_request,
    ask,
    begin_occurrence,
    close_measure,
    close_occurrence,
    decide_move,
    link_process,
    locked_measure,
    open_measure,
    open_occurrence,
    participants_of,
    plan_schedule,
    propose_move,
    report,
    take_result,
)
from .municipal import approve_municipal, open_municipal, write_passport
from .passports import change_programme, create_programme, demand_free, set_state, worked_out
from .roadmaps import freeze, section_rows, write_rows
from .rollover import carry_over, clone_programme

__all__ = [
    "accept_report",
    "add_request",
    "analyses",
    "approve_municipal",
    "ask",
    "begin_occurrence",
    "calendars",
    "carry_over",
    "change_members",
    "change_programme",
    "clone_programme",
    "close_measure",
    "close_occurrence",
    "closings",
    "create_body",
    "create_programme",
    "decide_move",
    "demand_free",
    "freeze",
    "link_process",
    "load_file",
    "locked_measure",
    "move_stages",
    "open_measure",
    "open_municipal",
    "open_occurrence",
    "participants_of",
    "plan_schedule",
    "preview_move",
    "propose_move",
    "report",
    "school_plans",
    "section_rows",
    "set_calendar",
    "set_state",
    "take_import",
    "take_result",
    "upload_roadmap",
    "worked_out",
    "write_passport",
    "write_rows",
]
