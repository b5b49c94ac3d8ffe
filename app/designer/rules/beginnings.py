"""What a new process, decision or form begins with. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

_LETTERS = dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziyklmnoprstufhye", strict=True))
_LETTERS |= {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
CODE = re.compile(r"[a-z][a-z0-9_]{1,59}")
"""What the id of a process, decision or form looks like: models, forms and scenarios name it."""
LANE_HEIGHT, LANE_WIDTH, LEFT, TOP = 160, 1000, 160, 80


def code_of(name: str) -> str:
    """An id made of a Russian name: «Заявка на курсы» → `zayavka_na_kursy`; may be empty."""
    latin = "".join(_LETTERS.get(letter, letter) for letter in name.lower())
    return re.sub(r"[^a-z0-9]+", "_", latin).strip("_").lstrip("0123456789_")[:60].rstrip("_")


def process(code: str, name: str, lanes: Sequence[tuple[str, str]] = ()) -> bytes:
    """A process with nothing but a start.

    Args:
        lanes: role ids with their names, from above; none: a process without a pool.
    """
    drawn = _with_lanes(code, name, lanes) if lanes else _plain(code, name)
    return f"{_BPMN}{drawn}</bpmn:definitions>\n".encode()


def decision(code: str, name: str) -> bytes:
    """A decision table with one input and one output, without rules."""
    label = quoteattr(name)
    return f"""{_DMN} id="{code}_definitions" name={label} namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="{code}" name={label}>
    <decisionTable id="{code}_table" hitPolicy="UNIQUE">
      <input id="{code}_in1" label="">
        <inputExpression id="{code}_in1_expression" typeRef="string"><text>input</text></inputExpression>
      </input>
      <output id="{code}_out1" label="" name="result" typeRef="string" />
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="{code}_diagram">
      <dmndi:DMNShape id="{code}_shape" dmnElementRef="{code}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
""".encode()


def form(code: str, title: str) -> bytes:
    """A form without fields."""
    platform = {"executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.8.0"}
    schema = {"schemaVersion": 18, "type": "default", "id": code, "title": title, **platform, "components": []}
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()


_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" \
xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="definitions" targetNamespace="http://bpmn.io/schema/bpmn" \
modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
"""
_DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" \
xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud" \
modeler:executionPlatformVersion="8.8.0\""""


def _plain(code: str, name: str) -> str:
    return f"""  <bpmn:process id="{code}" name={quoteattr(name)} isExecutable="true">
    <bpmn:startEvent id="start" />
  </bpmn:process>
{_diagram(code, _shape("start", LEFT, TOP + 40, 36, 36))}"""


def _with_lanes(code: str, name: str, lanes: Sequence[tuple[str, str]]) -> str:
    label = quoteattr(name)
    drawn = [
        _shape(f"lane_{role}", LEFT + 30, TOP + number * LANE_HEIGHT, LANE_WIDTH - 30, LANE_HEIGHT, horizontal=True)
        for number, (role, _title) in enumerate(lanes)
    ]
    pool = _shape(f"pool_{code}", LEFT, TOP, LANE_WIDTH, LANE_HEIGHT * len(lanes), horizontal=True)
    start = _shape("start", LEFT + 80, TOP + LANE_HEIGHT // 2 - 18, 36, 36)
    listed = "".join(_lane(role, title, first=number == 0) for number, (role, title) in enumerate(lanes))
    return f"""  <bpmn:collaboration id="collaboration_{code}">
    <bpmn:participant id="pool_{code}" name={label} processRef="{code}" />
  </bpmn:collaboration>
  <bpmn:process id="{code}" name={label} isExecutable="true">
    <bpmn:laneSet id="lanes_{code}">
{listed}    </bpmn:laneSet>
    <bpmn:startEvent id="start" />
  </bpmn:process>
{_diagram(f"collaboration_{code}", pool + "".join(drawn) + start)}"""


def _lane(role: str, title: str, *, first: bool) -> str:
    inside = "<bpmn:flowNodeRef>start</bpmn:flowNodeRef>" if first else ""
    return f'      <bpmn:lane id="lane_{role}" name={quoteattr(title)}>{inside}</bpmn:lane>\n'


def _diagram(element: str, shapes: str) -> str:
    return f"""  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="{element}">
{shapes}    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
"""


def _shape(element: str, x: int, y: int, width: int, height: int, *, horizontal: bool = False) -> str:
    lying = ' isHorizontal="true"' if horizontal else ""
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" />'
    return f'      <bpmndi:BPMNShape id="{element}_di" bpmnElement="{element}"{lying}>{bounds}</bpmndi:BPMNShape>\n'
