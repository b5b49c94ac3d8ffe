"""SpiffWorkflow's parser with every element's reader and class replaced by ours."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser

from app.engine.bpmn.activities import CallParser, DecisionParser, JobParser, ScriptParser, UserTaskParser
from app.engine.bpmn.base import ElementParser
from app.engine.bpmn.converters import convert, restore
from app.engine.bpmn.dialect import NAMESPACES, tag
from app.engine.bpmn.events import CatchParser, EventParser, ReceiveParser, StartParser, ThrowParser
from app.engine.bpmn.findings import Finding
from app.engine.bpmn.gateways import ConditionalGatewayParser, GatewayParser
from app.engine.bpmn.model import Reference
from app.engine.bpmn.process import ProcessReader
from app.engine.bpmn.subprocesses import SubProcessParser
from app.engine.runtime import activities, events, gateways, subprocesses, throwing

READERS: dict[str, tuple[type, type]] = {
    "startEvent": (StartParser, events.StartEvent),
    "endEvent": (ThrowParser, throwing.ThrowEvent),
    "intermediateThrowEvent": (ThrowParser, throwing.ThrowEvent),
    "intermediateCatchEvent": (CatchParser, events.CatchEvent),
    "boundaryEvent": (EventParser, events.BoundaryEvent),
    "receiveTask": (ReceiveParser, events.CatchEvent),
    "userTask": (UserTaskParser, activities.UserTask),
    "manualTask": (ElementParser, activities.PlainTask),
    "task": (ElementParser, activities.PlainTask),
    "serviceTask": (JobParser, activities.JobTask),
    "sendTask": (JobParser, activities.JobTask),
    "scriptTask": (ScriptParser, activities.ScriptTask),
    "businessRuleTask": (DecisionParser, activities.DecisionTask),
    "callActivity": (CallParser, activities.CallActivity),
    "subProcess": (SubProcessParser, subprocesses.SubProcess),
    "exclusiveGateway": (ConditionalGatewayParser, gateways.ExclusiveGateway),
    "inclusiveGateway": (ConditionalGatewayParser, gateways.InclusiveGateway),
    "parallelGateway": (GatewayParser, gateways.ParallelGateway),
    "eventBasedGateway": (GatewayParser, gateways.EventBasedGateway),
}


class ZeebeParser(BpmnParser):  # type: ignore[misc]
    """Reads the Camunda 8 dialect.

    Attributes:
        findings: what is wrong, filled while reading.
        references: (process id, what it needs from outside).
        keys: message id -> correlation key.
    """

    PROCESS_PARSER_CLASS = ProcessReader
    OVERRIDE_PARSER_CLASSES = {tag(name): pair for name, pair in READERS.items()}

    def __init__(self) -> None:
        super().__init__(namespaces=NAMESPACES)
        self.findings: list[Finding] = []
        self.references: list[tuple[str, Reference]] = []
        self.keys: dict[str, str | None] = {}

    def warn(self, node: etree._Element, code: str, **params: Any) -> None:
        """Record a warning about an element."""
        self.findings.append(Finding(node.get("id"), node.get("name"), code, params, "warning"))

    def _get_parser_class(self, tag: str) -> tuple[type | None, type | None]:
        return self.OVERRIDE_PARSER_CLASSES.get(tag, (None, None))

    def _add_data_stores(self, bpmn: Any) -> None:
        """Data stores are drawings."""

    def _add_correlations(self, bpmn: Any) -> None:
        """Correlation is by zeebe:subscription."""

    def _find_dependencies(self, process: Any) -> None:
        """Recorded as references."""

    def _add_processes(self, bpmn: Any, filename: str | None = None) -> None:
        """Called before messages are read; parsing itself is lazy."""
        super()._add_processes(bpmn, filename)
        for message in bpmn.xpath(".//bpmn:message[@id]", namespaces=NAMESPACES):
            subscription = message.find("bpmn:extensionElements/zeebe:subscription", NAMESPACES)
            if subscription is not None:
                self.keys[message.get("id")] = subscription.get("correlationKey")

    def definition(self, process_id: str) -> tuple[Any, dict[str, Any]]:
        """The specs of a process and of its embedded sub-processes, rebuilt through the converters."""
        spec, subs = self.get_spec(process_id), self.get_subprocess_specs(process_id)
        return restore(convert(spec)), {name: restore(convert(sub)) for name, sub in subs.items()}
