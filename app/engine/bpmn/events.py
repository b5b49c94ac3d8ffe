"""Reading events."""

from __future__ import annotations

from typing import Any

from lxml import etree

from app.engine import timers
from app.engine.bpmn.base import ElementParser
from app.engine.bpmn.dialect import CATCHABLE
from app.engine.bpmn.xml import local_name
from app.feel import FeelError, feel, is_expression, program
from app.kernel import clock

TIMER_TYPES = ("timeDate", "timeDuration", "timeCycle")


class EventParser(ElementParser):
    """What all events share; also boundary events."""

    def own(self, facts: dict[str, Any]) -> None:
        """The event's definition."""
        tag = local_name(self.node)
        if tag == "startEvent" and local_name(self.node.getparent()) == "subProcess":
            self._start_in_subprocess()
            return
        event = self.definition(CATCHABLE[tag])
        if event is not None:
            facts["event"] = event
        if tag == "boundaryEvent":
            self._boundary(facts, event)
        elif event is not None and event["kind"] == "message" and tag in ("endEvent", "intermediateThrowEvent"):
            self._thrown_message(facts)
        elif event is None and tag == "intermediateCatchEvent":
            self.refuse("catch_without_event")

    def _start_in_subprocess(self) -> None:
        """An event sub-process waits for its start event itself (see SubProcessParser)."""
        if self.node.getparent().get("triggeredByEvent") != "true" and definitions(self.node):
            self.note("event_start_in_subprocess")

    def _boundary(self, facts: dict[str, Any], event: dict[str, Any] | None) -> None:
        if event is None:
            self.refuse("boundary_without_event")
        facts["interrupting"] = self.node.get("cancelActivity", "true").lower() == "true"
        if event["kind"] == "error":
            facts["interrupting"] = True
        if event["kind"] == "compensation":
            facts["handler"] = self.handler()
        if event["kind"] == "timer" and event["type"] == "timeCycle" and facts["interrupting"]:
            self.note("cycle_not_allowed")

    def _thrown_message(self, facts: dict[str, Any]) -> None:
        """A thrown message is published here, or by the worker of a job type."""
        publish = self.ext("publishMessage")
        if publish is None:
            self.job(facts)
            return
        facts["publish"] = {str(name): str(self.checked(str(value))) for name, value in publish.attrib.items()}
        if not facts["event"].get("name"):
            self.note("missing", what="bpmn:message name")

    def handler(self) -> str:
        """The spec of the compensation handler."""
        root = self.process_parser.node
        for link in self._xpath(root, f".//bpmn:association[@sourceRef={_literal(self.bpmn_id)}]"):
            node = self.process_parser.get_node_by_id(link.get("targetRef"))
            if node is not None and node.get("isForCompensation") == "true":
                return str(self.process_parser.parse_node(node).name)
        self.refuse("compensation_handler")
        return None

    # -- definitions
    def definition(self, allowed: frozenset[str]) -> dict[str, Any] | None:
        """The event's definition as JSON, None for a plain event."""
        found = definitions(self.node)
        if not found:
            return None
        if len(found) > 1 or self.node.get("parallelMultiple") == "true":
            self.refuse("several_events")
        node = found[0]
        kind = local_name(node).removesuffix("EventDefinition")
        kind = {"compensate": "compensation"}.get(kind, kind)
        if kind not in allowed:
            self.refuse("unsupported_event", kind=kind)
        reader = getattr(self, f"read_{kind}", None)
        return {"kind": kind} if reader is None else reader(node)

    def read_timer(self, node: etree._Element) -> dict[str, Any]:
        """Date, duration or cycle."""
        values = [child for child in node if local_name(child) in TIMER_TYPES]
        text = (values[0].text or "").strip() if values else ""
        if not text:
            self.refuse("missing", what="timeDate | timeDuration | timeCycle")
        kind = local_name(values[0])
        place = local_name(self.node)
        if kind == "timeCycle" and place == "intermediateCatchEvent":
            self.note("cycle_not_allowed")
        at_process_start = place == "startEvent" and local_name(self.node.getparent()) == "process"
        if kind == "timeDuration" and at_process_start:
            self.note("duration_not_allowed")
        self._check_timer(kind, text, at_process_start)
        return {"kind": "timer", "type": kind, "value": text}

    def _check_timer(self, kind: str, text: str, without_variables: bool) -> None:
        self.checked(text)
        if not is_expression(text):
            try:
                timers.first_due(kind, text, clock.now())
            except FeelError as error:
                self.note("bad_timer", reason=str(error))
        elif without_variables:
            try:
                names = [name for name in (program(text).names) if name not in ("now", "today")]  # type: ignore[union-attr]
            except FeelError:
                return
            unknown = [name for name in names if not _is_function(name)]
            if unknown:
                self.note("start_timer_variables", names=", ".join(unknown))

    def read_message(self, node: etree._Element) -> dict[str, Any]:
        """Name and correlation key."""
        return self.message(node.get("messageRef"))

    def message(self, reference: str | None) -> dict[str, Any]:
        """A message as thrown, caught, or starting the process."""
        parser, place = self.process_parser.parser, local_name(self.node)
        name = parser.messages.get(reference)
        if not name:
            if place in ("endEvent", "intermediateThrowEvent"):
                return {"kind": "message", "name": None}
            self.refuse("reference_unknown", what="bpmn:message", reference=reference)
        key = parser.keys.get(reference)
        starts = place == "startEvent" and local_name(self.node.getparent()) == "process"
        catches = place not in ("endEvent", "intermediateThrowEvent") and not starts
        if catches and not key:
            self.note("correlation_missing", name=name)
        event = {"kind": "message", "name": self.checked(name), "key": self.checked_feel(key) if key else None}
        if not catches:  # a start takes every key; kept for information
            event["info_key"] = event.pop("key")
        return event

    def read_signal(self, node: etree._Element) -> dict[str, Any]:
        """Name."""
        name = self.process_parser.parser.signals.get(node.get("signalRef"))
        if not name:
            self.refuse("reference_unknown", what="bpmn:signal", reference=node.get("signalRef"))
        return {"kind": "signal", "name": self.checked(name)}

    def read_error(self, node: etree._Element) -> dict[str, Any]:
        """Code; a catching event without one catches all."""
        return self._coded(node, "error", self.process_parser.parser.errors)

    def read_escalation(self, node: etree._Element) -> dict[str, Any]:
        """Code; a catching event without one catches all."""
        return self._coded(node, "escalation", self.process_parser.parser.escalations)

    def _coded(self, node: etree._Element, kind: str, known: dict[str, dict[str, str]]) -> dict[str, Any]:
        reference = node.get(f"{kind}Ref")
        if reference is not None and reference not in known:
            self.refuse("reference_unknown", what=f"bpmn:{kind}", reference=reference)
        code = known.get(reference or "", {}).get(f"{kind}_code") or None
        throws = local_name(self.node) in ("endEvent", "intermediateThrowEvent")
        if throws and code is None:
            self.note("missing", what=f"{kind}Code")
        if not throws and is_expression(code):
            self.note("code_expression")
        return {"kind": kind, "code": self.checked(code)}

    def read_conditional(self, node: etree._Element) -> dict[str, Any]:
        """Condition."""
        found = self._xpath(node, "./bpmn:condition")
        text = (found[0].text or "").strip() if found else ""
        if not text:
            self.refuse("missing", what="bpmn:condition")
        return {"kind": "conditional", "condition": self.checked_feel(text)}

    def read_compensation(self, node: etree._Element) -> dict[str, Any]:
        """What is undone, None for everything."""
        reference = node.get("activityRef")
        if reference is not None and self.process_parser.get_node_by_id(reference) is None:
            self.refuse("reference_unknown", what="activityRef", reference=reference)
        if node.get("waitForCompletion", "true") == "false":
            self.note("unsupported_attribute", attribute="waitForCompletion", tag="compensateEventDefinition")
        return {"kind": "compensation", "ref": reference}

    def read_link(self, node: etree._Element) -> dict[str, Any]:
        """Name."""
        if not node.get("name"):
            self.refuse("missing", what="bpmn:linkEventDefinition name")
        return {"kind": "link", "name": node.get("name")}

    def ends(self) -> bool:
        """A compensation event at a border has no path of its own."""
        kind = (self.task.extensions.get("event") or {}).get("kind")
        return not (local_name(self.node) == "boundaryEvent" and kind == "compensation")


class StartParser(EventParser):
    """bpmn:startEvent."""

    def create_task(self) -> Any:
        """Connect it with the invisible beginning."""
        task = super().create_task()
        self.spec.start.connect(task)
        return task


class ThrowParser(EventParser):
    """bpmn:endEvent and bpmn:intermediateThrowEvent."""

    def connect_flows(self) -> None:
        """A link leads to its target."""
        event = self.task.extensions.get("event") or {}
        if event.get("kind") == "link":
            targets = self.link_targets(event["name"])
            if len(targets) != 1:
                self.note("link_targets", name=event["name"], count=len(targets))
                return
            self.task.connect(self.process_parser.parse_node(targets[0]))
        super().connect_flows()

    def link_targets(self, name: str) -> list[etree._Element]:
        """The catch events of a link in the same scope."""
        path = f"./bpmn:intermediateCatchEvent[bpmn:linkEventDefinition[@name={_literal(name)}]]"
        return list(self._xpath(self.process_parser.node, path))

    def ends(self) -> bool:
        """A link does not end its path."""
        return (self.task.extensions.get("event") or {}).get("kind") != "link"


class CatchParser(EventParser):
    """bpmn:intermediateCatchEvent."""

    def own(self, facts: dict[str, Any]) -> None:
        """A link's target waits for nothing."""
        super().own(facts)
        if (facts.get("event") or {}).get("kind") == "link":
            del facts["event"]


class ReceiveParser(EventParser):
    """bpmn:receiveTask."""

    def own(self, facts: dict[str, Any]) -> None:
        """Its message."""
        facts["event"] = self.message(self.node.get("messageRef"))


def definitions(node: etree._Element) -> list[etree._Element]:
    """The event definitions of an event."""
    return [child for child in node if isinstance(child.tag, str) and local_name(child).endswith("EventDefinition")]


def _literal(text: str) -> str:
    """A text as an XPath literal."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = ', "\'", '.join(f"'{part}'" for part in text.split("'"))
    return f"concat({parts})"


def _is_function(name: str) -> bool:
    return name in feel.function_names()
