"""What is drawn in a diagram, as far as words about it need: flow nodes, sequence flows, lanes, sub-processes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_TEXT = re.compile(r'=\s*"([^"\\]*)"\s*')
_SUBPROCESSES = ("subProcess", "transaction", "adHocSubProcess")


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node.

    Attributes:
        kind: the BPMN tag, as `userTask`.
        event: kind of the event definition (`timer`, `message`, …), empty for a plain event.
        parent: id of the enclosing sub-process, empty in the process itself.
        attached_to: id of the activity that a boundary event sits on, empty elsewhere.
        repeated: `parallel`, `sequential` or empty.
        interrupting: False for a boundary event or event sub-process start that leaves the rest running.
        default: id of the default flow of a gateway.
        called: id of the process that a call activity calls.
        visible_to: role ids (property `visible_to`); others must not learn that it was reached.
        outcomes: `value:Label|value:Label`, the buttons of a task (property `outcomes`).
        form, decision, job: id of the form, of the decision, type of the service that it uses.
        due, timer, groups: deadline, time of a timer and candidate groups as written (text or `=FEEL`).
        message: name of the message that it waits for or sends.
        inputs: target -> source of its input mappings, as written.
    """

    id: str
    kind: str
    name: str
    documentation: str
    lane: str
    parent: str
    event: str = ""
    attached_to: str = ""
    repeated: str = ""
    interrupting: bool = True
    by_event: bool = False
    default: str = ""
    called: str = ""
    visible_to: str = ""
    outcomes: str = ""
    form: str = ""
    decision: str = ""
    job: str = ""
    due: str = ""
    timer: str = ""
    groups: str = ""
    message: str = ""
    inputs: dict[str, str] = field(default_factory=dict)

    def literal(self, name: str) -> str:
        """An input that is a text known from the model (`="consultation"`, `consultation`), else empty."""
        written = self.inputs.get(name, "").strip()
        if not written.startswith("="):
            return written
        found = _TEXT.fullmatch(written)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Flow:
    """One sequence flow; `name` is its label, `condition` its FEEL expression."""

    id: str
    source: str
    target: str
    name: str
    condition: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All nodes and flows of one process in the order of the file."""

    process_id: str
    name: str
    documentation: str
    version_tag: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)

    def outgoing(self, node_id: str) -> list[Flow]:
        """The flows that leave a node."""
        return [flow for flow in self.flows.values() if flow.source == node_id]

    def incoming(self, node_id: str) -> list[Flow]:
        """The flows that enter a node."""
        return [flow for flow in self.flows.values() if flow.target == node_id]

    def inside(self, parent: str) -> list[Node]:
        """The nodes directly inside a sub-process (`""`: the process itself)."""
        return [node for node in self.nodes.values() if node.parent == parent]

    def outcome_label(self, element_id: str, value: str) -> str:
        """What stood on the button of a task; the value itself when the model does not say."""
        node = self.nodes.get(element_id)
        for part in (node.outcomes if node else "").split("|"):
            found, _sign, label = part.partition(":")
            if found.strip() == value and label.strip():
                return label.strip()
        return value

    def label(self, element_id: str) -> str:
        """What people call an element: its name, else what its default label is; the id for strangers."""
        node = self.nodes.get(element_id)
        if node is not None:
            return node.name or element_id
        flow = self.flows.get(element_id)
        return (flow.name if flow is not None else "") or element_id


@lru_cache(maxsize=256)
def read_drawing(xml: str, process_id: str) -> Drawing:
    """Read one process of a deployed diagram. The text was checked when it was deployed; entities stay closed anyway.

    Raises:
        LookupError: the file has no such process.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(xml.encode(), parser)
    for process in root.iter(f"{_BPMN}process"):
        if process.get("id") == process_id:
            drawing = Drawing(
                process_id,
                process.get("name") or process_id,
                _documentation(process),
                _own(process, "versionTag").get("value", ""),
                _properties(process),
            )
            messages = {found.get("id") or "": found.get("name") or "" for found in root.iter(f"{_BPMN}message")}
            _collect(process, "", _lanes(process), drawing, messages)
            loose = [flow.id for flow in drawing.flows.values() if not {flow.source, flow.target} <= set(drawing.nodes)]
            for flow_id in loose:  # somebody is still drawing
                del drawing.flows[flow_id]
            return drawing
    raise LookupError(process_id)


def _collect(
    container: etree._Element, parent: str, lanes: dict[str, str], drawing: Drawing, messages: dict[str, str]
) -> None:
    for element in container:
        kind = etree.QName(element).localname
        identifier = element.get("id") or ""
        if kind == "sequenceFlow":
            drawing.flows[identifier] = _flow(element)
        elif _is_node(kind):
            drawing.nodes[identifier] = _node(element, kind, parent, lanes, messages)
            if kind in _SUBPROCESSES:
                _collect(element, identifier, {**lanes, "": drawing.nodes[identifier].lane}, drawing, messages)


def _is_node(kind: str) -> bool:
    return kind.endswith(("Task", "Gateway", "Event")) or kind in ("task", "callActivity", *_SUBPROCESSES)


def _node(element: etree._Element, kind: str, parent: str, lanes: dict[str, str], messages: dict[str, str]) -> Node:
    loop = element.find(f"{_BPMN}multiInstanceLoopCharacteristics")
    repeated = "" if loop is None else "sequential" if loop.get("isSequential") == "true" else "parallel"
    properties = _properties(element)
    flag = element.get("cancelActivity" if kind == "boundaryEvent" else "isInterrupting", "true")
    return Node(
        id=element.get("id") or "",
        kind=kind,
        name=" ".join((element.get("name") or "").split()),
        documentation=_documentation(element),
        lane=lanes.get(element.get("id") or "", lanes.get("", "")),
        parent=parent,
        event=_event(element),
        attached_to=element.get("attachedToRef") or "",
        repeated=repeated,
        interrupting=flag != "false",
        by_event=element.get("triggeredByEvent") == "true",
        default=element.get("default") or "",
        called=_own(element, "calledElement").get("processId", ""),
        visible_to=properties.get("visible_to", ""),
        outcomes=properties.get("outcomes", ""),
        form=_own(element, "formDefinition").get("formId", ""),
        decision=_own(element, "calledDecision").get("decisionId", ""),
        job=_own(element, "taskDefinition").get("type", ""),
        due=_own(element, "taskSchedule").get("dueDate", ""),
        timer=_timer(element),
        groups=_own(element, "assignmentDefinition").get("candidateGroups", ""),
        message=_message(element, messages),
        inputs=_inputs(element),
    )


def _flow(element: etree._Element) -> Flow:
    condition = element.find(f"{_BPMN}conditionExpression")
    return Flow(
        id=element.get("id") or "",
        source=element.get("sourceRef") or "",
        target=element.get("targetRef") or "",
        name=" ".join((element.get("name") or "").split()),
        condition=(condition.text or "").strip().removeprefix("=").strip() if condition is not None else "",
    )


def _event(element: etree._Element) -> str:
    for child in element:
        name = etree.QName(child).localname
        if name.endswith("EventDefinition"):
            return name.removesuffix("EventDefinition")
    return ""


def _own(element: etree._Element, name: str) -> dict[str, str]:
    """The attributes of an extension of the element itself, nothing when it has none."""
    found = element.find(f"{_BPMN}extensionElements/{_ZEEBE}{name}")
    return {} if found is None else {str(key): str(value) for key, value in found.attrib.items()}


def _properties(element: etree._Element) -> dict[str, str]:
    found = element.findall(f"{_BPMN}extensionElements/{_ZEEBE}properties/{_ZEEBE}property")
    return {one.get("name") or "": one.get("value") or "" for one in found}


def _inputs(element: etree._Element) -> dict[str, str]:
    found = element.findall(f"{_BPMN}extensionElements/{_ZEEBE}ioMapping/{_ZEEBE}input")
    return {one.get("target") or "": one.get("source") or "" for one in found}


def _timer(element: etree._Element) -> str:
    for name in ("timeDate", "timeDuration", "timeCycle"):
        found = element.find(f"{_BPMN}timerEventDefinition/{_BPMN}{name}")
        if found is not None:
            return (found.text or "").strip()
    return ""


def _message(element: etree._Element, messages: dict[str, str]) -> str:
    definition = element.find(f"{_BPMN}messageEventDefinition")
    holder = element if definition is None else definition
    return messages.get(holder.get("messageRef") or "", "")


def without_machinery(xml: str) -> bytes:
    """The diagram as a picture needs it: without expressions, forms, documentation and properties, which are the
    designers' (roles.md §3, «Models, forms, decisions»)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(xml.encode(), parser)
    for name in ("extensionElements", "conditionExpression", "documentation"):
        for element in list(root.iter(f"{_BPMN}{name}")):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _documentation(element: etree._Element) -> str:
    found = element.find(f"{_BPMN}documentation")
    return (found.text or "").strip() if found is not None else ""


def _lanes(process: etree._Element) -> dict[str, str]:
    """Flow node id -> name of its innermost lane."""
    found: dict[str, str] = {}
    for lane in process.iter(f"{_BPMN}lane"):
        for reference in lane.findall(f"{_BPMN}flowNodeRef"):
            if reference.text:
                found[reference.text.strip()] = lane.get("name") or ""
    return found
