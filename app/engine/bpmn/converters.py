"""Specs <-> JSON. Instances share only specs that were rebuilt from JSON: parser-built ones miss the wiring of
multi-instance children, and such an instance never completes after a reload."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.serializer.default.process_spec import BpmnProcessSpecConverter
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter, SubWorkflowConverter
from SpiffWorkflow.bpmn.serializer.helpers import DefaultRegistry

from app.engine.runtime import activities, control, events, gateways, multi_instance, subprocesses, throwing

PLAIN = (
    control.Begin,
    control.EndJoin,
    gateways.ExclusiveGateway,
    gateways.ParallelGateway,
    gateways.InclusiveGateway,
    gateways.EventBasedGateway,
    events.StartEvent,
    events.CatchEvent,
    events.BoundaryEvent,
    throwing.ThrowEvent,
    activities.PlainTask,
    activities.JobTask,
    activities.UserTask,
    activities.ScriptTask,
    activities.DecisionTask,
    activities.CallActivity,
    multi_instance.MultiInstance,
)


class ProcessConverter(BpmnProcessSpecConverter):  # type: ignore[misc]
    """Keeps the end join, which stock converters look up by a name of their own."""

    def to_dict(self, spec: Any) -> dict[str, Any]:
        """As JSON."""
        data: dict[str, Any] = super().to_dict(spec)
        data["end"] = spec.end.name
        return data

    def from_dict(self, dct: dict[str, Any]) -> Any:
        """From JSON."""
        spec = self.target_class(name=dct["name"], description=dct["description"], filename=dct["file"])
        spec.task_specs.clear()
        for task in dct["task_specs"].values():
            self.registry.restore({**task, "wf_spec": spec})
        spec.start, spec.end = spec.task_specs["Start"], spec.task_specs[dct["end"]]
        return spec


_registry = DefaultRegistry()
ProcessConverter(control.Process, _registry)
for _class in PLAIN:
    BpmnTaskSpecConverter(_class, _registry)
for _class in (subprocesses.SubProcess, subprocesses.EventSubProcess):
    SubWorkflowConverter(_class, _registry)


def convert(spec: Any) -> Any:
    """A spec as JSON."""
    return _registry.convert(spec)


def restore(data: Any) -> Any:
    """A spec from JSON."""
    return _registry.restore(data)
