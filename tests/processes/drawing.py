"""Lint of a drawing: everything is drawn, nothing overlaps, lines go around what they do not concern."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lxml import etree

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
NOT_DRAWN = frozenset({"laneSet", "documentation", "extensionElements", "incoming", "outgoing"})
CONDITIONAL = ("exclusiveGateway", "inclusiveGateway")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the drawing."""

    x: float
    y: float
    width: float
    height: float

    def grown(self, by: float) -> Box:
        """Larger by a margin on every side (smaller when negative)."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlaps(self, other: Box) -> bool:
        """Whether the inner parts of both meet."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


Point = tuple[float, float]


class Drawing:
    """One BPMN file with its elements and their shapes."""

    def __init__(self, path: Path) -> None:
        root = etree.fromstring(path.read_bytes())
        self.elements = {_name(node): node for node in root.iter(etree.Element) if _in(node, "bpmn") and node.get("id")}
        self.shapes: dict[str, Box] = {}
        self.labels: dict[str, Box] = {}
        self.lines: dict[str, list[Point]] = {}
        for node in root.iter(f"{{{NS['bpmndi']}}}BPMNShape", f"{{{NS['bpmndi']}}}BPMNEdge"):
            of = node.get("bpmnElement", "")
            if (bounds := node.find("dc:Bounds", NS)) is not None:
                self.shapes[of] = _box(bounds)
            if (label := node.find("bpmndi:BPMNLabel/dc:Bounds", NS)) is not None:
                self.labels[of] = _box(label)
            if points := node.findall("di:waypoint", NS):
                self.lines[of] = [(float(p.get("x", "0")), float(p.get("y", "0"))) for p in points]
        self.flows = {i: n for i, n in self.elements.items() if _tag(n) == "sequenceFlow"}
        self.nodes = {i: n for i, n in self.elements.items() if _is_node(n)}
        self.lanes = {i: n for i, n in self.elements.items() if _tag(n) == "lane"}

    def findings(self) -> Iterator[str]:
        """Everything that is wrong."""
        yield from self.undrawn()
        yield from self.overlapping()
        yield from self.crossing()
        yield from self.unlabelled()
        yield from self.misplaced()

    def undrawn(self) -> Iterator[str]:
        """Elements without a shape, flows without a line."""
        yield from (f"{each}: no shape" for each in (*self.nodes, *self.lanes) if each not in self.shapes)
        yield from (f"{each}: no line" for each in self.flows if len(self.lines.get(each, ())) < 2)

    def overlapping(self) -> Iterator[str]:
        """Shapes of one scope that overlap; a boundary event sits on its host."""
        drawn = [each for each in self.nodes if each in self.shapes]
        for index, one in enumerate(drawn):
            for other in drawn[index + 1 :]:
                if _scope(self.nodes[one]) is not _scope(self.nodes[other]) or self._attached(one, other):
                    continue
                if self.shapes[one].overlaps(self.shapes[other]):
                    yield f"{one} and {other} overlap"

    def crossing(self) -> Iterator[str]:
        """Lines that are not orthogonal, or run through a shape that they do not concern."""
        for flow, points in self.lines.items():
            if flow not in self.flows:
                continue
            ends = (self.flows[flow].get("sourceRef"), self.flows[flow].get("targetRef"))
            for (x0, y0), (x1, y1) in pairwise(points):
                if abs(x0 - x1) > 1 and abs(y0 - y1) > 1:
                    yield f"{flow}: a slanting line"
                segment = Box(min(x0, x1), min(y0, y1), abs(x1 - x0) or 0.1, abs(y1 - y0) or 0.1)
                for each, box in self.shapes.items():
                    if each in self.nodes and not self._concerns(each, ends) and segment.overlaps(box.grown(-1)):
                        yield f"{flow} runs through {each}"

    def unlabelled(self) -> Iterator[str]:
        """Tasks, events, questions and answers without a name; names over shapes."""
        for each, node in self.nodes.items():
            tag = _tag(node)
            asks = tag in CONDITIONAL and len(node.findall("bpmn:outgoing", NS)) > 1
            if not node.get("name") and ("Gateway" not in tag or asks):
                yield f"{each}: no name"
            if asks and not (node.get("name") or "").endswith("?"):
                yield f"{each}: not a question"
            if node.get("name") and ("Event" in tag or "Gateway" in tag) and each not in self.labels:
                yield f"{each}: its name has no place"
        for each, flow in self.flows.items():
            source = self.nodes[flow.get("sourceRef", "")]
            if _tag(source) in CONDITIONAL and len(source.findall("bpmn:outgoing", NS)) > 1:
                if not flow.get("name"):
                    yield f"{each}: an answer without a name"
                elif each not in self.labels:
                    yield f"{each}: its name has no place"
        yield from self._covered()

    def _covered(self) -> Iterator[str]:
        for each, label in self.labels.items():
            for other, box in self.shapes.items():
                foreign = other in self.nodes and _tag(self.nodes[other]) != "subProcess" and other != each
                if foreign and label.grown(-2).overlaps(box):
                    yield f"the name of {each} lies over {other}"

    def misplaced(self) -> Iterator[str]:
        """Elements outside their lane or sub-process."""
        for lane, node in self.lanes.items():
            for reference in node.findall("bpmn:flowNodeRef", NS):
                if reference.text and not self.shapes[lane].holds(self.shapes[reference.text]):
                    yield f"{reference.text} lies outside of {lane}"
        for each, node in self.nodes.items():
            around = _scope(node)
            if _tag(around) == "subProcess" and not self.shapes[_name(around)].holds(self.shapes[each]):
                yield f"{each} lies outside of {around.get('id')}"

    def _attached(self, one: str, other: str) -> bool:
        return other == self.nodes[one].get("attachedToRef") or one == self.nodes[other].get("attachedToRef")

    def _concerns(self, each: str, ends: tuple[str | None, str | None]) -> bool:
        """Whether a line may touch a shape: its ends, what they stand on, what holds them."""
        inside = {id(self.nodes[end]) for end in ends if end}
        hosts = {self.nodes[end].get("attachedToRef") for end in ends if end}
        if each in ends or each in hosts:
            return True
        guest = self.nodes[each].get("attachedToRef")
        if guest in ends:
            return False
        return any(id(child) in inside for child in self.nodes[each].iter(etree.Element))


def _box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(name, "0")) for name in ("x", "y", "width", "height")))


def _in(node: etree._Element, prefix: str) -> bool:
    return etree.QName(node).namespace == NS[prefix]


def _name(node: etree._Element) -> str:
    return node.get("id", "")


def _tag(node: etree._Element) -> str:
    return etree.QName(node).localname


def _scope(node: etree._Element) -> etree._Element:
    parent = node.getparent()
    assert parent is not None
    return parent


def _is_node(node: etree._Element) -> bool:
    parent = node.getparent()
    if parent is None or _tag(parent) not in ("process", "subProcess") or not node.get("id"):
        return False
    tag = _tag(node)
    return tag != "sequenceFlow" and tag not in NOT_DRAWN and not tag.endswith(("EventDefinition", "Characteristics"))
