"""Unmodified SpiffWorkflow, for showing what would happen without our runtime."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.engine.drawing import Drawing


def specs(drawing: Drawing) -> tuple[Any, Any]:
    """Parser-built specs of the process."""
    parser = BpmnParser()
    parser.add_bpmn_str(drawing.document())
    return parser.get_spec(drawing.name), parser.get_subprocess_specs(drawing.name)


def started(drawing: Drawing) -> Any:
    """A new workflow, run to its first user tasks."""
    workflow = BpmnWorkflow(*specs(drawing))
    workflow.do_engine_steps()
    return workflow


def ready(workflow: Any) -> list[Any]:
    """The user tasks that are open."""
    return [task for task in workflow.get_tasks(state=TaskState.READY) if task.task_spec.manual]


def names(workflow: Any) -> list[str]:
    """Their elements."""
    return sorted(task.task_spec.name for task in ready(workflow))


def finish(workflow: Any, name: str, **data: Any) -> None:
    """Complete one."""
    task = next(task for task in ready(workflow) if task.task_spec.name == name)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()
