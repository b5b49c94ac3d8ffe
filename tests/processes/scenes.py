"""What scenarios may ask to be prepared: programmes, courses and listeners, made by the operations of the courses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.assessment.operations import attempts
from app.courses.operations import courses, places, programmes
from app.courses.queries.persons import applicant
from app.courses.service_tasks.inputs import course_facts, listener_context
from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import queries as people
from tests.assessment import building

from . import quality_scenes
from .conftest import ROOT

LEADER = "course_leader"
COMMISSION = ["attestation_commission_member", "attestation_commission_member2"]
DATES = {
    "enrol_until": "2026-04-10",
    "start": "2026-04-13",
    "end": "2026-05-15",
    "attest_on": "2026-05-12",
    "attest_reserve_on": "2026-05-19",
    "attest_resit_on": "2026-05-26",
}


def programme(code: str = "МАТ-72", title: str = "Преподавание математики в школе с низкими результатами") -> str:
    """A programme in force."""
    card = {
        "title": title,
        "audience": "учителя математики",
        "subject": "математика",
        "hours": 72,
        "form": "очная",
        "modules": [
            {"title": "Основы", "hours": 56, "form": "очная", "variative": False},
            {"title": "Предмет", "hours": 16, "form": "очная", "variative": True, "groups": ["А — предметная"]},
        ],
        "attestation_forms": ["зачёт", "показательный фрагмент урока"],
    }
    with db.unit_of_work():
        leader = people.actor_for(LEADER)
        programmes.approve_programme(leader, programmes.draft_programme(leader, code, card))
    return code


def open_course(**changes: Any) -> Mapping[str, Any]:
    """A course that takes applications. Facts: `course_id`."""
    return _open_course(programme(), **changes)


def _open_course(code: str, **changes: Any) -> Mapping[str, Any]:
    card = {
        "programme": code,
        "hours": 72,
        "form": "очная",
        "places_min": 1,
        "places_max": 25,
        "commission": COMMISSION,
        "commission_chair": COMMISSION[0],
        "max_retests": 1,
        **DATES,
        **changes,
    }
    with db.unit_of_work():
        course = courses.open_course(people.actor_for(LEADER), card, organisation="iro", leader=LEADER)
        return {"course_id": course.code}


def applied(course_id: str, login: str) -> None:
    """An application that holds a place while the leader decides."""
    with db.unit_of_work():
        places.submit_application(PLATFORM, course_id, applicant(login), enrolment_id=f"scene-{login}")
        places.hold_place(PLATFORM, course_id, login, assignment=ASSIGNMENT)


def full_course(**changes: Any) -> Mapping[str, Any]:
    """A course whose only place is taken by `teacher9`; one more stands for free."""
    facts = open_course(places_max=1, **changes)
    applied(facts["course_id"], "teacher9")
    return facts


ASSIGNMENT = {
    "competences": ["предметная компетенция", "методическая компетенция"],
    "difficulties": [
        {"competence": "предметная компетенция", "text": "Решение задач с параметром и геометрия"},
        {"competence": "методическая компетенция", "text": "Организация работы с разными группами"},
    ],
}


def listener(login: str = "teacher", **changes: Any) -> Mapping[str, Any]:
    """A running course with one confirmed listener. Facts: `variables` to start `rmp_listener` or `rmp_remediation`."""
    facts = open_course(**changes)
    applied(facts["course_id"], login)
    with db.unit_of_work():
        person = places.confirm(PLATFORM, facts["course_id"], login)
        course = person.course
        variables = {
            **course_facts(course),
            "listener_id": login,
            "teacher_id": login,
            "teacher_name": person.teacher_name,
            "school_id": person.school,
            "municipality_id": person.municipality,
            "assignment_id": None,
            "assignment": ASSIGNMENT,
            "subject": "математика",
            "entry_no_show": False,
        }
    return {**facts, "variables": variables}


def programme_only() -> Mapping[str, Any]:
    """A programme in force, no course yet. Facts: `dpp_id`."""
    return {"dpp_id": programme()}


def enrol(course_id: str, logins: list[str]) -> Mapping[str, Any]:
    """Applications that went through: the listeners are confirmed and `listener.enrolled` is sent."""
    for login in logins:
        applied(course_id, login)
        with db.unit_of_work():
            listener = places.confirm(PLATFORM, course_id, login)
            engine.publish_message(
                PLATFORM, "listener.enrolled", course_id, {"enrolled": listener_context(listener)}, internal=True
            )
    return {}


def middle_band(pass_min: int = 60, **changes: Any) -> Mapping[str, Any]:
    """As `listener`, after a designer has opened the middle band of `test_level` (README, question 1)."""
    source = (ROOT / "workflows" / "shared" / "test_level.dmn").read_text()
    changed = source.replace("pass_min: 95", f"pass_min: {pass_min}")
    assert changed != source
    with db.unit_of_work():
        engine.deploy(PLATFORM, [Resource("test_level.dmn", changed.encode())], internal=True)
    return listener(**changes)


def e_tested(**changes: Any) -> Mapping[str, Any]:
    """As `listener`, on a course whose tests are taken here: 100 points without a time limit."""
    with db.unit_of_work():
        building.specification()
    return listener(**changes)


def take_test(login: str, points: int, finish: bool = True) -> Mapping[str, Any]:
    """The listener begins the test whose window is open and answers for so many points."""
    with db.unit_of_work():
        actor = people.actor_for(login)
        window = building.open_window_of(login)
        attempts.begin(actor, window, "device")
        for answer in building.worth(building.key_of(window), Decimal(points)):
            attempts.save_response(actor, window, "device", answer.position, 1, answer.values, answer.pairs)
    if finish:
        with db.unit_of_work():
            attempts.finish(people.actor_for(login), window)
    return {}


def other_course() -> Mapping[str, Any]:
    """A second course of the same programme that takes applications. Facts: `other_course_id`."""
    return {"other_course_id": _open_course("МАТ-72", enrol_until="2026-04-17", start="2026-04-20")["course_id"]}


def apply(course_id: str, login: str) -> Mapping[str, Any]:
    """As `applied`, for a step."""
    applied(course_id, login)
    return {}


SCENES: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    **quality_scenes.SCENES,
    "apply": apply,
    "e_tested": e_tested,
    "enrol": enrol,
    "full_course": full_course,
    "listener": listener,
    "middle_band": middle_band,
    "open_course": open_course,
    "other_course": other_course,
    "programme": programme_only,
    "take_test": take_test,
}
