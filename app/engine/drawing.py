"""What is drawn in a diagram, as far as words about it need: flow nodes, sequence flows, lanes, sub-processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
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
            drawing = Drawing(process_id, process.get("name") or process_id, _documentation(process))
            _collect(process, "", _lanes(process), drawing)
            return drawing
    raise LookupError(process_id)


def _collect(container: etree._Element, parent: str, lanes: dict[str, str], drawing: Drawing) -> None:
    for element in container:
        kind = etree.QName(element).localname
        identifier = element.get("id") or ""
        if kind == "sequenceFlow":
            drawing.flows[identifier] = _flow(element)
        elif _is_node(kind):
            drawing.nodes[identifier] = _node(element, kind, parent, lanes)
            if kind in _SUBPROCESSES:
                _collect(element, identifier, {**lanes, "": drawing.nodes[identifier].lane}, drawing)


def _is_node(kind: str) -> bool:
    return kind.endswith(("Task", "Gateway", "Event")) or kind in ("task", "callActivity", *_SUBPROCESSES)


def _node(element: etree._Element, kind: str, parent: str, lanes: dict[str, str]) -> Node:
    loop = element.find(f"{_BPMN}multiInstanceLoopCharacteristics")
    repeated = "" if loop is None else "sequential" if loop.get("isSequential") == "true" else "parallel"
    called = element.find(f".//{_ZEEBE}calledElement") if kind == "callActivity" else None
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
        called=(called.get("processId") or "") if called is not None else "",
        visible_to=_property(element, "visible_to"),
        outcomes=_property(element, "outcomes"),
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


def _property(element: etree._Element, name: str) -> str:
    extensions = element.find(f"{_BPMN}extensionElements")
    if extensions is not None:
        for found in extensions.iter(f"{_ZEEBE}property"):
            if found.get("name") == name:
                return found.get("value") or ""
    return ""


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
