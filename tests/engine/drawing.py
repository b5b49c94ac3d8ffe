"""A small builder of Camunda 8 BPMN for tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from html import escape

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="http://test"'
)

MESSAGE = (
    '<bpmn:message id="m1" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=orderId"/>'
    "</bpmn:extensionElements></bpmn:message>"
)
SIGNAL = '<bpmn:signal id="s1" name="sig"/>'
ERRORS = '<bpmn:error id="er1" errorCode="E1"/><bpmn:error id="er2" errorCode="E2"/>'
ESCALATION = '<bpmn:escalation id="es1" escalationCode="X1"/>'

on_message = '<bpmn:messageEventDefinition messageRef="m1"/>'
on_signal = '<bpmn:signalEventDefinition signalRef="s1"/>'
on_error = '<bpmn:errorEventDefinition errorRef="er1"/>'
on_escalation = '<bpmn:escalationEventDefinition escalationRef="es1"/>'
on_compensation = "<bpmn:compensateEventDefinition/>"
terminates = "<bpmn:terminateEventDefinition/>"


def on_timer(kind: str, text: str) -> str:
    """A timer definition; `kind` is timeDate, timeDuration or timeCycle."""
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def on_condition(text: str) -> str:
    """A conditional definition."""
    return (
        f"<bpmn:conditionalEventDefinition><bpmn:condition>{escape(text)}</bpmn:condition>"
        "</bpmn:conditionalEventDefinition>"
    )


def extensions(content: str) -> str:
    """extensionElements around zeebe elements, nothing around nothing."""
    return f"<bpmn:extensionElements>{content}</bpmn:extensionElements>" if content else ""


def mappings(inputs: Iterable[tuple[str, str]] = (), outputs: Iterable[tuple[str, str]] = ()) -> str:
    """zeebe:ioMapping of (source, target) pairs."""
    lines = [f'<zeebe:input source="{escape(s)}" target="{t}"/>' for s, t in inputs]
    lines += [f'<zeebe:output source="{escape(s)}" target="{t}"/>' for s, t in outputs]
    return f"<zeebe:ioMapping>{''.join(lines)}</zeebe:ioMapping>"


def many(
    collection: str,
    element: str | None = None,
    output: str | None = None,
    output_element: str | None = None,
    sequential: bool = False,
    until: str | None = None,
) -> str:
    """Multi-instance characteristics."""
    attributes = f'inputCollection="{escape(collection)}"'
    if element:
        attributes += f' inputElement="{element}"'
    if output:
        attributes += f' outputCollection="{output}" outputElement="{escape(output_element or "")}"'
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    inner = extensions(f"<zeebe:loopCharacteristics {attributes}/>")
    flag = str(sequential).lower()
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{flag}">{inner}{condition}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


class Drawing:
    """A process or sub-process being drawn; methods return the drawing or the element's id."""

    def __init__(self, name: str = "p", tag: str = "process", zeebe: str = "", **attributes: str) -> None:
        self.name, self.tag = name, tag
        self.attributes = attributes or ({"isExecutable": "true"} if tag == "process" else {})
        self.parts: list[str] = [extensions(zeebe)]
        self.globals: list[str] = []
        self.count = 0

    def node(self, tag: str, id_: str, inner: str = "", zeebe: str = "", **attributes: str) -> str:
        """Any element."""
        written = "".join(f' {key}="{value}"' for key, value in attributes.items())
        self.parts.append(f'<bpmn:{tag} id="{id_}"{written}>{extensions(zeebe)}{inner}</bpmn:{tag}>')
        return id_

    def user(self, id_: str, zeebe: str = "", inner: str = "", **attributes: str) -> str:
        """A user task."""
        return self.node("userTask", id_, inner, "<zeebe:userTask/>" + zeebe, **attributes)

    def users(self, *names: str) -> None:
        """Several user tasks."""
        for name in names:
            self.user(name)

    def job(self, name: str, kind: str = "t", zeebe: str = "", inner: str = "", **attributes: str) -> str:
        """A service task."""
        return self.node(
            "serviceTask", name, inner, f'<zeebe:taskDefinition type="{escape(kind)}"/>' + zeebe, **attributes
        )

    def script(self, name: str, expression: str, variable: str) -> str:
        """A FEEL script task."""
        return self.node(
            "scriptTask",
            name,
            "",
            f'<zeebe:script expression="{escape(expression)}" resultVariable="{variable}"/>',
        )

    def start(self, name: str = "s", inner: str = "", **attributes: str) -> str:
        """A start event."""
        return self.node("startEvent", name, inner, **attributes)

    def end(self, name: str = "e", inner: str = "", zeebe: str = "") -> str:
        """An end event."""
        return self.node("endEvent", name, inner, zeebe)

    def boundary(self, name: str, host: str, inner: str, interrupting: bool = True, zeebe: str = "") -> str:
        """A boundary event."""
        return self.node(
            "boundaryEvent", name, inner, zeebe, attachedToRef=host, cancelActivity=str(interrupting).lower()
        )

    def flow(self, source: str, target: str, condition: str | None = None, name: str | None = None) -> str:
        """A sequence flow."""
        self.count += 1
        name = name or f"f_{self.name}_{self.count}"
        inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
        self.parts.append(
            f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
        )
        return name

    def chain(self, *names: str) -> None:
        """Flows from each element to the next."""
        for source, target in itertools.pairwise(names):
            self.flow(source, target)

    def add(self, other: Drawing) -> None:
        """Put a sub-process inside."""
        self.parts.append(other.xml())

    def define(self, *texts: str) -> None:
        """Messages, signals, errors of the document."""
        self.globals += texts

    def xml(self) -> str:
        """The element."""
        written = "".join(f' {key}="{value}"' for key, value in self.attributes.items())
        return f'<bpmn:{self.tag} id="{self.name}"{written}>{"".join(self.parts)}</bpmn:{self.tag}>'

    def document(self, *others: Drawing) -> bytes:
        """The file."""
        processes = self.xml() + "".join(other.xml() for other in others)
        return (
            f'<bpmn:definitions {NAMESPACES} id="definitions_1">{"".join(self.globals)}{processes}</bpmn:definitions>'
        ).encode()


def box(name: str = "sub", *extra: str) -> Drawing:
    """A sub-process of one user task `<name>u`."""
    drawing = Drawing(name, "subProcess")
    drawing.start(name + "s")
    drawing.user(name + "u")
    drawing.end(name + "e")
    drawing.chain(name + "s", name + "u", name + "e")
    drawing.parts += extra
    return drawing


def event_box(name: str, definition: str, task: str, interrupting: bool = True) -> Drawing:
    """An event sub-process of one user task."""
    drawing = Drawing(name, "subProcess", triggeredByEvent="true")
    drawing.start(name + "s", definition, isInterrupting=str(interrupting).lower())
    drawing.user(task)
    drawing.end(name + "e")
    drawing.chain(name + "s", task, name + "e")
    return drawing


def line(*names: str) -> Drawing:
    """A process: start, user tasks, end."""
    drawing = Drawing()
    drawing.start()
    drawing.users(*names)
    drawing.end()
    drawing.chain("s", *names, "e")
    return drawing
