"""A teacher changes school during a course, a leader leaves: everything goes on with the new people, in one act."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.courses.operations import courses as course_runs
from app.courses.operations import finding, leaving, transferring
from app.engine import operations as engine
from app.engine import queries
from app.engine.models import ProcessInstance, UserTask
from app.engine.views import InstanceFilter
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.notifications.models import Notice
from app.people import operations as people
from app.people.duties import duties_of
from tests.courses.test_processes import LOGIN, Listening, person, settle, tasks
from tests.processes.conftest import PASSWORD, region, stage  # noqa: F401


@pytest.fixture
def listening(stage: None) -> Listening:  # noqa: F811
    """The teacher of lebedyan-1 stands before the entry test."""
    return Listening()


def _sees(login: str, key: int) -> bool:
    with db.unit_of_work():
        return bool(queries.instances(person(login), InstanceFilter(keys=(key,))).items)


def _move(actor: str = "municipal_coordinator") -> int:
    with db.unit_of_work():
        return people.transfer_person(person(actor), LOGIN, "lebedyan-2")


def test_a_teacher_takes_her_course_along_to_the_new_school(listening: Listening) -> None:
    assert _sees("school_head", listening.key)
    assert _move() == 1
    assert tasks(LOGIN) == ["entry_test"]
    assert (_sees("school_head", listening.key), _sees("school_head3", listening.key)) == (False, True)
    assert listening.variables()["school_id"] == "lebedyan-2"
    with db.unit_of_work() as session:
        listener = finding.listener(listening.code, LOGIN)
        assert (listener.school, listener.municipality) == ("lebedyan-2", "lebedyan")
        assert queries.verify_chain(listening.key) is None
        verbs = [each.verb for each in queries.history(PLATFORM, listening.key)]
        task = session.scalars(select(UserTask).where(UserTask.instance_key == listening.key)).one()
        assert (task.assignee, task.candidate_groups) == (LOGIN, ["teacher@lebedyan-2"])
    assert verbs[-2:] == ["set_variables", "move"]
    assert person(LOGIN).organisations("teacher") == {"lebedyan-2"}
    assert listening.upload(96).recorded == 1


def test_the_report_goes_to_the_new_head_even_when_the_old_one_has_it_in_hand(stage: None) -> None:  # noqa: F811
    """processes §A, rmp_listener, exceptions: «teacher changes school during course → report goes to the new head»."""
    with db.unit_of_work():
        variables = {"teacher_id": LOGIN, "initiator": LOGIN, "school_id": "lebedyan-1", "problem": "проверка"}
        values = {**variables, "level": "школа", "object_id": "lebedyan-1", "municipality_id": "lebedyan"}
        key = engine.start_instance(PLATFORM, "management_decision", values, internal=True)
    settle()
    with db.unit_of_work() as session:
        task = session.scalars(select(UserTask).where(UserTask.instance_key == key, UserTask.state == "open")).one()
        element = task.element_id
        engine.claim_task(person("school_head"), task.key)
    assert element in tasks("school_head")
    _move()
    assert (element in tasks("school_head"), element in tasks("school_head3")) == (False, True)


def test_a_role_for_one_object_is_not_carried_along_without_its_limit(stage: None) -> None:  # noqa: F811
    with db.unit_of_work():
        people.assign_role(
            PLATFORM, LOGIN, "school_team_member", "lebedyan-1", object_kind="course", object_key="c-2026-1"
        )
    _move()
    assert person(LOGIN).organisations("teacher") == {"lebedyan-2"}
    assert not person(LOGIN).has_role("school_team_member")


def test_who_may_move_whom(stage: None) -> None:  # noqa: F811
    for login in ("school_head", "school_head3", "mouo_head2"):
        with pytest.raises((Forbidden, NotFound)):
            _move(login)
    with pytest.raises(Invalid), db.unit_of_work():
        people.transfer_person(person("admin"), LOGIN, "lebedyan-1")


def _complete(login: str, element: str, values: dict[str, Any], **how: Any) -> None:
    actor = person(login)
    with db.unit_of_work() as session:
        open_ones = select(UserTask.key).where(UserTask.element_id == element, UserTask.state == "open")
        engine.complete_user_task(actor, session.scalars(open_ones).one(), values, **how)
    settle()


def _hand_over(
    code: str, actor: str = "iro_coordinator", to: str = "course_leader2", reason: str = "Увольнение"
) -> int:
    with db.unit_of_work():
        return transferring.replace_leader(person(actor), code, to, reason)


def test_a_leader_leaves_and_another_has_everything_in_one_act(listening: Listening) -> None:
    assert listening.upload(96).recorded == 1
    assert "diagnostics" in tasks("course_leader")
    assert _hand_over(listening.code) >= 1
    assert "diagnostics" not in tasks("course_leader")
    assert "diagnostics" in tasks("course_leader2")
    assert listening.variables()["course_leader"] == "course_leader2"
    assert (_sees("course_leader", listening.key), _sees("course_leader2", listening.key)) == (False, True)
    with db.unit_of_work() as session:
        owner = session.scalar(select(ProcessInstance.owner_group).where(ProcessInstance.key == listening.key))
        assert owner == "course_leader@~course_leader2"
        assert finding.course(listening.code).leader == "course_leader2"
        event = session.scalars(select(AuditEvent).where(AuditEvent.verb == "replace-leader")).one()
        assert (event.subject_key, event.entries) == (
            listening.code,
            [["leader", "course_leader", "course_leader2"]],
        )
        assert event.details["reason"] == "Увольнение"


def test_every_handover_is_told_even_when_the_course_was_theirs_before(listening: Listening) -> None:
    for leader in ("course_leader2", "course_leader", "course_leader2"):
        _hand_over(listening.code, to=leader)
    with db.unit_of_work() as session:
        told = select(Notice.login).where(Notice.link == f"/courses/{listening.code}").order_by(Notice.key)
        mine = [each for each in session.scalars(told) if each.startswith("course_leader")]
    assert mine == ["course_leader2", "course_leader", "course_leader2"]


@pytest.mark.parametrize(("outcome", "element"), [("return", "prepare_order"), ("refuse", "decide_refused")])
def test_an_order_that_is_being_signed_comes_back_to_the_new_leader(
    listening: Listening, outcome: str, element: str
) -> None:
    with db.unit_of_work():
        leaving.expel(person("course_leader"), listening.code, LOGIN, "illness", "болезнь")
    settle()
    _complete("course_leader", "prepare_order", {"subject": "Об отчислении"})
    assert "sign_order" in tasks("iro_head")
    _hand_over(listening.code)
    settle()
    _complete("iro_head", "sign_order", {}, outcome=outcome, comment="Основание?", password=PASSWORD)
    assert element not in tasks("course_leader")
    assert element in tasks("course_leader2")


def test_the_courses_of_a_leader_are_named_before_the_account_is_closed(listening: Listening, app: Flask) -> None:
    def held(login: str, leader: str) -> list[tuple[str, int, list[str | None]]]:
        with app.test_request_context("/"), db.unit_of_work():
            found = duties_of(person(login), leader)
            return [(each.label, each.total, [duty.link for duty in each.duties]) for each in found]

    with db.unit_of_work():
        leader = finding.course(listening.code).leader
    link = f"/courses/{quote(listening.code)}/leader"
    (courses,) = [each for each in held("admin", leader) if each[0] != "Открытые задачи"]
    assert courses == ("Курсы, которые ведёт этот человек", 1, [None]), "named, but not the administrator's to give"
    assert ("Курсы, которые ведёт этот человек", 1, [link]) in held("iro_coordinator", leader)
    assert all(each[0] == "Открытые задачи" for each in held("admin", LOGIN))


def test_a_handover_needs_the_right_person_a_reason_and_a_running_course(listening: Listening) -> None:
    with pytest.raises(Forbidden):
        _hand_over(listening.code, "course_leader2")
    with pytest.raises(Forbidden):
        _hand_over(listening.code, LOGIN)
    with pytest.raises(Invalid):
        _hand_over(listening.code, reason=" ")
    with pytest.raises(Invalid):
        _hand_over(listening.code, to=LOGIN)
    with pytest.raises(Conflict):
        _hand_over(listening.code, to="course_leader")
    with db.unit_of_work():
        course_runs.set_status(PLATFORM, listening.code, "completed")
    with pytest.raises(Conflict):
        _hand_over(listening.code)
