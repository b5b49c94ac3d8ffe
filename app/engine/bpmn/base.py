"""Reading one element: what all elements have in common."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from app.engine.bpmn.findings import Finding
from app.engine.bpmn.model import Reference
from app.engine.bpmn.xml import local_name
from app.engine.runtime.multi_instance import MultiInstance
from app.feel import FeelError, is_expression, program

_TARGET = re.compile(r"^[^\W\d]\w*(\.[^\W\d]\w*)*$")
_FOREIGN = re.compile(r"^\s*[$#]\{")
BINDINGS = ("latest", "deployment", "versionTag")


class Refused(ValidationException):  # type: ignore[misc]
    """An element that cannot be read further; its finding is already recorded."""


class ElementParser(TaskParser):  # type: ignore[misc]
    """Reads the zeebe: extensions common to all elements; subclasses add their own in `own`."""

    # -- findings
    def note(self, code: str, **params: Any) -> None:
        """Record a finding about this element and go on."""
        name = self.node.get("name")
        self.process_parser.parser.findings.append(Finding(self.bpmn_id, name, code, params))

    def refuse(self, code: str, **params: Any) -> NoReturn:
        """Record a finding about this element and stop reading it."""
        self.note(code, **params)
        raise Refused(code, node=self.node)

    def refer(self, kind: str, name: str, binding: str = "latest", version_tag: str | None = None) -> None:
        """Record that the model needs something from outside."""
        reference = Reference(kind, name, self.bpmn_id, binding, version_tag)
        self.process_parser.parser.references.append((self.process_parser.root_id, reference))

    # -- small readers
    def ext(self, name: str, node: etree._Element | None = None) -> etree._Element | None:
        """The first zeebe extension element of a name."""
        found = self._xpath(self.node if node is None else node, f"./bpmn:extensionElements/zeebe:{name}")
        return found[0] if found else None

    def all_ext(self, path: str) -> list[etree._Element]:
        """All zeebe extension elements of a path."""
        return list(self._xpath(self.node, f"./bpmn:extensionElements/{path}"))

    def checked(self, text: str | None) -> str | None:
        """A text that may be '=FEEL', compiled once to see whether it is right."""
        if text is None:
            return None
        if _FOREIGN.match(text):
            self.note("foreign_expression", expression=text[:100])
        elif is_expression(text):
            try:
                program(text)
            except FeelError as error:
                self._note_syntax(text, error)
        return text

    def _note_syntax(self, text: str, error: FeelError) -> None:
        if error.position is None:
            self.note("bad_expression", reason=str(error))
            return
        source = text.lstrip()[1:].strip()
        rest = source[error.position : error.position + 20]
        near = f" («{rest}»)" if rest else ""
        self.note("unreadable_expression", expression=source[:100], position=error.position + 1, near=near)

    def checked_feel(self, text: str) -> str:
        """A text that is FEEL with or without its '='."""
        source = text.strip() if is_expression(text) else "=" + text.strip()
        if _FOREIGN.match(text):
            self.note("foreign_expression", expression=text[:100])
            return source
        self.checked(source)
        return source

    def variable(self, name: str | None, what: str) -> str | None:
        """A variable name."""
        if name is not None and not _TARGET.match(name):
            self.note("bad_target", target=name)
        if name == "":
            self.note("missing", what=what)
        return name

    def binding(self, node: etree._Element) -> dict[str, Any]:
        """bindingType and versionTag of a call, decision or form."""
        kind, version_tag = node.get("bindingType", "latest"), node.get("versionTag")
        if kind not in BINDINGS:
            self.note("bad_binding", binding=kind)
        if kind == "versionTag" and not version_tag:
            self.note("version_tag_missing")
        return {"bindingType": kind, "versionTag": version_tag}

    # -- the extensions, as JSON
    def parse_extensions(self, node: Any = None) -> dict[str, Any]:
        """All that the runtime needs to know."""
        facts: dict[str, Any] = {}
        for side in ("input", "output"):
            mappings = [self._mapping(mapping) for mapping in self.all_ext(f"zeebe:ioMapping/zeebe:{side}")]
            if mappings:
                facts[side + "s"] = mappings
        self.own(facts)
        return facts

    def _mapping(self, mapping: etree._Element) -> dict[str, str | None]:
        target = mapping.get("target")
        if not target:
            self.note("missing", what="target")
        source = mapping.get("source")
        if source is None:
            self.note("missing", what="source")
        return {"source": self.checked(source), "target": self.variable(target, "target")}

    def own(self, facts: dict[str, Any]) -> None:
        """Add what the kind of element needs."""

    def job(self, facts: dict[str, Any], required: bool = True) -> bool:
        """Read a job type; returns whether there is one."""
        definition = self.ext("taskDefinition")
        if definition is None or not (definition.get("type") or "").strip():
            if required:
                self.note("missing", what="zeebe:taskDefinition type")
            return False
        headers = {header.get("key"): header.get("value") for header in self.all_ext("zeebe:taskHeaders/zeebe:header")}
        kind, retries = self.checked(definition.get("type")), self.checked(definition.get("retries", "3"))
        if retries is not None and not is_expression(retries) and not retries.strip().isdigit():
            self.note("bad_value", what="retries", value=retries)
        facts["job"] = {"type": kind, "retries": retries, "headers": headers}
        self.refer("job", str(kind))
        return True

    def parse_incoming_data_references(self) -> list[Any]:
        """Data objects are drawings in this dialect."""
        return []

    parse_outgoing_data_references = parse_incoming_data_references

    # -- structure
    def parse_node(self) -> Any:
        """Read the element, but not what follows it: flows are connected afterwards, without recursion."""
        if not self.bpmn_id:
            self.refuse("missing_id", tag=local_name(self.node))
        self.task = self.create_task()
        self.task.extensions = self.parse_extensions()
        if self.xpath("./bpmn:standardLoopCharacteristics"):
            raise Refused("standard_loop", node=self.node)  # its finding comes from `unsupported`
        loops = self.xpath("./bpmn:multiInstanceLoopCharacteristics")
        if loops:
            self._add_multiinstance_task(loops[0])
        attached = self.process_parser.get_boundary_events(self.bpmn_id)
        if attached:
            self._add_boundary_event(attached)
        return self.task

    def connect_flows(self) -> None:
        """Connect with what follows, in the order of the document."""
        default = self.node.get("default")
        for flow in self.process_parser.get_outgoing_sequence_flows(self.bpmn_id):
            target = self.process_parser.spec_of(flow.get("targetRef"))
            if target is not None:
                self.connect_outgoing(target, flow, flow.get("id") == default)
        if not self.task._outputs and self.ends():
            self.task.connect(self.spec.end)

    def ends(self) -> bool:
        """Whether an element without outgoing flows ends its path."""
        return bool(self.node.get("isForCompensation") != "true")

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        """Connect along a flow."""
        if self.parse_condition(sequence_flow_node) is not None:
            self.note("condition_not_allowed", flow=sequence_flow_node.get("id"))
        self.task.extensions.setdefault("flow_ids", []).append(sequence_flow_node.get("id"))
        self.task.connect(outgoing_task)

    def _add_boundary_event(self, children: list[Any]) -> None:
        for node in children:
            event = self.process_parser.parse_node(node)
            definition = event.extensions.get("event")
            if definition is None:  # refused
                continue
            event.extensions["attached_to"] = self.task.name
            if definition["kind"] == "compensation":
                self.task.extensions["compensate_with"] = event.extensions["handler"]
            else:
                self.task.extensions.setdefault("attached", []).append(event.name)

    def _add_multiinstance_task(self, loop_characteristics: Any) -> None:
        settings = self._multi_instance(loop_characteristics)
        inner, specs = self.task, self.spec.task_specs
        name = inner.name
        del specs[name]
        inner.name = f"{name} [child]"
        specs[inner.name] = inner
        settings["inner"] = inner.name
        body = MultiInstance(self.spec, name, bpmn_name=inner.bpmn_name, lane=inner.lane, extensions={"mi": settings})
        inner.extensions["body"] = name
        self.task = body

    def _multi_instance(self, node: Any) -> dict[str, Any]:
        loop = self.ext("loopCharacteristics", node)
        if loop is None or not loop.get("inputCollection"):
            self.refuse("missing", what="zeebe:loopCharacteristics inputCollection")
        if node.find(f"{{{self.nsmap['bpmn']}}}loopCardinality") is not None:
            self.note("unsupported_element", tag="loopCardinality")
        if bool(loop.get("outputCollection")) != bool(loop.get("outputElement")):
            self.note("output_pair")
        condition = self._xpath(node, "./bpmn:completionCondition")
        text = (condition[0].text or "").strip() if condition else ""
        return {
            "sequential": node.get("isSequential") == "true",
            "inputCollection": self.checked_feel(loop.get("inputCollection") or ""),
            "inputElement": self.variable(loop.get("inputElement"), "inputElement"),
            "outputCollection": self.variable(loop.get("outputCollection"), "outputCollection"),
            "outputElement": self.checked_feel(loop.get("outputElement") or "") if loop.get("outputElement") else None,
            "completionCondition": self.checked_feel(text) if text else None,
        }
