"""What is read from a model: dialect, references, starts, JSON."""

from __future__ import annotations

import pytest

from app.engine.bpmn import ModelError, ProcessModel, read_definitions
from tests.engine.drawing import MESSAGE, Drawing, line, on_message, on_timer
from tests.engine.running import Run


def rich() -> Drawing:
    drawing = Drawing()
    drawing.parts = [
        '<bpmn:documentation>What it is for</bpmn:documentation><bpmn:extensionElements><zeebe:versionTag value="v7"/>'
        '</bpmn:extensionElements><bpmn:laneSet id="ls"><bpmn:lane id="lane_curator" name="Curators">'
        "<bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    ]
    drawing.start()
    drawing.user(
        "u",
        '<zeebe:assignmentDefinition assignee="=boss" candidateGroups="=[&quot;head@&quot; + code]"'
        ' candidateUsers="ann, bob"/><zeebe:formDefinition formId="f1" bindingType="versionTag" versionTag="v1"/>'
        '<zeebe:taskSchedule dueDate="=date(&quot;2026-04-01&quot;)" followUpDate="2026-03-01T00:00:00Z"/>'
        '<zeebe:priorityDefinition priority="=10*5"/><zeebe:properties><zeebe:property name="help" value="text"/>'
        "</zeebe:properties>",
        name="Check",
    )
    drawing.job("j", "mail", '<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>')
    drawing.node(
        "businessRuleTask",
        "d",
        zeebe='<zeebe:calledDecision decisionId="level" resultVariable="lv" bindingType="deployment"/>',
    )
    drawing.script("sc", "=lv + 1", "out")
    drawing.chain("s", "u", "j", "d", "sc")
    return drawing


def test_user_task_lane_and_all_settings_reach_the_wait() -> None:
    run = Run(rich(), {"boss": "eve", "code": "s17"})
    assert run.wait("u") == {
        "kind": "user_task",
        "element": "u",
        "loop": None,
        "name": "Check",
        "lane": "Curators",
        "assignee": "eve",
        "candidateGroups": ["head@s17"],
        "candidateUsers": "ann, bob",
        "formId": "f1",
        "bindingType": "versionTag",
        "versionTag": "v1",
        "dueDate": "2026-04-01",
        "followUpDate": "2026-03-01T00:00:00Z",
        "priority": 50,
    }
    run.done("u")
    wait = run.wait("j")
    assert (wait["type"], wait["headers"], wait["retries"]) == ("mail", {"k": "v"}, "3")
    run.done("j")
    wait = run.wait("d")
    assert (wait["decision"], wait["bindingType"], wait["result"]) == ("level", "deployment", "lv")
    run.done("d", lv=1)
    assert run.ended
    assert run.variables["out"] == 2


def test_model_knows_its_elements_flows_and_references() -> None:
    model = read_definitions(rich().document())[0]
    assert (model.process_id, model.version_tag, model.documentation) == ("p", "v7", "What it is for")
    assert {ref.kind: (ref.name, ref.binding, ref.version_tag, ref.element) for ref in model.references} == {
        "form": ("f1", "versionTag", "v1", "u"),
        "job": ("mail", "latest", None, "j"),
        "decision": ("level", "deployment", None, "d"),
    }
    user = model.elements["u"]
    assert (user.kind, user.name, user.lane, user.lane_id) == ("userTask", "Check", "Curators", "lane_curator")
    assert user.properties == {"help": "text"}
    assert user.user["assignee"] == "=boss"
    assert [(flow.source, flow.target) for flow in model.flows.values()] == [
        ("s", "u"),
        ("u", "j"),
        ("j", "d"),
        ("d", "sc"),
    ]


def test_starts() -> None:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.start("ms", on_message)
    drawing.start("ts", on_timer("timeCycle", "0 0 9 * * MON-FRI"))
    drawing.user("u")
    for name in ("s", "ms", "ts"):
        drawing.flow(name, "u")
    model = read_definitions(drawing.document())[0]
    assert [(start.element, start.kind) for start in sorted(model.starts, key=lambda one: one.element)] == [
        ("ms", "message"),
        ("s", "none"),
        ("ts", "timer"),
    ]
    message = next(start for start in model.starts if start.kind == "message")
    assert (message.name, message.key) == ("paid", "=orderId")
    timer = next(start for start in model.starts if start.kind == "timer")
    assert (timer.timer_type, timer.value) == ("timeCycle", "0 0 9 * * MON-FRI")


def test_json_round_trip_keeps_everything() -> None:
    model = read_definitions(rich().document())[0]
    again = ProcessModel.from_json(model.to_json())
    assert again.to_json() == model.to_json()
    with pytest.raises(ValueError, match="another format"):
        ProcessModel.from_json('{"format": 99}')


def test_job_type_expression() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node(
        "intermediateThrowEvent", "t", "<bpmn:messageEventDefinition/>", '<zeebe:taskDefinition type="=kind"/>'
    )
    drawing.end()
    drawing.chain("s", "t", "e")
    assert Run(drawing, {"kind": "pub"}).wait("t")["type"] == "pub"


def test_a_chain_of_two_thousand_tasks_is_read() -> None:
    names = [f"n{k}" for k in range(2000)]
    drawing = Drawing()
    drawing.start()
    for name in names:
        drawing.node("task", name)
    drawing.end()
    drawing.chain("s", *names, "e")
    model = read_definitions(drawing.document())[0]
    assert len(model.elements) == 2002


def test_a_long_circle_is_read() -> None:
    names = [f"n{k}" for k in range(2000)]
    drawing = Drawing()
    drawing.start()
    drawing.node("exclusiveGateway", "m")
    for name in names:
        drawing.node("task", name)
    drawing.chain("s", "m", *names, "m")
    assert len(read_definitions(drawing.document())[0].elements) == 2002


def test_warnings_do_not_refuse() -> None:
    model = read_definitions(line("u").document())[0]
    assert [(finding.element_id, finding.code) for finding in model.warnings] == [("u", "no_assignment")]
    assert "u:" in model.warnings[0].text("en")


def test_all_findings_come_at_once_in_both_languages() -> None:
    drawing = line("u")
    drawing.node("serviceTask", "j1", name="Письмо")
    drawing.node("complexGateway", "c1")
    drawing.flow("u", "j1")
    with pytest.raises(ModelError) as refused:
        read_definitions(drawing.document())
    errors = [finding for finding in refused.value.findings if finding.severity == "error"]
    assert {finding.element_id for finding in errors} >= {"j1", "c1"}
    job = next(finding for finding in errors if finding.element_id == "j1")
    assert job.text("ru").startswith("«Письмо» (j1): не задано")
    assert "is missing" in job.text("en")
