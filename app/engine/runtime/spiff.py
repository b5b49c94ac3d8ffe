"""What the runtime takes from SpiffWorkflow 3.2.0, in one place.

SpiffWorkflow supplies the specification graph, its converters, the task state machine and the workflow containers;
the behaviour of every element is ours. The subclasses rest on the private methods of `PRIVATE`; each has a test
in tests/engine/test_spiff.py that fails when a new version changes its name or its part.
"""

from __future__ import annotations

import logging

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

__all__ = [
    "PRIVATE",
    "VERSION",
    "BpmnProcessSpec",
    "BpmnSpecMixin",
    "BpmnStartTask",
    "BpmnSubWorkflow",
    "BpmnTaskSpec",
    "BpmnWorkflow",
    "SubWorkflowTask",
    "Task",
    "TaskState",
]

logging.getLogger("spiff").setLevel(logging.WARNING)  # it logs every state change at INFO

VERSION = "3.2.0"

PRIVATE: dict[str, tuple[str, ...]] = {
    "Task": ("_set_state", "_add_child", "_child_added_notify", "_inherit_data", "_ready"),
    "TaskSpec": (
        "_predict",
        "_update",
        "_update_hook",
        "_on_ready",
        "_run",
        "_on_complete",
        "_on_cancel",
        "_connect_notify",
    ),
    "Workflow": ("_task_completed_notify", "_mark_complete"),
    "BpmnSubWorkflow": ("_calculate_depth",),
}
"""Class -> private methods that are overridden or called; attributes: Task._state _parent _children,
TaskSpec._inputs _outputs _wf_spec."""
