"""A BPMN file as a comparison needs it: every element with all that its XML says of it, nothing left out.

Differs from the engine's reader in that nothing is refused: what is not understood is kept as text, so that a
difference in it is never silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from app.engine.bpmn.dialect import BPMN, FLOW_NODES, REFUSED_NODES, ZEEBE
from app.engine.bpmn.xml import local_name, parse_xml

Key = tuple[str, str]
"""What a fact is about: its name and, of those that there may be several of, which one (`("input", "form")`)."""

_B, _Z = f"{{{BPMN}}}", f"{{{ZEEBE}}}"
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_ARTIFACTS = frozenset({"sequenceFlow", "textAnnotation", "dataObjectReference", "dataStoreReference", "group"})
_SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_PARTS = FLOW_NODES | REFUSED_NODES | _ARTIFACTS | _SUBPROCESSES
_WAYS = frozenset({"incoming", "outgoing"})
_ATTRIBUTES = {
    "attachedToRef": "attached",
    "cancelActivity": "interrupting",
    "isInterrupting": "interrupting",
    "default": "default",
    "isExecutable": "executable",
    "name": "name",
    "processRef": "process",
    "sourceRef": "from",
    "targetRef": "to",
    "triggeredByEvent": "by event",
}
"""BPMN attribute -> fact. Others become facts of their own name."""
_EXTENSIONS = {
    ("assignmentDefinition", "assignee"): "assignee",
    ("assignmentDefinition", "candidateGroups"): "groups",
    ("assignmentDefinition", "candidateUsers"): "users",
    ("calledDecision", "bindingType"): "binding",
    ("calledDecision", "decisionId"): "decision",
    ("calledDecision", "resultVariable"): "result",
    ("calledElement", "bindingType"): "binding",
    ("calledElement", "processId"): "called",
    ("formDefinition", "bindingType"): "binding",
    ("formDefinition", "formId"): "form",
    ("priorityDefinition", "priority"): "priority",
    ("script", "expression"): "script",
    ("script", "resultVariable"): "result",
    ("taskDefinition", "retries"): "retries",
    ("taskDefinition", "type"): "type",
    ("taskSchedule", "dueDate"): "due",
    ("taskSchedule", "followUpDate"): "follow up",
    ("versionTag", "value"): "version tag",
    ("subscription", "correlationKey"): "correlation",
    ("loopCharacteristics", "inputCollection"): "loop over",
    ("loopCharacteristics", "inputElement"): "loop item",
    ("loopCharacteristics", "outputCollection"): "loop results",
    ("loopCharacteristics", "outputElement"): "loop result",
}
"""(zeebe element, attribute) -> fact. Others become facts `extension` of their own name."""
_ENTRIES = {
    "input": ("input", "target", "source"),
    "output": ("output", "target", "source"),
    "property": ("property", "name", "value"),
    "header": ("header", "key", "value"),
}
"""zeebe elements that there may be several of: fact, attribute that names it, attribute with the value."""


@dataclass(frozen=True, slots=True)
class Part:
    """One element: a flow node, a flow, a lane, a participant, an artifact or the process itself.

    Attributes:
        kind: the BPMN tag; `event` the kind of its event definition (`timer`, …), empty elsewhere.
        place: position and waypoints in the drawing, only to be compared.
    """

    id: str
    kind: str
    name: str
    event: str = ""
    facts: Mapping[Key, str] = field(default_factory=dict)
    place: str = ""


@dataclass(slots=True)
class Picture:
    """All elements of a file by id, in the order of the file; `shared` are messages, errors and signals by id."""

    parts: dict[str, Part] = field(default_factory=dict)
    shared: dict[str, dict[Key, str]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    """Node -> where the first flow to it comes from."""

    def before(self, part: Part) -> Part | None:
        """The element that a flow comes from, or that leads to a node; None at the beginning."""
        return self.parts.get(part.facts.get(("from", "")) or self.sources.get(part.id, ""))


def read_picture(content: bytes) -> Picture:
    """Read a file.

    Raises:
        ModelError: it is no XML, or beyond the limits.
    """
    root = parse_xml(content)
    picture = Picture()
    for element in root:
        if local_name(element) in ("message", "error", "escalation", "signal"):
            picture.shared[element.get("id") or ""] = dict(_shared(element))
    places = _places(root)
    for element in root:
        tag = local_name(element)
        if tag == "collaboration":
            for one in element:
                if local_name(one) in ("participant", *_ARTIFACTS):
                    _add(picture, one, {}, places)
        elif tag == "process":
            _read_process(picture, element, places)
    return picture


def _read_process(picture: Picture, process: etree._Element, places: Mapping[str, str]) -> None:
    _add(picture, process, {}, places)
    lanes: dict[str, str] = {}
    for lane in process.iter(f"{_B}lane"):
        _add(picture, lane, {}, places)
        members = (one.text.strip() for one in lane.findall(f"{_B}flowNodeRef") if one.text)
        lanes.update(dict.fromkeys(members, lane.get("id") or ""))
    _collect(picture, process, "", lanes, places)


def _collect(
    picture: Picture, scope: etree._Element, parent: str, lanes: Mapping[str, str], places: Mapping[str, str]
) -> None:
    for element in scope:
        tag = local_name(element)
        if tag not in _PARTS:
            continue
        identifier = element.get("id") or ""
        facts: dict[Key, str] = {("inside", ""): parent} if parent else {}
        if identifier in lanes:
            facts["lane", ""] = lanes[identifier]
        _add(picture, element, facts, places)
        if tag in _SUBPROCESSES:
            _collect(picture, element, identifier, lanes, places)


def _add(picture: Picture, element: etree._Element, facts: dict[Key, str], places: Mapping[str, str]) -> None:
    identifier, kind = element.get("id") or "", local_name(element)
    facts.update(_own_facts(element))
    event = ""
    for child in element:
        tag = local_name(child)
        if tag.endswith("EventDefinition"):
            event = tag.removesuffix("EventDefinition")
            facts.update(_event_facts(picture, child, event))
        elif tag in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
            facts.update(_loop_facts(child))
        elif tag not in _PARTS | _WAYS | {"documentation", "extensionElements", "laneSet", "flowNodeRef"}:
            facts.update(_other_facts(child))
    if kind == "receiveTask":
        facts.update(picture.shared.get(facts.pop(("messageRef", ""), ""), {}))
    if event:
        facts["event", ""] = event
    facts["kind", ""] = kind
    name = " ".join((element.get("name") or "").split())
    if kind == "sequenceFlow":
        picture.sources.setdefault(facts.get(("to", ""), ""), facts.get(("from", ""), ""))
    picture.parts[identifier] = Part(identifier, kind, name, event, facts, places.get(identifier, ""))


def _own_facts(element: etree._Element) -> Iterator[tuple[Key, str]]:
    for attribute, value in element.attrib.items():
        name = etree.QName(str(attribute))
        if name.localname != "id" or name.namespace:
            fact = _ATTRIBUTES.get(name.localname) if not name.namespace else None
            yield (fact or name.localname, ""), " ".join(str(value).split())
    documentation = element.find(f"{_B}documentation")
    if documentation is not None and (documentation.text or "").strip():
        yield ("help", ""), (documentation.text or "").strip()
    yield from _extension_facts(element)


def _extension_facts(element: etree._Element) -> Iterator[tuple[Key, str]]:
    extensions = element.find(f"{_B}extensionElements")
    for child in extensions if extensions is not None else ():
        if not str(child.tag).startswith(_Z):
            yield ("foreign", local_name(child)), _xml(child)
            continue
        yield from _zeebe_facts(child)


def _zeebe_facts(child: etree._Element) -> Iterator[tuple[Key, str]]:
    tag = local_name(child)
    if tag in _ENTRIES:
        fact, which, content = _ENTRIES[tag]
        yield (fact, child.get(which) or ""), child.get(content) or ""
        return
    for attribute, value in child.attrib.items():
        name = str(attribute)
        known = _EXTENSIONS.get((tag, name))
        yield ((known, "") if known else ("extension", f"{tag}.{name}")), str(value)
    for inner in child:
        yield from _zeebe_facts(inner)


def _event_facts(picture: Picture, definition: etree._Element, event: str) -> Iterator[tuple[Key, str]]:
    for attribute, reference in definition.attrib.items():
        if str(attribute).endswith("Ref"):
            yield from picture.shared.get(str(reference), {("refers", str(attribute)): str(reference)}).items()
    for child in definition:
        if local_name(child) != "extensionElements":
            yield (("condition", "") if event == "conditional" else (local_name(child), "")), (child.text or "").strip()


def _loop_facts(loop: etree._Element) -> Iterator[tuple[Key, str]]:
    yield ("loop", ""), "sequential" if loop.get("isSequential") == "true" else "parallel"
    yield from _extension_facts(loop)
    until = loop.find(f"{_B}completionCondition")
    if until is not None:
        yield ("loop until", ""), (until.text or "").strip()


def _other_facts(child: etree._Element) -> Iterator[tuple[Key, str]]:
    tag = local_name(child)
    if tag == "conditionExpression":
        yield ("condition", ""), (child.text or "").strip()
    elif tag == "text":
        yield ("text", ""), (child.text or "").strip()
    else:
        yield ("foreign", tag), _xml(child)


def _shared(element: etree._Element) -> Iterator[tuple[Key, str]]:
    """A message, error, escalation or signal as facts of the events that refer to it."""
    kind = local_name(element)
    yield (kind, ""), element.get("name") or ""
    code = element.get("errorCode") or element.get("escalationCode")
    if code:
        yield ("code", ""), code
    yield from _extension_facts(element)


def _places(root: etree._Element) -> dict[str, str]:
    """Element id -> where it is drawn."""
    found = {}
    for tag in ("BPMNShape", "BPMNEdge"):
        for shape in root.iter(f"{_DI}{tag}"):
            points = [dict(one.attrib) for one in shape if one.get("x") is not None]
            found[shape.get("bpmnElement") or ""] = repr(points)
    return found


def _xml(element: etree._Element) -> str:
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_tail=False)).decode()
