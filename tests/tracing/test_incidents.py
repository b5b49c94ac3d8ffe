"""Incidents: seen without personal data, tried again."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from app.engine import operations, queries, services
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people.queries import actor_for
from tests.inbox import work
from tests.inbox.conftest import deploy
from tests.web.conftest import Open

_TYPE = '<zeebe:taskDefinition type="test.urgency"/>'
pytestmark = pytest.mark.usefixtures("request_process")


@pytest.fixture
def stopped(browse: Open) -> int:
    """A request whose model takes what the person asked for a deadline: the error quotes it."""
    with db.unit_of_work():
        deploy(("=string(days) + &quot; wd&quot;", "=if days = 5 then request.question else &quot;1 wd&quot;"))
    teacher, head = browse("teacher"), browse("school_head")
    key = work.asked(teacher)
    answer = work.complete(head, work.task(head, "Согласовать заявку"), "approve", password="demo")
    assert answer.status_code == 303, "the head's act is kept"
    return key


@pytest.mark.parametrize("login", ["admin", "designer"])
def test_an_incident_names_the_step_and_the_reason_and_no_person(browse: Open, stopped: int, login: str) -> None:
    said = work.main_of(browse(login).get("/incidents"))
    assert "Заявка на консультацию" in said
    assert "Дать консультацию" in said
    assert str(stopped) in said
    for personal in ("Иванова", "Дроби", "Как объяснить"):
        assert personal not in said
    assert browse(login).get(f"/processes/{stopped}").status_code == 404, "the process itself is not theirs to read"


@pytest.mark.parametrize(
    ("login", "told"), [("admin", False), ("designer", False), ("auditor", True), ("iro_coordinator", True)]
)
def test_an_error_that_quotes_a_person_is_read_by_those_who_read_values(
    app: Flask, browse: Open, stopped: int, login: str, told: bool
) -> None:
    with app.app_context(), db.unit_of_work():
        (found,) = queries.incidents(actor_for(login), instance_key=stopped).items
    assert (found.kind, found.element_name) == ("EXTRACT_VALUE_ERROR", "Дать консультацию")
    assert found.explanation
    assert ("Как объяснить" in found.message) is told
    assert bool(found.message) is told


def test_the_list_and_its_file_say_the_kind_in_words(browse: Open, stopped: int) -> None:
    admin = browse("admin")
    for said in (work.main_of(admin.get("/incidents")), str(_rows(admin.get("/incidents?format=xlsx", buffered=True)))):
        assert "Не удалось вычислить выражение модели" in said
        assert "Как объяснить" not in said


def test_others_do_not_open_incidents(browse: Open, stopped: int) -> None:
    for login in ("teacher", "auditor", "iro_coordinator"):
        assert browse(login).get("/incidents").status_code == 403


def test_those_who_wait_see_that_it_stopped(browse: Open, stopped: int) -> None:
    assert "остановлен ошибкой" in work.main_of(browse("teacher").get(f"/processes/{stopped}"))


def test_a_mended_step_goes_on_after_another_try(browse: Open, stopped: int) -> None:
    admin = browse("admin")
    page = admin.get("/incidents")
    key = re.search(r"/incidents/(\d+)/retry", page.text)
    assert key
    again = admin.post(f"/incidents/{key[1]}/retry")
    assert "снова остановился" in work.main_of(admin.get(again.location))
    with db.unit_of_work():
        operations.set_variables(PLATFORM, stopped, {"days": 1}, internal=True)
    key = re.search(r"/incidents/(\d+)/retry", admin.get("/incidents").text)
    assert key
    answer = admin.post("/incidents/retry", incident=key[1])
    assert "Повторён 1 шаг" in work.main_of(admin.get(answer.location))
    assert "Инцидентов нет" in work.main_of(admin.get("/incidents"))
    assert "Дать консультацию" in work.main_of(admin.get("/incidents?state=mended"))
    assert list(work.tasks(browse("iro_methodist")).values()) == ["Дать консультацию"]
    said = work.main_of(browse("auditor").get(f"/audit/{stopped}"))
    assert "Инцидент" in said
    assert "Админов Антон Петрович — запрошена новая попытка" in said


def test_incidents_go_to_excel(browse: Open, stopped: int) -> None:
    rows = _rows(browse("admin").get("/incidents?format=xlsx", buffered=True))
    assert rows[1][4] == str(stopped), "a long number is kept as text"


def _rows(answer: TestResponse) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))


def test_an_incident_that_is_over_cannot_be_tried_again(browse: Open, stopped: int) -> None:
    admin = browse("admin")
    admin.get("/incidents")
    assert admin.post("/incidents/1/retry").status_code == 404
    assert admin.post("/incidents/retry").status_code == 303


_BY_A_SERVICE = (
    ("<bpmn:businessRuleTask", "<bpmn:serviceTask"),
    ("</bpmn:businessRuleTask>", "</bpmn:serviceTask>"),
    ('<zeebe:calledDecision decisionId="urgency" resultVariable="days" bindingType="deployment"/>', _TYPE),
)


def test_a_defect_of_a_step_keeps_the_act_and_tells_who_looks_after_it(
    browse: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def urgency(call: services.ServiceCall) -> dict[str, object]:
        return {"days": {}[call.variables["request"]["topic"]]}

    monkeypatch.setitem(services._types, "test.urgency", services.ServiceType("test.urgency", urgency, True, None))
    with db.unit_of_work():
        deploy(*_BY_A_SERVICE)
    teacher, head = browse("teacher"), browse("school_head")
    key = work.asked(teacher)
    answer = work.complete(head, work.task(head, "Согласовать заявку"), "approve", password="demo")
    assert answer.status_code == 303
    assert work.tasks(head) == {}, "the head's act is kept"
    assert "остановлен ошибкой" in work.main_of(teacher.get(f"/processes/{key}"))
    said = work.main_of(browse("admin").get("/incidents"))
    assert "Определить срочность" in said
    assert "Автоматическая работа не удалась" in said
    with db.unit_of_work():
        (found,) = queries.incidents(PLATFORM, instance_key=key).items
    assert found.message.startswith("test.urgency: KeyError (test_incidents.py:")
    assert "Дроби" not in found.message
