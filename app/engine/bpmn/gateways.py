"""Reading gateways."""

from __future__ import annotations

from typing import Any

from app.engine.bpmn.base import ElementParser


class ConditionalGatewayParser(ElementParser):
    """bpmn:exclusiveGateway and bpmn:inclusiveGateway."""

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        """Connect along a flow with its condition."""
        flow, condition = sequence_flow_node.get("id"), (self.parse_condition(sequence_flow_node) or "").strip()
        facts = self.task.extensions
        alone = len(self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)) == 1
        if is_default or (not condition and alone):
            if condition:
                self.note("default_condition", flow=flow)
            facts["default"] = [outgoing_task.name, flow]
        elif not condition:
            self.note("condition_missing", flow=flow)
        else:
            self.checked_feel(condition)
            facts.setdefault("conditions", []).append([condition, outgoing_task.name, flow])
        facts.setdefault("flow_ids", []).append(flow)
        self.task.connect(outgoing_task)


class GatewayParser(ElementParser):
    """bpmn:parallelGateway and bpmn:eventBasedGateway."""
