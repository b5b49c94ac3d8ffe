"""Small models for the tests of the designer."""

from __future__ import annotations

import json
from pathlib import Path

from app.designer import operations
from app.engine.views import Resource
from app.people.queries import actor_for

ROOT = Path(__file__).resolve().parents[2]
DRAWINGS = Path(__file__).parent / "drawings"
EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <bpmn:process id="{id}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:endEvent id="end"><bpmn:incoming>f1</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
"""


def process(id: str = "probe", name: str = "Проба") -> bytes:
    """A process that ends at once."""
    return EMPTY.format(id=id, name=name).encode()


def form(id: str = "probe_form") -> bytes:
    """A form with one field."""
    field = {"type": "textfield", "key": "word", "label": "Слово", "id": "word"}
    return json.dumps({"type": "default", "id": id, "components": [field]}, ensure_ascii=False).encode()


def form_file() -> Resource:
    """The form as a file."""
    return Resource("probe_form.form", form())


def decision() -> Resource:
    """The level of a test's result, with its limits in a decision of their own."""
    return Resource("test_level.dmn", (ROOT / "workflows" / "shared" / "test_level.dmn").read_bytes())


def draft(login: str = "designer", title: str = "Проба", name: str = "probe.bpmn", content: bytes | None = None) -> int:
    """A draft with one file; its key."""
    actor = actor_for(login)
    key = operations.drafts.create(actor, title)
    operations.drafts.add_file(actor, key, name, content if content is not None else process())
    return key


def add(key: int, name: str, content: bytes, login: str = "designer") -> int:
    """Another file of a draft; its key."""
    return operations.drafts.add_file(actor_for(login), key, name, content)


def drawn() -> bytes:
    """A process that only begins, with its drawing."""
    return (DRAWINGS / "begun.bpmn").read_bytes()


def foreign() -> bytes:
    """A drawing of another tool, with what only that tool reads."""
    return (DRAWINGS / "foreign.bpmn").read_bytes()
