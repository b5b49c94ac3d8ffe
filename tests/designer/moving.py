"""A process in two versions with running instances, for the tests of moving them."""

from __future__ import annotations

import re

from app.engine import operations, queries
from app.engine.definitions import latest_key
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.people.queries import actor_for
from tests.engine_persistence import models as m

PROCESS = "perenos"
_DRAWN = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
_NAMES = {
    PROCESS: "Перенос",
    "collect": "Сбор сведений",
    "gather": "Сбор сведений",
    "check": "Проверка",
    "sign": "Подпись",
}


def first() -> bytes:
    """Version 1: two tasks."""
    return _named(m.process(PROCESS, m.start(), m.user("collect", "teacher"), m.user("check", "school_head"), m.end()))


def second() -> bytes:
    """Version 2: the first task is called otherwise and has a deadline, the second one is gone."""
    tasks = m.user("gather", "teacher", due="P5D"), m.user("sign", "school_head")
    return _named(m.process(PROCESS, m.start(), *tasks, m.end()))


def _named(model: bytes) -> bytes:
    """A model with Russian names and a drawing of its elements in a row."""
    text = model.decode()
    for id, name in _NAMES.items():
        text = text.replace(f'name="{id}"', f'name="{name}"')
    nodes = re.findall(r'<bpmn:(startEvent|userTask|endEvent) id="(\w+)"', text)
    shapes, middle = "", {}
    for number, (tag, id) in enumerate(nodes):
        wide = 100 if tag == "userTask" else 36
        left, top = 80 + 180 * number, 120 - (40 if tag == "userTask" else 18)
        high = 80 if tag == "userTask" else 36
        bounds = f'<dc:Bounds x="{left}" y="{top}" width="{wide}" height="{high}" />'
        shapes += f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}">{bounds}</bpmndi:BPMNShape>'
        middle[id] = (left, left + wide)
    for flow, source, target in re.findall(r'sequenceFlow id="(\w+)" sourceRef="(\w+)" targetRef="(\w+)"', text):
        points = "".join(f'<di:waypoint x="{x}" y="120" />' for x in (middle[source][1], middle[target][0]))
        shapes += f'<bpmndi:BPMNEdge id="{flow}_di" bpmnElement="{flow}">{points}</bpmndi:BPMNEdge>'
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="{PROCESS}">{shapes}</bpmndi:BPMNPlane>'
    drawing = f'<bpmndi:BPMNDiagram id="diagram">{plane}</bpmndi:BPMNDiagram></bpmn:definitions>'
    return (
        text.replace("</bpmn:definitions>", drawing)
        .replace("<bpmn:definitions ", f"<bpmn:definitions {_DRAWN} ")
        .encode()
    )


def deploy(content: bytes) -> int:
    """Deploy the process as the designer; the key of the version."""
    operations.deploy(actor_for("designer"), [Resource(f"{PROCESS}.bpmn", content)])
    key = latest_key(PROCESS)
    assert key is not None
    return key


def start(count: int) -> list[int]:
    """Start instances of the newest version."""
    given = {"organisation": "lebedyan-1", "internal": True}
    return [operations.start_instance(PLATFORM, PROCESS, {}, **given) for _ in range(count)]  # type: ignore[arg-type]


def begun() -> int:
    """Key of a move of one instance that waits for a worker."""
    old = deploy(first())
    start(1)
    new, actor = deploy(second()), actor_for("designer")
    return operations.migrate_many(actor, queries.running(actor, old), old, new, {"collect": "gather"})
