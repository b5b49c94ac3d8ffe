"""Programmes, courses and listeners for tests; everything goes through the operations."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from app.courses.models import Course, Listener, Programme
from app.courses.operations import courses, places, programmes
from app.courses.queries.persons import Applicant
from app.courses.rules import words
from app.kernel.actor import Actor, Assignment
from app.kernel.db import db

_numbers = count(1)


def person(login: str, *roles: str) -> Actor:
    """An actor with roles as `school_head@lebedyan-1`; the path follows from the organisation."""
    assignments = tuple(_assignment(role) for role in roles)
    groups = frozenset({a.role for a in assignments} | {f"{a.role}@{a.organisation}" for a in assignments})
    return Actor(login=login, name=login.title(), assignments=assignments, groups=groups)


def _assignment(text: str) -> Assignment:
    role, _, organisation = text.partition("@")
    if "-" in organisation:
        municipality = organisation.rpartition("-")[0]
        level = "school" if organisation[-1].isdigit() else "municipality"
        return Assignment(role, organisation, level, ("region", municipality, organisation))
    if organisation in ("region", "iro", "cmoko"):
        path = ("region",) if organisation == "region" else ("region", organisation)
        return Assignment(role, organisation, "region", path)
    return Assignment(role, organisation, "municipality", ("region", organisation))


LEADER = person("leader", "course_leader@iro")

MODULES = [
    {"title": "Основы", "hours": 40, "form": "очная", "variative": False},
    {"title": "Предмет", "hours": 16, "form": "очная", "variative": True, "groups": ["А — предметная"]},
    {"title": "Методика", "hours": 16, "form": "очная", "variative": True, "groups": ["Б — методическая"]},
]


def make_programme(code: str = "МАТ", **changes: Any) -> Programme:
    """A programme in force."""
    card = {
        "title": f"Программа {code} {next(_numbers)}",
        "audience": "учителя математики",
        "subject": "математика",
        "hours": 72,
        "form": "очная",
        "modules": MODULES,
        "attestation_forms": ["зачёт", "показательный фрагмент урока"],
        **changes,
    }
    return programmes.approve_programme(LEADER, programmes.draft_programme(LEADER, code, card))


def card(of: Programme, /, **changes: Any) -> dict[str, Any]:
    """Fields of `course_card`; dates fit the Monday of the tests (6 April 2026)."""
    return {
        "programme": of.code,
        "enrol_until": "2026-04-10",
        "start": "2026-04-13",
        "end": "2026-05-15",
        "attest_on": "2026-05-12",
        "attest_reserve_on": "2026-05-19",
        "attest_resit_on": "2026-05-26",
        "hours": 72,
        "form": "очная",
        "places_min": 1,
        "places_max": 25,
        "commission": ["chair", "member"],
        "commission_chair": "chair",
        "max_retests": 1,
        **changes,
    }


def make_course(programme: Programme | None = None, leader: str = "leader", **changes: Any) -> Course:
    """An open course."""
    programme = programme or make_programme(f"П{next(_numbers)}")
    return courses.open_course(LEADER, card(programme, **changes), organisation="iro", leader=leader)


def applicant(login: str, school: str = "lebedyan-1", **changes: Any) -> Applicant:
    """Who applies: a teacher of a school."""
    facts: dict[str, Any] = {
        "name": f"Учитель {login}",
        "school": school,
        "school_name": f"Школа {school}",
        "municipality": school.rpartition("-")[0],
        "assignment": {"competences": ["предметная компетенция", "методическая компетенция"]},
        **changes,
    }
    return Applicant(login=login, **facts)


def apply(course: Course, login: str, school: str = "lebedyan-1", **changes: Any) -> Listener:
    """An application at the head."""
    return places.submit_application(
        LEADER, course.code, applicant(login, school, **changes), enrolment_id=f"e{next(_numbers)}"
    )


def make_listener(course: Course, login: str, school: str = "lebedyan-1", **changes: Any) -> Listener:
    """A confirmed listener; `changes` are set on the row."""
    apply(course, login, school)
    places.hold_place(LEADER, course.code, login)
    listener = places.confirm(LEADER, course.code, login)
    for name, value in changes.items():
        setattr(listener, name, value)
    db.session.flush()
    return listener


def admit(listener: Listener, *, positive: bool = True) -> Listener:
    """Let a listener attest."""
    listener.admission = words.ADMITTED if positive else words.ADMITTED_WITHOUT_RIGHT
    listener.entry_positive = positive
    listener.attestation_form = "зачёт"
    db.session.flush()
    return listener


def day(text: str) -> date:
    """A date from its ISO text."""
    return date.fromisoformat(text)
