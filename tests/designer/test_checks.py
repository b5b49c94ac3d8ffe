"""What the checks say: the draft's files beside each other and what is deployed, in the reader's language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.designer import queries
from app.designer.gates import ask
from app.engine.queries.checks import check
from app.engine.views import Resource
from app.kernel.db import db
from app.people.queries import actor_for
from tests.designer import building

ROOT = Path(__file__).resolve().parents[2]
MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
  <bpmn:process id="probe" name="Проба" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="ask" name="Спросить">
      <bpmn:extensionElements><zeebe:userTask /><zeebe:formDefinition formId="probe_form" /></bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="which" name="Ответ?">
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:endEvent id="yes" name="Да"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="no" name="Нет"><bpmn:incoming>f4</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="ask" />
    <bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="which" />
    <bpmn:sequenceFlow id="f3" name="да" sourceRef="which" targetRef="yes">
      <bpmn:conditionExpression>=word = "да"</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" name="нет" sourceRef="which" targetRef="no">
      <bpmn:conditionExpression>=word = "нет"</bpmn:conditionExpression></bpmn:sequenceFlow>
  </bpmn:process>
</bpmn:definitions>
"""


def _said(page: Any, at: str, model: str = MODEL) -> list[dict[str, Any]]:
    """What the checks say of the model."""
    sent = {"X-CSRFToken": page.token, "Content-Type": "application/xml"}
    found: list[dict[str, Any]] = json.loads(page.client.post(at, data=model.encode(), headers=sent).data)["findings"]
    return found


def test_our_own_models_pass_in_the_strict_way(region: Any) -> None:
    files = sorted(path for suffix in ("bpmn", "dmn") for path in (ROOT / "workflows").rglob(f"*.{suffix}"))
    files += sorted((ROOT / "forms").rglob("*.form"))
    found = check([Resource(path.name, path.read_bytes()) for path in files])
    assert [each.to_dict() for each in found if "error" in (each.severity, each.strict)] == []


def test_a_file_in_an_editor_is_judged_beside_the_others(browse: Any) -> None:
    with db.unit_of_work():
        key = building.draft(content=building.process())
        file = queries.drafts.draft(actor_for("designer"), key).files[0]
    page = browse("designer")
    page.get("/designer")
    at = f"/designer/drafts/{key}/files/{file.key}/checks"
    found = _said(page, at)
    said = {(each["rule"], each["element_id"]): each for each in found}
    assert said["unknown-form", "ask"]["severity"] == "error"
    assert said["task-role", "ask"]["text"].startswith("Не сказано, кто выполняет задачу: выберите роль")
    assert said["gateway-default", "which"]["element_name"] == "Ответ?"
    assert ("no-assignment", "ask") not in said  # the rule has said it
    broken = MODEL.replace('sourceRef="which" targetRef="no"', 'sourceRef="which" targetRef="nowhere"')
    assert {"unknown-form", "flow-end-missing"} <= {each["rule"] for each in _said(page, at, broken)}
    with db.unit_of_work():
        building.add(key, "probe_form.form", building.form("probe_form"))
    found = _said(page, at)
    assert "unknown-form" not in {each["rule"] for each in found}


def test_the_page_and_the_gate_name_what_is_to_be_mended(browse: Any) -> None:
    with db.unit_of_work():
        actor = actor_for("designer")
        key = building.draft(content=MODEL.encode())
        (passed,) = [each for each in ask(actor, queries.drafts.draft(actor, key)) if each.name == "checks"]
    assert not passed.open
    page = browse("designer").get(f"/designer/drafts/{key}").get_data(as_text=True)
    assert "probe.bpmn, «Спросить»" in page
    assert "element=ask" in page


def test_calls_in_a_circle_are_found_over_several_files(region: Any) -> None:
    def calling(id: str, other: str) -> Resource:
        called = f'<bpmn:extensionElements><zeebe:calledElement processId="{other}"/>'
        call = f'<bpmn:callActivity id="call" name="Позвать">{called}'
        xml = MODEL.replace('id="probe"', f'id="{id}"').replace('<bpmn:userTask id="ask" name="Спросить">', call)
        head, _, tail = xml.partition(call)
        rest = tail.partition("</bpmn:extensionElements>")[2].replace("</bpmn:userTask>", "</bpmn:callActivity>")
        text = head + call + "</bpmn:extensionElements>" + rest
        return Resource(f"{id}.bpmn", text.replace('"ask"', '"call"').encode())

    found = check([calling("one", "two"), calling("two", "one")])
    assert {each.resource for each in found if each.rule == "call-circle"} == {"one.bpmn", "two.bpmn"}
    alone = check([calling("one", "one")])
    assert [each.element_id for each in alone if each.rule == "calls-itself"] == ["call"]
    assert not [each for each in alone if each.rule == "call-circle"]
