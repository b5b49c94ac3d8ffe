"""How pages say states, kinds, months and periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import get_month_names
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.audit import words as record_words
from app.indicators import sources
from app.people.catalogue import kinds, role_name, roles
from app.schools import queries as schools

from ..models.measures import CANCELLED, DONE, NOT_DONE, PARTLY, PLANNED, RUNNING
from ..models.programmes import ACTIVE, CLOSED, DRAFT, MUNICIPALITY, REGION, SCHOOL
from ..rules import processes, thresholds
from .blueprint import blueprint

STATES = {
    PLANNED: (_l("planned"), "secondary"),
    RUNNING: (_l("under way"), "blue"),
    DONE: (_l("done"), "green"),
    PARTLY: (_l("partly done"), "orange"),
    NOT_DONE: (_l("not done"), "red"),
    CANCELLED: (_l("called off"), "secondary"),
}
sources.name_values("measures", "state", STATES)
sources.name_values("occurrences", "state", STATES)
PROGRAMME_STATES = {
    DRAFT: (_l("draft"), "secondary"),
    ACTIVE: (_l("in force"), "green"),
    CLOSED: (_l("closed"), "secondary"),
}
KINDS = {REGION: _l("regional"), MUNICIPALITY: _l("municipal"), SCHOOL: _l("of a school")}


@blueprint.app_template_filter("measure_state")
def measure_state(state: str) -> tuple[object, str]:
    """Word and colour of a state of a measure or an occurrence."""
    return STATES[state]


@blueprint.app_template_filter("programme_state")
def programme_state(state: str) -> tuple[object, str]:
    """Word and colour of a state of a programme."""
    return PROGRAMME_STATES[state]


@blueprint.app_template_filter("programme_kind")
def programme_kind(kind: str) -> object:
    """The level of a programme in a word."""
    return KINDS[kind]


@blueprint.app_template_filter("month_name")
def month_name(month: int) -> str:
    """A month as calendars head it: «апрель»."""
    return str(get_month_names("wide", context="stand-alone", locale=get_locale())[month])


@blueprint.app_template_filter("month_short")
def month_short(month: int) -> str:
    """A month in three letters."""
    return str(get_month_names("abbreviated", context="stand-alone", locale=get_locale())[month]).rstrip(".")


@blueprint.app_template_filter("month_of")
def month_of(day: date) -> str:
    """«апрель 2026»."""
    return f"{month_name(day.month)} {day.year}"


@blueprint.app_template_filter("process_title")
def process_title(process: str) -> str:
    """How people call a process that a measure may start."""
    return processes.title(process)


@blueprint.app_template_filter("figure")
def figure(value: Any) -> str:
    """A number with one decimal where it has one."""
    return thresholds.shown(None if value is None else float(value))


@blueprint.app_template_filter("executor")
def executor(code: str) -> str:
    """A role, or a kind of organisation, that a measure names."""
    known = kinds()
    return role_name(code) if code in roles() else str(known[code]) if code in known else code


def group_titles(codes: Sequence[str]) -> list[str]:
    """Titles of groups of schools."""
    known = {each.code: each.title for each in schools.groups()}
    return [known.get(code, code) for code in codes]


record_words.register(
    subjects={
        "programme": _l("Programme"),
        "measure": _l("measure of a roadmap"),
        "body": _l("working body"),
        "calendar": _l("stage calendar"),
        "support_programme": _l("support programme"),
    },
    verbs={
        "accept-report": _l("report accepted"),
        "request": _l("asked for"),
        "import-roadmap": _l("measures taken from a file"),
        "clone": _l("next year begun"),
        "carry-over": _l("unfinished rows carried over"),
        "move": _l("stages moved"),
        "move-accepted": _l("other date accepted"),
        "move-refused": _l("other date refused"),
        "move-proposed": _l("other date asked for"),
        "approve-roadmap": _l("roadmap approved"),
        "set": _l("written down"),
        "set-state": _l("state changed"),
        "change-members": _l("members changed"),
        "remind": _l("those who are late reminded"),
    },
    fields={
        "order": _l("order"),
        "ref": _l("occurrence"),
        "status": _l("result of the occurrence"),
        "state": _l("state of the object"),
        "from": _l("from which"),
        "rows": _l("rows"),
        "measures": _l("measures"),
        "version": _l("version of the object"),
    },
    values={code: words for code, (words, _colour) in (STATES | PROGRAMME_STATES).items()}
    | {code: words for code, words in KINDS.items() if code != SCHOOL},
)
