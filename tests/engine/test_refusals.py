"""What is refused at deploy, with the element named."""

from __future__ import annotations

import pytest

from app.engine.bpmn import ModelError, read_definitions
from app.engine.bpmn.messages import MESSAGES
from tests.engine.drawing import (
    MESSAGE,
    Drawing,
    event_box,
    extensions,
    line,
    many,
    mappings,
    on_compensation,
    on_message,
    on_timer,
)

LISTENER = '<zeebe:{0}Listeners><zeebe:{0}Listener eventType="start" type="x"/></zeebe:{0}Listeners>'
CALL = '<bpmn:callActivity id="x">{}</bpmn:callActivity>'


def errors(document: bytes) -> list[tuple[str | None, str]]:
    """Element and code of each error."""
    with pytest.raises(ModelError) as refused:
        read_definitions(document)
    found = [finding for finding in refused.value.findings if finding.severity == "error"]
    assert all(finding.text("ru") and finding.text("en") for finding in found)
    return [(finding.element_id, finding.code) for finding in found]


ELEMENTS = {
    "python script": (
        '<bpmn:scriptTask id="x"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>',
        "foreign_script",
    ),
    "no job type": ('<bpmn:serviceTask id="x"/>', "missing"),
    "ad hoc": ('<bpmn:adHocSubProcess id="x"/>', "unsupported_element"),
    "complex gateway": ('<bpmn:complexGateway id="x"/>', "unsupported_element"),
    "transaction": ('<bpmn:transaction id="x"/>', "unsupported_element"),
    "standard loop": ('<bpmn:task id="x"><bpmn:standardLoopCharacteristics/></bpmn:task>', "standard_loop"),
    "camunda 7 call": ('<bpmn:callActivity id="x" calledElement="q"/>', "missing"),
    "cancel event": (
        '<bpmn:intermediateCatchEvent id="x"><bpmn:cancelEventDefinition/></bpmn:intermediateCatchEvent>',
        "unsupported_event",
    ),
    "catch without event": ('<bpmn:intermediateCatchEvent id="x"/>', "catch_without_event"),
    "broken expression": (
        '<bpmn:userTask id="x">' + extensions('<zeebe:assignmentDefinition assignee="=1 +"/>') + "</bpmn:userTask>",
        "unreadable_expression",
    ),
    "juel": (
        '<bpmn:userTask id="x">' + extensions(mappings([("${a}", "b")])) + "</bpmn:userTask>",
        "foreign_expression",
    ),
    "camunda 7 attribute": ('<bpmn:userTask id="x" camunda:assignee="me"/>', "camunda7"),
    "camunda 7 element": ('<bpmn:task id="x">' + extensions("<camunda:properties/>") + "</bpmn:task>", "camunda7"),
    "task listener": ('<bpmn:userTask id="x">' + extensions(LISTENER.format("task")) + "</bpmn:userTask>", "listener"),
    "execution listener": (
        '<bpmn:userTask id="x">' + extensions(LISTENER.format("execution")) + "</bpmn:userTask>",
        "listener",
    ),
    "unknown extension": (
        '<bpmn:task id="x">' + extensions("<zeebe:somethingNew/>") + "</bpmn:task>",
        "unsupported_extension",
    ),
    "extension in the wrong place": (
        '<bpmn:task id="x">' + extensions('<zeebe:taskDefinition type="t"/>') + "</bpmn:task>",
        "unsupported_extension",
    ),
    "unknown attribute": (
        CALL.format(extensions('<zeebe:calledElement processId="a" propagateSome="true"/>')),
        "unsupported_attribute",
    ),
    "unknown binding": (
        CALL.format(extensions('<zeebe:calledElement processId="a" bindingType="newest"/>')),
        "bad_binding",
    ),
    "binding without tag": (
        CALL.format(extensions('<zeebe:calledElement processId="a" bindingType="versionTag"/>')),
        "version_tag_missing",
    ),
    "intermediate cycle": (
        f'<bpmn:intermediateCatchEvent id="x">{on_timer("timeCycle", "R3/PT1H")}</bpmn:intermediateCatchEvent>',
        "cycle_not_allowed",
    ),
    "several events": (
        f'<bpmn:intermediateCatchEvent id="x">{on_message}{on_timer("timeDuration", "P1D")}'
        "</bpmn:intermediateCatchEvent>",
        "several_events",
    ),
    "bad mapping target": (
        '<bpmn:userTask id="x">' + extensions(mappings([("=1", "a-b")])) + "</bpmn:userTask>",
        "bad_target",
    ),
    "half an output": (
        f'<bpmn:userTask id="x">{many("=xs", "x", "ys", "=y").replace(chr(34) + "=y" + chr(34), chr(34) * 2)}'
        "</bpmn:userTask>",
        "output_pair",
    ),
    "two forms": (
        '<bpmn:userTask id="x">' + extensions('<zeebe:formDefinition formId="a" formKey="b"/>') + "</bpmn:userTask>",
        "form_twice",
    ),
    "bad due date": (
        '<bpmn:userTask id="x">' + extensions('<zeebe:taskSchedule dueDate="tomorrow"/>') + "</bpmn:userTask>",
        "bad_timer",
    ),
    "bad priority": (
        '<bpmn:userTask id="x">' + extensions('<zeebe:priorityDefinition priority="500"/>') + "</bpmn:userTask>",
        "bad_value",
    ),
    "unknown message": (
        '<bpmn:intermediateCatchEvent id="x"><bpmn:messageEventDefinition messageRef="nobody"/>'
        "</bpmn:intermediateCatchEvent>",
        "reference_unknown",
    ),
    "link without target": (
        '<bpmn:intermediateThrowEvent id="x"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateThrowEvent>',
        "link_targets",
    ),
    "lonely event gateway": ('<bpmn:eventBasedGateway id="x"/>', "event_gateway_flows"),
}


@pytest.mark.parametrize(("element", "code"), ELEMENTS.values(), ids=ELEMENTS)
def test_an_element_is_refused_by_name(element: str, code: str) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.parts.append(element)
    drawing.flow("s", "x")
    assert ("x", code) in errors(drawing.document())


def test_process_listeners() -> None:
    drawing = line("u")
    drawing.parts.insert(0, extensions(LISTENER.format("execution")))
    assert errors(drawing.document()) == [("p", "listener")]


def test_timer_start_in_a_plain_subprocess() -> None:
    drawing = Drawing()
    inside = Drawing("sp", "subProcess")
    inside.start("ss", on_timer("timeDuration", "P1D"))
    inside.user("w")
    inside.chain("ss", "w")
    drawing.start()
    drawing.add(inside)
    drawing.chain("s", "sp")
    assert errors(drawing.document()) == [("ss", "event_start_in_subprocess")]


@pytest.mark.parametrize("value", ["Rx/PT1H", "R3/P99999Y", "R/PT0S", "R/P0D", "R/-PT1H", "R/", "* * *"])
def test_bad_cycles(value: str) -> None:
    drawing = line("u")
    drawing.boundary("r", "u", on_timer("timeCycle", value), interrupting=False)
    drawing.user("n")
    drawing.chain("r", "n")
    assert errors(drawing.document()) == [("r", "bad_timer")]


def test_interrupting_cycle_and_start_duration_and_start_variables() -> None:
    drawing = Drawing()
    drawing.start("s1", on_timer("timeDuration", "P1D"))
    drawing.start("s2", on_timer("timeDate", "=until"))
    drawing.users("u", "n")
    drawing.boundary("r", "u", on_timer("timeCycle", "R/P1D"))
    drawing.chain("s1", "u")
    drawing.chain("s2", "u")
    drawing.chain("r", "n")
    assert set(errors(drawing.document())) == {
        ("s1", "duration_not_allowed"),
        ("s2", "start_timer_variables"),
        ("r", "cycle_not_allowed"),
    }


def test_flows() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("exclusiveGateway", "x", default="nobody")
    drawing.users("a", "b")
    drawing.flow("s", "x")
    drawing.flow("x", "a", name="fa")
    drawing.flow("x", "b", name="fb")
    drawing.flow("a", "b", "=true", name="fc")
    drawing.flow("b", "nowhere", name="fd")
    drawing.flow("b", "s", name="fe")
    assert set(errors(drawing.document())) == {
        ("x", "default_unknown"),
        ("x", "condition_missing"),
        ("a", "condition_not_allowed"),
        ("fd", "flow_end_missing"),
        ("s", "incoming_not_allowed"),
    }


def test_default_flow_with_a_condition_and_flow_over_a_border() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("exclusiveGateway", "x", default="fb")
    drawing.users("a", "b")
    drawing.flow("s", "x")
    drawing.flow("x", "a", "=true")
    drawing.flow("x", "b", "=true", name="fb")
    assert errors(drawing.document()) == [("x", "default_condition")]
    crossing = line("u")
    inside = Drawing("sp", "subProcess")
    inside.user("w")
    crossing.add(inside)
    crossing.flow("u", "w", name="over")
    assert ("over", "flow_crosses") in errors(crossing.document())


def test_starts_and_boundaries() -> None:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start("s1")
    drawing.start("s2")
    drawing.start("m1s", on_message)
    drawing.start("m2s", on_message)
    drawing.user("u")
    for name in ("s1", "s2", "m1s", "m2s"):
        drawing.flow(name, "u")
    drawing.boundary("b1", "u", on_message)
    drawing.boundary("b2", "u", on_message)
    drawing.boundary("b3", "nobody", on_timer("timeDuration", "P1D"))
    drawing.boundary("b4", "u", "")
    drawing.flow("b1", "u")
    drawing.flow("b2", "u")
    drawing.flow("b4", "u")
    assert set(errors(drawing.document())) == {
        ("p", "several_starts"),
        ("m2s", "duplicate_start"),
        ("b2", "duplicate_boundary"),
        ("b3", "boundary_host"),
        ("b3", "outgoing_missing"),
        ("b4", "boundary_without_event"),
    }


def test_compensation_without_handler() -> None:
    drawing = line("u")
    drawing.boundary("c", "u", on_compensation)
    drawing.job("undo", isForCompensation="true")
    assert set(errors(drawing.document())) == {("c", "compensation_handler"), ("undo", "handler_alone")}


def test_event_subprocess_without_event_and_with_a_flow() -> None:
    drawing = line("u")
    drawing.add(event_box("es", "", "h"))
    drawing.flow("u", "es")
    assert set(errors(drawing.document())) == {("es", "event_subprocess_start"), ("es", "event_subprocess_flow")}


def test_message_without_correlation() -> None:
    drawing = Drawing()
    drawing.define('<bpmn:message id="m1" name="paid"/>')
    drawing.start()
    drawing.node("receiveTask", "r", messageRef="m1")
    drawing.chain("s", "r")
    assert errors(drawing.document()) == [("r", "correlation_missing")]


def test_duplicate_ids_and_no_process_and_no_bpmn() -> None:
    drawing = line("u")
    drawing.user("u")
    assert ("u", "duplicate_id") in errors(drawing.document())
    assert errors(Drawing("p", isExecutable="false").document()) == [(None, "no_process")]
    assert errors(Drawing().document()) == [("p", "empty_scope")]
    assert errors(b"<html/>") == [(None, "not_bpmn")]
    assert errors(b"no xml") == [(None, "xml_broken")]


def test_xml_limits() -> None:
    deep = b'<a xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">' * 70 + b"</a>" * 70
    assert errors(deep) == [(None, "xml_too_deep")]
    assert errors(b"<a>" + b" " * (5 * 1024 * 1024) + b"</a>") == [(None, "xml_too_large")]
    assert errors(b"<a>" + b"<b/>" * 60_001 + b"</a>") == [(None, "xml_too_many")]


def test_every_sentence_exists_in_both_languages() -> None:
    assert all(russian and english and russian != english for russian, english in MESSAGES.values())
