"""Small processes, written as a list of elements in their order: enough BPMN for what a test wants to see."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
"""


def extensions(*parts: str) -> str:
    """An extensionElements node of the parts that are not empty."""
    found = "".join(part for part in parts if part)
    return f"<bpmn:extensionElements>{found}</bpmn:extensionElements>" if found else ""


def properties(**values: str) -> str:
    """zeebe:properties."""
    rows = "".join(f'<zeebe:property name="{name}" value="{value}" />' for name, value in values.items())
    return f"<zeebe:properties>{rows}</zeebe:properties>" if rows else ""


def mapping(inputs: Sequence[tuple[str, str]] = (), outputs: Sequence[tuple[str, str]] = ()) -> str:
    """zeebe:ioMapping of (source, target) pairs."""
    rows = [f'<zeebe:input source="{source}" target="{target}" />' for source, target in inputs]
    rows += [f'<zeebe:output source="{source}" target="{target}" />' for source, target in outputs]
    return f"<zeebe:ioMapping>{''.join(rows)}</zeebe:ioMapping>" if rows else ""


def user(
    id: str,
    groups: str = "",
    *,
    assignee: str = "",
    users: str = "",
    due: str = "",
    form: str = "",
    outputs: Sequence[tuple[str, str]] = (),
    **named: str,
) -> str:
    """A user task; `named` are its properties."""
    who = "".join(
        f' {name}="{value}"'
        for name, value in (("assignee", assignee), ("candidateGroups", groups), ("candidateUsers", users))
        if value
    )
    parts = (
        "<zeebe:userTask />",
        f'<zeebe:formDefinition formId="{form}" bindingType="deployment" />' if form else "",
        f"<zeebe:assignmentDefinition{who} />" if who else "",
        f'<zeebe:taskSchedule dueDate="{due}" />' if due else "",
        properties(**named),
        mapping(outputs=outputs),
    )
    return f'<bpmn:userTask id="{id}" name="{id}">{extensions(*parts)}</bpmn:userTask>'


def service(
    id: str,
    type: str,
    inputs: Sequence[tuple[str, str]] = (),
    outputs: Sequence[tuple[str, str]] = (),
    retries: str = "3",
) -> str:
    """A service task."""
    definition = f'<zeebe:taskDefinition type="{type}" retries="{retries}" />'
    return f'<bpmn:serviceTask id="{id}">{extensions(definition, mapping(inputs, outputs))}</bpmn:serviceTask>'


def script(id: str, expression: str, result: str) -> str:
    """A script task."""
    body = f'<zeebe:script expression="{expression}" resultVariable="{result}" />'
    return f'<bpmn:scriptTask id="{id}">{extensions(body)}</bpmn:scriptTask>'


def decision(id: str, decision_id: str, result: str) -> str:
    """A business rule task bound by deployment."""
    body = f'<zeebe:calledDecision decisionId="{decision_id}" resultVariable="{result}" bindingType="deployment" />'
    return f'<bpmn:businessRuleTask id="{id}">{extensions(body)}</bpmn:businessRuleTask>'


def call(
    id: str,
    process: str,
    inputs: Sequence[tuple[str, str]] = (),
    outputs: Sequence[tuple[str, str]] = (),
    *,
    binding: str = "latest",
    loop: str = "",
) -> str:
    """A call activity that propagates by explicit mappings only; `loop`: multi-instance extension and tag."""
    called = (
        f'<zeebe:calledElement processId="{process}" bindingType="{binding}" '
        'propagateAllChildVariables="false" propagateAllParentVariables="false" />'
    )
    return f'<bpmn:callActivity id="{id}">{extensions(called, mapping(inputs, outputs))}{loop}</bpmn:callActivity>'


def over(collection: str, element: str, *, sequential: bool = False) -> str:
    """Multi-instance over a collection."""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><bpmn:extensionElements>'
        f'<zeebe:loopCharacteristics inputCollection="{collection}" inputElement="{element}" />'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )


def catch_message(id: str, message: str) -> str:
    """An intermediate catch event; declare the message with `message`."""
    event = f'<bpmn:messageEventDefinition id="{id}_event" messageRef="{message}" />'
    return f'<bpmn:intermediateCatchEvent id="{id}">{event}</bpmn:intermediateCatchEvent>'


def catch_timer(id: str, kind: str, value: str) -> str:
    """An intermediate timer."""
    inner = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{value}</bpmn:{kind}>'
    event = f'<bpmn:timerEventDefinition id="{id}_event">{inner}</bpmn:timerEventDefinition>'
    return f'<bpmn:intermediateCatchEvent id="{id}">{event}</bpmn:intermediateCatchEvent>'


def catch_signal(id: str, signal: str) -> str:
    """An intermediate signal catch event."""
    event = f'<bpmn:signalEventDefinition id="{id}_event" signalRef="{signal}" />'
    return f'<bpmn:intermediateCatchEvent id="{id}">{event}</bpmn:intermediateCatchEvent>'


def throw_signal(id: str, signal: str) -> str:
    """An intermediate signal throw event."""
    event = f'<bpmn:signalEventDefinition id="{id}_event" signalRef="{signal}" />'
    return f'<bpmn:intermediateThrowEvent id="{id}">{event}</bpmn:intermediateThrowEvent>'


def message(id: str, name: str, key: str = "") -> str:
    """A message with its correlation key."""
    body = extensions(f'<zeebe:subscription correlationKey="{key}" />') if key else ""
    return f'<bpmn:message id="{id}" name="{name}">{body}</bpmn:message>'


def start(id: str = "start", event: str = "") -> str:
    """A start event; `event` is its event definition."""
    return f'<bpmn:startEvent id="{id}">{event}</bpmn:startEvent>'


def end(id: str = "finished", event: str = "") -> str:
    """An end event."""
    return f'<bpmn:endEvent id="{id}">{event}</bpmn:endEvent>'


def flow(source: str, target: str, condition: str = "") -> str:
    """A sequence flow named after its ends."""
    body = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{body}</bpmn:sequenceFlow>"


def chain(*ids: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(source, target) for source, target in pairwise(ids))


def process(id: str, *parts: str, outside: str = "", named: dict[str, str] | None = None) -> bytes:
    """A whole model. Elements come in their order; with no flow among the parts they are chained."""
    elements = list(parts)
    if not any("sequenceFlow" in part for part in parts):
        ids = [part.split('id="', 1)[1].split('"', 1)[0] for part in parts]
        elements.append(chain(*ids))
    head = extensions(properties(**(named or {})))
    body = "".join(elements)
    text = f'{HEAD}{outside}<bpmn:process id="{id}" name="{id}" isExecutable="true">{head}{body}</bpmn:process>'
    return f"{text}</bpmn:definitions>".encode()
