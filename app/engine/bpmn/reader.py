"""XML -> process models."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from app.engine.bpmn import dialect
from app.engine.bpmn.base import Refused
from app.engine.bpmn.findings import Finding, ModelError
from app.engine.bpmn.model import ElementInfo, Flow, ProcessModel, Start
from app.engine.bpmn.parser import ZeebeParser
from app.engine.bpmn.structure import check_structure
from app.engine.bpmn.unsupported import find_unsupported
from app.engine.bpmn.xml import local_name, parse_xml


def read_definitions(xml: bytes) -> list[ProcessModel]:
    """The executable processes of a BPMN document, in its order.

    Args:
        xml: the file.
    Raises:
        ModelError: it would not run as it is drawn; every defect is named.
    """
    root = parse_xml(xml)
    if etree.QName(root).namespace != dialect.BPMN or local_name(root) != "definitions":
        raise ModelError([Finding(None, None, "not_bpmn")])
    processes = [node for node in root.iter(dialect.tag("process")) if node.get("isExecutable") == "true"]
    findings = [*find_unsupported(root), *check_structure(root)]
    if not processes:
        raise ModelError([Finding(None, None, "no_process"), *_unique(findings)])
    parser = ZeebeParser()
    models: list[ProcessModel] = []
    if not _fatal(findings):
        models = _read_all(parser, root, processes)
    findings += parser.findings
    if any(finding.severity == "error" for finding in findings):
        raise ModelError(_unique(findings))
    for model in models:
        model.warnings = [finding for finding in _unique(findings) if _concerns(finding, model)]
    return models


def _fatal(findings: list[Finding]) -> bool:
    """Whether reading on would only repeat or mislead."""
    return any(finding.code in ("duplicate_id", "missing_id", "flow_crosses") for finding in findings)


def _read_all(parser: ZeebeParser, root: etree._Element, processes: list[etree._Element]) -> list[ProcessModel]:
    models = []
    try:
        parser.add_bpmn_xml(root)
    except ValidationException as error:
        raise ModelError([Finding(None, None, "unreadable", {"reason": str(error)})]) from None
    for node in processes:
        try:
            spec, subspecs = parser.definition(str(node.get("id")))
            models.append(_model(parser, root, node, spec, subspecs))
        except Refused:
            continue  # its finding is recorded
        except ValidationException as error:
            finding = Finding(error.id or node.get("id"), error.name or None, "unreadable", {"reason": str(error)})
            parser.findings.append(finding)
    return models


def _model(
    parser: ZeebeParser, root: etree._Element, node: etree._Element, spec: Any, subspecs: dict[str, Any]
) -> ProcessModel:
    process_id = str(node.get("id"))
    tag = node.find("bpmn:extensionElements/zeebe:versionTag", dialect.NAMESPACES)
    elements = _elements(root, node, {**_extensions(spec), **_sub_extensions(subspecs)})
    return ProcessModel(
        process_id=process_id,
        name=node.get("name"),
        documentation=_documentation(node),
        version_tag=None if tag is None else tag.get("value"),
        starts=_starts(spec),
        references=[reference for owner, reference in parser.references if owner == process_id],
        elements=elements,
        flows=_flows(node),
        properties=_properties(node),
        warnings=[],
        spec=spec,
        subspecs=subspecs,
    )


def _extensions(spec: Any) -> dict[str, dict[str, Any]]:
    """BPMN id -> what the runtime knows of it."""
    known: dict[str, dict[str, Any]] = {}
    for task in spec.task_specs.values():
        if task.bpmn_id is not None:
            known.setdefault(task.bpmn_id, {}).update(task.extensions)
    return known


def _sub_extensions(subspecs: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: facts for sub in subspecs.values() for name, facts in _extensions(sub).items()}


def _starts(spec: Any) -> list[Start]:
    starts = []
    for name in spec.start._outputs:
        event = spec.task_specs[name].extensions.get("event") or {}
        is_start = spec.task_specs[name].__class__.__name__ == "StartEvent"
        kind = event.get("kind", "none") if is_start else "none"
        starts.append(
            Start(
                element=name,
                kind=kind,
                name=event.get("name") if is_start else None,
                key=event.get("info_key"),
                timer_type=event.get("type") if kind == "timer" else None,
                value=event.get("value") if kind == "timer" else None,
            )
        )
    return starts


def _elements(
    root: etree._Element, process: etree._Element, facts: dict[str, dict[str, Any]]
) -> dict[str, ElementInfo]:
    lanes = {
        (reference.text or "").strip(): reference.getparent() for reference in root.iter(dialect.tag("flowNodeRef"))
    }
    elements = {}
    for node in process.iter(etree.Element):
        if etree.QName(node).namespace == dialect.BPMN and local_name(node) in dialect.FLOW_NODES:
            info = _element(node, lanes, facts.get(str(node.get("id")), {}))
            elements[info.id] = info
    return elements


def _element(node: etree._Element, lanes: dict[str, Any], facts: dict[str, Any]) -> ElementInfo:
    name, parent = str(node.get("id")), node.getparent()
    inside = parent is not None and local_name(parent) == "subProcess"
    lane = _lane(node, lanes)
    return ElementInfo(
        id=name,
        kind=local_name(node),
        name=node.get("name"),
        documentation=_documentation(node),
        lane=None if lane is None else lane.get("name"),
        lane_id=None if lane is None else lane.get("id"),
        parent=str(parent.get("id")) if inside and parent is not None else None,
        properties=_properties(node),
        user=facts.get("user", {}),
        event=facts.get("event"),
        multi_instance=node.find("bpmn:multiInstanceLoopCharacteristics", dialect.NAMESPACES) is not None,
    )


def _lane(node: etree._Element, lanes: dict[str, Any]) -> Any:
    """The lane of an element, else that of the sub-process around it."""
    at: etree._Element | None = node
    while at is not None:
        lane = lanes.get(str(at.get("id")))
        if lane is not None:
            return lane
        at = at.getparent()
    return None


def _documentation(node: etree._Element) -> str | None:
    found = node.find("bpmn:documentation", dialect.NAMESPACES)
    return None if found is None or not found.text else found.text.strip()


def _properties(node: etree._Element) -> dict[str, str]:
    found = node.findall("bpmn:extensionElements/zeebe:properties/zeebe:property", dialect.NAMESPACES)
    return {str(entry.get("name")): entry.get("value") or "" for entry in found}


def _flows(process: etree._Element) -> dict[str, Flow]:
    flows = {}
    for node in process.iter(dialect.tag("sequenceFlow")):
        condition = node.find("bpmn:conditionExpression", dialect.NAMESPACES)
        text = None if condition is None else (condition.text or "").strip()
        flow = Flow(str(node.get("id")), str(node.get("sourceRef")), str(node.get("targetRef")), node.get("name"), text)
        flows[flow.id] = flow
    return flows


def _unique(findings: list[Finding]) -> list[Finding]:
    """Without repetitions, errors first."""
    kept: dict[tuple[Any, ...], Finding] = {}
    for finding in sorted(findings, key=lambda one: one.severity != "error"):
        kept.setdefault((finding.element_id, finding.code, str(finding.params)), finding)
    return list(kept.values())


def _concerns(finding: Finding, model: ProcessModel) -> bool:
    return finding.element_id is None or finding.element_id in (model.process_id, *model.elements, *model.flows)
