"""The private parts of SpiffWorkflow that the runtime rests on."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.workflow import Workflow

from app.engine.runtime import spiff
from tests.engine import stock
from tests.engine.drawing import line

CLASSES = {"Task": Task, "TaskSpec": TaskSpec, "Workflow": Workflow, "BpmnSubWorkflow": BpmnSubWorkflow}
PARTS = [(owner, name) for owner, names in spiff.PRIVATE.items() for name in names]
PARAMETERS = {
    "_set_state": ["value"],
    "_add_child": ["task_spec", "state"],
    "_child_added_notify": ["child"],
    "_inherit_data": [],
    "_ready": [],
    "_predict": ["my_task", "seen", "looked_ahead", "mask"],
    "_update": ["my_task"],
    "_update_hook": ["my_task"],
    "_on_ready": ["my_task"],
    "_run": ["my_task"],
    "_on_complete": ["my_task"],
    "_on_cancel": ["my_task"],
    "_connect_notify": ["taskspec"],
    "_task_completed_notify": ["task"],
    "_mark_complete": ["task"],
    "_calculate_depth": [],
}


def test_the_version_is_pinned() -> None:
    assert version("spiffworkflow") == spiff.VERSION


@pytest.mark.parametrize(("owner", "name"), PARTS, ids=[f"{owner}.{name}" for owner, name in PARTS])
def test_private_method_is_still_there(owner: str, name: str) -> None:
    signature = inspect.signature(getattr(CLASSES[owner], name))
    assert [parameter for parameter in signature.parameters if parameter != "self"] == PARAMETERS[name]


@pytest.mark.parametrize("name", ["_set_state", "_inherit_data", "_ready"])
def test_task_methods_are_called_by_the_state_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _used(Task, name, monkeypatch)


@pytest.mark.parametrize("name", ["_predict", "_update", "_update_hook", "_on_ready", "_run", "_on_complete"])
def test_spec_methods_are_called_by_the_state_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _used(TaskSpec, name, monkeypatch)


def test_completion_is_notified(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _used(Workflow, "_task_completed_notify", monkeypatch)


def _used(owner: type, name: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a stock run of one task calls a method."""
    seen = []
    original = getattr(owner, name)

    def spy(self: object, *arguments: object, **named: object) -> object:
        seen.append(name)
        return original(self, *arguments, **named)

    monkeypatch.setattr(owner, name, spy)
    workflow = stock.started(line("u"))
    stock.finish(workflow, "u")
    assert workflow.is_completed()
    return bool(seen)
