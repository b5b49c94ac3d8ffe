"""Service types of `consultation` (LIP 2.6, 3.8, 4.4; SOS 6)."""

from __future__ import annotations

from typing import Any

from app.engine import service_inputs as inputs
from app.engine.services import ServiceCall, service_type
from app.kernel.actor import Actor
from app.people import queries as people

from ..queries import active_for, curator_of
from ..rules.kinds import MUNICIPAL

Row = dict[str, Any]
_CONSULTS = frozenset({"curator", "expert_consultant", "iro_methodist", "mms_methodist", "cmoko_analyst"})
_LEVELS = (
    ({"mouo_head", "municipal_coordinator"}, "МОУО/рабочая группа"),
    ({"school_head", "deputy_head"}, "администрация школы"),
    ({"school_team_member"}, "школьная команда"),
)
"""Who asks, by role; a teacher when none fits. The applicant may say otherwise."""


@service_type("consultation.open", inline=True)
def open_consultation(call: ServiceCall) -> Row:
    """Who asks and who could answer. With a theme another process began it: its school or municipality asks."""
    theme = inputs.optional(call, "theme")
    login = inputs.optional(call, "initiator") if theme is None else None
    school, place = inputs.optional(call, "school_id"), inputs.optional(call, "municipality_id")
    place = place or (people.municipality_of(school) if school else None)
    return {
        **(_person(login) if login else _place(school, place)),
        "requested": login is not None,
        "school_id": school,
        "municipality_id": place,
        "curator": curator_of(school)["curator"] if school else None,
        "municipal_consultant": _municipal_consultant(place),
        "has_mms": bool(place and people.holders("mms_methodist", place)),
        "theme": theme,
        "question": inputs.optional(call, "question"),
    }


def _person(login: str) -> Row:
    actor = people.actor_for(login)
    return {
        "applicant": login,
        "applicant_name": people.person_name(login),
        "applicant_users": [login],
        "applicant_groups": [],
        "level": _level(actor),
        "consults": bool(actor.roles & _CONSULTS),
    }


def _place(school: str | None, place: str | None) -> Row:
    """Nobody in person asks: the head of the school, else the coordinator of the municipality, gets the answer."""
    code = school or place
    group = f"school_head@{school}" if school else f"municipal_coordinator@{place}"
    return {
        "applicant": None,
        "applicant_name": inputs.organisation_name(code) if code else None,
        "applicant_users": [],
        "applicant_groups": [group] if code else [],
        "level": "администрация школы" if school else "МОУО/рабочая группа",
        "consults": False,
    }


def _level(actor: Actor) -> str:
    return next((level for roles, level in _LEVELS if actor.roles & roles), "педагог")


def _municipal_consultant(place: str | None) -> str | None:
    found = active_for(place, MUNICIPAL) if place else None
    person = found.person if found else None
    return person if person and people.person_by_login(person).active else None
