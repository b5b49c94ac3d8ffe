"""The rules of structure that Zeebe's validators enforce, so that a model accepted here is accepted there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.engine.bpmn import dialect
from app.engine.bpmn.events import definitions
from app.engine.bpmn.findings import Finding
from app.engine.bpmn.xml import local_name

BEHIND_EVENT_GATEWAY = frozenset({"intermediateCatchEvent", "receiveTask"})


class Document:
    """The flow nodes and flows of a document, by id."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        every = [node for node in root.iter(etree.Element) if etree.QName(node).namespace == dialect.BPMN]
        self.nodes = {node.get("id"): node for node in every if local_name(node) in dialect.FLOW_NODES}
        self.flows = [node for node in every if local_name(node) == "sequenceFlow"]
        self.outgoing: dict[str | None, list[etree._Element]] = {}
        self.incoming: dict[str | None, list[etree._Element]] = {}
        for flow in self.flows:
            self.outgoing.setdefault(flow.get("sourceRef"), []).append(flow)
            self.incoming.setdefault(flow.get("targetRef"), []).append(flow)
        self.scopes = [node for node in every if local_name(node) in dialect.SCOPES]
        self.ids = Counter(node.get("id") for node in every if node.get("id"))

    def by_id(self, name: str) -> etree._Element | None:
        """Any element of an id (the first one)."""
        found = [node for node in self.root.iter(etree.Element) if node.get("id") == name]
        return found[0] if found else None


def check_structure(root: etree._Element) -> Iterator[Finding]:
    """Findings about ids, flows, starts, gateways, boundaries and handlers."""
    document = Document(root)
    for name, count in document.ids.items():
        if count > 1:
            yield _finding(document.by_id(str(name)), "duplicate_id")
    for flow in document.flows:
        yield from _flow(document, flow)
    for scope in document.scopes:
        yield from _scope(document, scope)
    for node in document.nodes.values():
        yield from _node(document, node)


def _flow(document: Document, flow: etree._Element) -> Iterator[Finding]:
    ends = [document.nodes.get(flow.get(side)) for side in ("sourceRef", "targetRef")]
    source, target = ends
    if source is None or target is None:
        if not _refused_end(document, flow):
            yield _finding(flow, "flow_end_missing", flow=flow.get("id"))
        return
    if source.getparent() is not target.getparent() or source.getparent() is not flow.getparent():
        yield _finding(flow, "flow_crosses", flow=flow.get("id"))


def _refused_end(document: Document, flow: etree._Element) -> bool:
    """Whether an end of the flow is an element that is refused anyway."""
    for side in ("sourceRef", "targetRef"):
        node = document.by_id(flow.get(side) or "")
        if node is not None and local_name(node) not in dialect.FLOW_NODES:
            return True
    return False


def _scope(document: Document, scope: etree._Element) -> Iterator[Finding]:
    starts = [node for node in scope if isinstance(node.tag, str) and local_name(node) == "startEvent"]
    if sum(1 for node in starts if not definitions(node)) > 1:
        yield _finding(scope, "several_starts")
    if local_name(scope) == "process":
        yield from _duplicates(starts, "duplicate_start")
    hosts: dict[str | None, list[etree._Element]] = {}
    for node in scope:
        if isinstance(node.tag, str) and local_name(node) == "boundaryEvent":
            hosts.setdefault(node.get("attachedToRef"), []).append(node)
    for events in hosts.values():
        yield from _duplicates(events, "duplicate_boundary")


def _duplicates(events: list[etree._Element], code: str) -> Iterator[Finding]:
    """Two events of one place that would wait for the same message, signal, error or escalation."""
    seen: set[tuple[str, Any]] = set()
    for node in events:
        for definition in definitions(node):
            kind = local_name(definition)
            reference = next((value for key, value in definition.attrib.items() if str(key).endswith("Ref")), None)
            if kind in ("timerEventDefinition", "conditionalEventDefinition", "compensateEventDefinition"):
                continue
            if (kind, reference) in seen:
                yield _finding(node, code, name=reference or kind)
            seen.add((kind, reference))


def _node(document: Document, node: etree._Element) -> Iterator[Finding]:
    name, tag = node.get("id"), local_name(node)
    incoming, outgoing = document.incoming.get(name, []), document.outgoing.get(name, [])
    if tag in ("startEvent", "boundaryEvent") and incoming:
        yield _finding(node, "incoming_not_allowed")
    if tag == "endEvent" and outgoing:
        yield _finding(node, "outgoing_not_allowed")
    if tag == "boundaryEvent":
        yield from _boundary(document, node, outgoing)
    if tag == "subProcess" and node.get("triggeredByEvent") == "true" and (incoming or outgoing):
        yield _finding(node, "event_subprocess_flow")
    if node.get("isForCompensation") == "true":
        yield from _handler(document, node, bool(incoming or outgoing))
    if tag == "eventBasedGateway":
        yield from _event_gateway(document, node, outgoing)
    default = node.get("default")
    if default and default not in [flow.get("id") for flow in outgoing]:
        yield _finding(node, "default_unknown", flow=default)
    yield from _link(node, tag, incoming, outgoing)


def _boundary(document: Document, node: etree._Element, outgoing: list[etree._Element]) -> Iterator[Finding]:
    host = document.nodes.get(node.get("attachedToRef"))
    if host is None or local_name(host) not in dialect.ACTIVITIES or host.getparent() is not node.getparent():
        yield _finding(node, "boundary_host")
    compensates = any(local_name(definition) == "compensateEventDefinition" for definition in definitions(node))
    if not outgoing and not compensates:
        yield _finding(node, "outgoing_missing")


def _handler(document: Document, node: etree._Element, connected: bool) -> Iterator[Finding]:
    if connected:
        yield _finding(node, "handler_flow")
    name = node.get("id")
    links = [link for link in document.root.iter(dialect.tag("association")) if link.get("targetRef") == name]
    if not links:
        yield _finding(node, "handler_alone")


def _event_gateway(document: Document, node: etree._Element, outgoing: list[etree._Element]) -> Iterator[Finding]:
    if len(outgoing) < 2:
        yield _finding(node, "event_gateway_flows")
    for flow in outgoing:
        target = document.nodes.get(flow.get("targetRef"))
        if target is None:
            continue
        if local_name(target) not in BEHIND_EVENT_GATEWAY:
            yield _finding(node, "event_gateway_target", target=target.get("id"))
        elif len(document.incoming.get(target.get("id"), [])) > 1:
            yield _finding(node, "event_gateway_incoming", target=target.get("id"))


def _link(
    node: etree._Element, tag: str, incoming: list[etree._Element], outgoing: list[etree._Element]
) -> Iterator[Finding]:
    if not any(local_name(definition) == "linkEventDefinition" for definition in definitions(node)):
        return
    if tag == "intermediateCatchEvent" and incoming:
        yield _finding(node, "incoming_not_allowed")
    if tag == "intermediateThrowEvent" and outgoing:
        yield _finding(node, "outgoing_not_allowed")


def _finding(node: etree._Element | None, code: str, **params: Any) -> Finding:
    name = None if node is None else node.get("id")
    return Finding(name, None if node is None else node.get("name"), code, params)
