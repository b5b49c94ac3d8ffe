"""Reading one process or embedded sub-process."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from app.engine.bpmn.base import ElementParser, Refused
from app.engine.bpmn.dialect import FLOW_NODES
from app.engine.bpmn.findings import Finding
from app.engine.bpmn.xml import local_name
from app.engine.runtime.activities import PlainTask
from app.engine.runtime.control import Process


class ProcessReader(ProcessParser):  # type: ignore[misc]
    """Builds the specification of one scope."""

    @property
    def root_id(self) -> str:
        """The id of the process that this scope belongs to."""
        node = self.node
        while local_name(node) != "process":
            node = node.getparent()
        return str(node.get("id"))

    def create_spec(self) -> Any:
        """An empty specification."""
        self.readers: dict[str, ElementParser] = {}
        return Process(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def parse_node(self, node: etree._Element) -> Any:
        """Read an element; a refused one leaves a placeholder, so that the others are read and reported too."""
        name = node.get("id") or f"refused {id(node)}"
        if name in self.spec.task_specs:
            return self.spec.task_specs[name]
        reader_class, spec_class = self.parser._get_parser_class(node.tag)
        try:
            reader = reader_class(self, spec_class, node, self.nsmap, lane=self.lane)
            reader.parse_node()
            self.readers[name] = reader
        except Refused:
            if name not in self.spec.task_specs:
                PlainTask(self.spec, name)
        return self.spec.task_specs[name]

    def spec_of(self, name: str | None) -> Any:
        """The spec of an element of this scope, None when it is of another kind."""
        return self.spec.task_specs.get(name)

    def add_tasks(self) -> None:
        """Read all elements, then connect them: nothing recurses along flows, however long they are."""
        self.spec.data_objects.clear()  # drawings only, and not JSON
        nodes = [node for node in self.node if isinstance(node.tag, str) and local_name(node) in FLOW_NODES]
        for node in nodes:
            self.parse_node(node)
        for reader in list(self.readers.values()):
            reader.connect_flows()
        if not self.xpath("./bpmn:startEvent"):
            self._connect_implicit_starts(nodes)
        for node in self.xpath("./bpmn:subProcess[@triggeredByEvent='true']"):
            spec = self.parse_node(node)
            if spec.extensions.get("event"):
                self.spec.start.extensions.setdefault("triggers", []).append(spec.name)

    def _connect_implicit_starts(self, nodes: list[etree._Element]) -> None:
        """Without a start event whatever has no incoming flow starts."""
        targets = {flow.get("targetRef") for flow in self.xpath("./bpmn:sequenceFlow")}
        for node in nodes:
            if node.get("id") not in targets and not _starts_otherwise(node):
                self.spec.start.connect(self.parse_node(node))
        if not self.spec.start._outputs:
            name = self.node.get("name")
            self.parser.findings.append(Finding(self.bpmn_id, name, "empty_scope"))


def _starts_otherwise(node: etree._Element) -> bool:
    """Whether an element without incoming flows waits for something else than the beginning."""
    tag = local_name(node)
    link = node.find("{*}linkEventDefinition") is not None
    return (
        node.get("triggeredByEvent") == "true"
        or node.get("isForCompensation") == "true"
        or tag == "boundaryEvent"
        or (tag == "intermediateCatchEvent" and link)
    )
