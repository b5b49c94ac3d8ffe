"""Who sees what of the processes about a teacher (roles §3): row by row, with every account of the demo region."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.engine import operations as engine
from app.engine import policies, queries
from app.engine.models import ProcessInstance
from app.engine.views import InstanceFilter, TaskFilter
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.people import operations as people
from tests.courses.test_processes import LOGIN, Listening, person, settle
from tests.processes.conftest import PASSWORD, region, stage  # noqa: F401

PATH, VALUES, FORM, OWNER = "path", "values", "form", "owner"
ALL = {PATH, VALUES, FORM, OWNER}
LISTENER: dict[str, set[str]] = {
    # the leader of this very course
    "course_leader": ALL,
    "course_leader2": set(),
    # herself: the path, and the form of her own task
    LOGIN: {PATH, FORM},
    "teacher3": set(),
    # the school: that she studies, never with what result
    "school_head": {PATH},
    "deputy_head": {PATH},
    "school_head2": set(),
    # the municipality: numbers only
    "mouo_head": set(),
    "municipal_coordinator": set(),
    "programme_coordinator": set(),
    "municipal_wg_member": set(),
    "mms_methodist": set(),
    "mmo_head": set(),
    # the institute
    "iro_methodist2": set(),
    "attestation_commission_member": set(),
    "iro_head": set(),
    "iro_coordinator": {PATH, VALUES, FORM},
    "expert_consultant": set(),
    # the assessment centre
    "cmoko_analyst": set(),
    "cmoko_attestation": set(),
    # the region
    "region_head": {PATH},
    "region_wg_member": {PATH},
    "region_coordinator": {PATH, VALUES, FORM},
    "auditor": {PATH, VALUES, FORM},
    "designer": set(),
    "admin": set(),
}
"""What each person gets of a listener's process that stands before the entry test."""
ENROLMENT: dict[str, set[str]] = {
    name: found - ({VALUES, FORM, OWNER, PATH} if name == "course_leader" else {OWNER})
    for name, found in LISTENER.items()
} | {LOGIN: {PATH, VALUES, FORM}}
"""The same of an application that has not been sent to a course yet: no leader has it."""


@pytest.fixture
def listening(stage: None) -> Listening:  # noqa: F811
    """The teacher stands before the entry test."""
    return Listening()


@pytest.fixture
def enrolling(stage: None) -> int:  # noqa: F811
    """The teacher has begun an application."""
    with db.unit_of_work():
        key = engine.start_instance(person(LOGIN), "rmp_enrolment")
    settle()
    return key


class Undone(Exception):
    """Takes back what a try has done."""


def _may(call: Callable[[], object]) -> bool:
    try:
        with db.unit_of_work():
            call()
            raise Undone
    except (NotFound, Forbidden):
        return False
    except Undone:
        return True


def _task(key: int) -> int:
    with db.unit_of_work():
        filters = TaskFilter(scope="visible", instance_key=key, state="open")
        return queries.tasks_for(PLATFORM, filters).items[0].key


def _sees(login: str, key: int) -> set[str]:
    """What a person gets of an instance and of its open task, by every way there is."""
    actor, task, found = person(login), _task(key), set()
    with db.unit_of_work() as session:
        listed = [view.key for view in queries.instances(actor, InstanceFilter(keys=(key,))).items]
        tasks = [view.key for view in queries.tasks_for(actor, TaskFilter(scope="visible", keys=(task,))).items]
        values = session.scalar(
            select(ProcessInstance.key).where(
                ProcessInstance.key == key, policies.visible(actor), policies.values_visible(actor)
            )
        )
    opened = _may(lambda: queries.instance(actor, key))
    assert (key in listed) == (task in tasks) == opened == _may(lambda: queries.task(actor, task))
    if opened:
        found.add(PATH)
        with db.unit_of_work():
            detail = queries.task(actor, task)
        assert detail.reads_form == bool(detail.variables)
        found |= {FORM} if detail.reads_form else set()
    found |= {VALUES} if values else set()
    if _may(lambda: engine.cancel_instance(actor, key, "проверка")):
        found.add(OWNER)
    return found


@pytest.mark.parametrize("login", LISTENER)
def test_what_a_person_sees_of_a_listeners_process(listening: Listening, login: str) -> None:
    assert _sees(login, listening.key) == LISTENER[login]


@pytest.mark.parametrize("login", ENROLMENT)
def test_what_a_person_sees_of_an_application(enrolling: int, login: str) -> None:
    assert _sees(login, enrolling) == ENROLMENT[login]


COURSE: dict[str, set[str]] = {
    **{name: found for name, found in LISTENER.items() if name not in (LOGIN, "school_head", "deputy_head")},
    LOGIN: set(),
    "school_head": set(),
    "deputy_head": set(),
    # until the card names a leader, each of them may write it (cards are for everybody to read)
    "course_leader2": {PATH, FORM},
}
"""The same of a course whose card is being written."""


@pytest.mark.parametrize("login", COURSE)
def test_what_a_person_sees_of_a_course(stage: None, login: str) -> None:  # noqa: F811
    with db.unit_of_work():
        key = engine.start_instance(person("course_leader"), "course_run")
    settle()
    assert _sees(login, key) == COURSE[login]


def test_the_processes_of_a_course_follow_its_leader(listening: Listening) -> None:
    with db.unit_of_work():
        engine.set_variables(PLATFORM, listening.key, {"course_leader": "course_leader2"}, internal=True)
    assert _sees("course_leader2", listening.key) == ALL
    assert _sees("course_leader", listening.key) == set()


def test_who_stands_in_for_the_leader_leads(listening: Listening) -> None:
    with db.unit_of_work():
        people.set_substitution(PLATFORM, "course_leader", "course_leader2", clock.today(), clock.today())
    assert _sees("course_leader2", listening.key) == ALL


def test_a_personal_task_goes_back_to_no_queue(listening: Listening) -> None:
    task = _task(listening.key)
    with pytest.raises(Conflict), db.unit_of_work():
        engine.release_task(person(LOGIN), task)
    assert not _may(lambda: queries.task(person("teacher3"), task))


def _ask(app: Flask, login: str, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The items that a search of the API answers to a person."""
    secret = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
    answer = app.test_client().post(f"/v2/{path}/search", json=body, headers={"Authorization": f"Basic {secret}"})
    if answer.status_code == 404:
        return []
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]  # type: ignore[index]
    return items


READS = {"course_leader", "iro_coordinator", "region_coordinator", "auditor"}


@pytest.mark.parametrize("login", ["course_leader2", "school_head", "mouo_head", LOGIN, "teacher3", *sorted(READS)])
def test_the_api_tells_no_values_to_who_sees_the_path_only(app: Flask, listening: Listening, login: str) -> None:
    with db.unit_of_work():
        engine.set_variables(PLATFORM, listening.key, {"method_pct": 73.5}, internal=True)
    key, task = str(listening.key), _task(listening.key)
    by_value = [{"name": "method_pct", "value": "73.5"}]
    found = {
        "variables": _ask(app, login, "variables", {"filter": {"processInstanceKey": key}}),
        "root variables": _ask(app, login, "variables", {"filter": {"name": "method_pct"}}),
        "by value": _ask(app, login, "process-instances", {"filter": {"variables": by_value}}),
        "by either": _ask(app, login, "process-instances", {"filter": {"$or": [{"variables": by_value}]}}),
        "tasks by value": _ask(app, login, "user-tasks", {"filter": {"processInstanceVariables": by_value}}),
        "of the task": [
            each for each in _ask(app, login, f"user-tasks/{task}/variables", {}) if each["name"] == "method_pct"
        ],
    }
    told = {name for name, items in found.items() if items}
    assert told == (set(found) if login in READS else set())
