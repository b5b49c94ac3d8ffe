"""Steps that not everybody may know of (`visible_to`: the attestation base is never shown to the head)."""

from __future__ import annotations

import pytest

from app.engine import policies
from app.kernel.actor import Actor, Assignment
from app.kernel.db import db
from tests.inbox import work
from tests.inbox.conftest import deploy
from tests.web.conftest import Open


def person(*roles: str) -> Actor:
    """An actor with these roles."""
    return Actor(login="x", name="X", assignments=tuple(Assignment(role, "region") for role in roles))


def test_a_step_for_some_roles_is_hidden_from_the_others() -> None:
    roles = "teacher, course_leader,cmoko_attestation"
    assert not policies.sees_step(person("school_head"), roles)
    assert not policies.sees_step(person(), roles)
    for role in ("teacher", "course_leader", "cmoko_attestation", "auditor", "region_coordinator"):
        assert policies.sees_step(person(role), roles), role
    assert policies.sees_step(person("school_head"), "")


@pytest.mark.usefixtures("request_process")
def test_neither_drawing_nor_history_tells_of_a_hidden_step(browse: Open) -> None:
    called = '<zeebe:calledDecision decisionId="urgency" resultVariable="days" bindingType="deployment"/>'
    hidden = '<zeebe:properties><zeebe:property name="visible_to" value="iro_methodist"/></zeebe:properties>'
    with db.unit_of_work():
        deploy((called, called + hidden))
    teacher, head = browse("teacher"), browse("school_head")
    key = work.asked(teacher)
    work.complete(head, work.task(head, "Согласовать заявку"), "approve", password="demo")
    for login, sees in (("school_head", False), ("teacher", False), ("iro_methodist", True), ("auditor", True)):
        page = browse(login).get(f"/processes/{key}/diagram").text
        island = page.partition('data-island="bpmn-view"')[2].partition("></div>")[0]
        for name in ("urgency", "f_agreed_urgency", "f_urgency_answer"):
            assert (name in island.replace('"', " ").split()) is sees, (login, name)
        words = work.main_of(browse(login).get(f"/processes/{key}/diagram"))
        assert ("«Определить срочность» выполнено" in words) is sees, login
