"""Reading sub-processes."""

from __future__ import annotations

from typing import Any

from app.engine.bpmn.base import ElementParser
from app.engine.bpmn.dialect import CATCHABLE
from app.engine.bpmn.events import EventParser
from app.engine.runtime.events import StartEvent
from app.engine.runtime.subprocesses import EventSubProcess, SubProcess


class SubProcessParser(ElementParser):
    """bpmn:subProcess, also triggered by an event."""

    is_event = False

    def create_task(self) -> Any:
        """The spec, and a reader for the scope inside."""
        parser = self.process_parser.parser
        if self.bpmn_id not in parser.process_parsers:
            parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.process_parsers[self.bpmn_id].parent = self.process_parser
        self.is_event = self.node.get("triggeredByEvent") == "true"
        kind = EventSubProcess if self.is_event else SubProcess
        return kind(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)

    def own(self, facts: dict[str, Any]) -> None:
        """An event sub-process waits for its start event."""
        if not self.is_event:
            return
        starts = self.xpath("./bpmn:startEvent")
        if len(starts) != 1:
            self.refuse("event_subprocess_start")
        reader = EventParser(self.process_parser, StartEvent, starts[0], self.nsmap, lane=self.lane)
        event = reader.definition(CATCHABLE["eventSubProcess"])
        if event is None:
            self.refuse("event_subprocess_start")
        facts["event"] = event
        facts["interrupting"] = starts[0].get("isInterrupting", "true") == "true" or event["kind"] == "error"
        if event["kind"] == "timer" and event["type"] == "timeCycle" and facts["interrupting"]:
            reader.note("cycle_not_allowed")

    def ends(self) -> bool:
        """An event sub-process ends its path like any element without flows."""
        return super().ends()
