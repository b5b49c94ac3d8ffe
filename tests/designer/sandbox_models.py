"""A small process with a form, a decision of people, a timer and a message: for the sandbox."""

from __future__ import annotations

import json

from app.engine.views import Resource

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">
  <bpmn:process id="help_request" name="Просьба о помощи" isExecutable="true">
    <bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="starters" value="teacher" /><zeebe:property name="owner" value="school_head" />
    </zeebe:properties></bpmn:extensionElements>
"""
_NODES = """
    <bpmn:startEvent id="asked" name="Нужна помощь"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="describe" name="Описать просьбу"><bpmn:documentation>Напишите, что нужно.</bpmn:documentation>
      <bpmn:extensionElements><zeebe:userTask /><zeebe:formDefinition formId="help_form" />
        <zeebe:assignmentDefinition assignee="=initiator" />
        <zeebe:ioMapping><zeebe:output source="=hours" target="hours" /></zeebe:ioMapping></bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
    <bpmn:userTask id="decide" name="Решить"><bpmn:extensionElements><zeebe:userTask />
        <zeebe:assignmentDefinition candidateGroups="school_head" />
        <zeebe:properties><zeebe:property name="outcomes" value="submit:Помочь|refuse:Отказать" /></zeebe:properties>
        <zeebe:ioMapping><zeebe:output source="=outcome" target="answer" /></zeebe:ioMapping></bpmn:extensionElements>
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:userTask>
    <bpmn:exclusiveGateway id="how" name="Помогаем?" default="f5"><bpmn:incoming>f3</bpmn:incoming>
      <bpmn:outgoing>f4</bpmn:outgoing><bpmn:outgoing>f5</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:intermediateCatchEvent id="rest" name="Через три дня"><bpmn:incoming>f5</bpmn:incoming>
      <bpmn:outgoing>f6</bpmn:outgoing><bpmn:timerEventDefinition>
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P3D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:endEvent id="refused" name="Отказано"><bpmn:incoming>f4</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="helped" name="Помогли"><bpmn:incoming>f6</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="describe" />
    <bpmn:sequenceFlow id="f2" sourceRef="describe" targetRef="decide" />
    <bpmn:sequenceFlow id="f3" sourceRef="decide" targetRef="how" />
    <bpmn:sequenceFlow id="f4" name="нет" sourceRef="how" targetRef="refused">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=answer = "refuse"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f5" name="да" sourceRef="how" targetRef="rest" />
    <bpmn:sequenceFlow id="f6" sourceRef="rest" targetRef="helped" />
  </bpmn:process>
"""
_PLACES = {
    "asked": (100, 100, 36, 36),
    "describe": (190, 78, 100, 80),
    "decide": (350, 78, 100, 80),
    "how": (510, 93, 50, 50),
    "rest": (620, 100, 36, 36),
    "refused": (517, 220, 36, 36),
    "helped": (720, 100, 36, 36),
}
_LINES = {
    "f1": (136, 118, 190, 118),
    "f2": (290, 118, 350, 118),
    "f3": (450, 118, 510, 118),
    "f4": (535, 143, 535, 220),
    "f5": (560, 118, 620, 118),
    "f6": (656, 118, 720, 118),
}
REFUSED = """
title: Директор отказал
clock: "2026-04-06T09:00:00+03:00"
start: {as: teacher}
steps:
- {task: describe, as: teacher, answers: {what: Книги, hours: 2}}
- {task: decide, as: school_head, outcome: refuse, comment: Нет времени}
expect: {ended: refused}
"""
HELPED = """
title: Директор помог
clock: "2026-04-06T09:00:00+03:00"
start: {as: teacher}
steps:
- {task: describe, as: teacher, answers: {what: Книги, hours: 2}}
- {task: decide, as: school_head, outcome: submit}
- {expect: {open: [], ended: null}}
- {time: P3D}
- {expect: {ended: helped, holds: ['=hours = 2']}}
"""


def model(more: str = "") -> bytes:
    """The process with its drawing.

    Args:
        more: XML instead of its nodes.
    """
    shapes = "".join(
        f'<bpmndi:BPMNShape id="s_{name}" bpmnElement="{name}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" /></bpmndi:BPMNShape>'
        for name, (x, y, width, height) in _PLACES.items()
    )
    lines = "".join(
        f'<bpmndi:BPMNEdge id="l_{name}" bpmnElement="{name}"><di:waypoint x="{a}" y="{b}" />'
        f'<di:waypoint x="{c}" y="{d}" /></bpmndi:BPMNEdge>'
        for name, (a, b, c, d) in _LINES.items()
    )
    plane = f'<bpmndi:BPMNPlane id="p" bpmnElement="help_request">{shapes}{lines}</bpmndi:BPMNPlane>'
    drawing = "" if more else f'<bpmndi:BPMNDiagram id="g">{plane}</bpmndi:BPMNDiagram>'
    return f"{_HEAD}{more or _NODES}{drawing}</bpmn:definitions>".encode()


def form() -> bytes:
    """The form of the first task."""
    fields = [
        {"type": "textfield", "key": "what", "label": "Что нужно", "id": "what", "validate": {"required": True}},
        {"type": "number", "key": "hours", "label": "Сколько часов", "id": "hours"},
    ]
    return json.dumps({"type": "default", "id": "help_form", "components": fields}, ensure_ascii=False).encode()


def files() -> list[Resource]:
    """The model and its form."""
    return [Resource("help_request.bpmn", model()), Resource("help_form.form", form())]


def outside() -> list[Resource]:
    """A process with a file to be handed in, somebody outside who does work, and a message."""
    nodes = """
    <bpmn:startEvent id="asked" name="Нужна справка"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="ask" name="Подать заявление"><bpmn:extensionElements><zeebe:userTask />
      <zeebe:formDefinition formId="ask_form" /><zeebe:assignmentDefinition assignee="=initiator" />
      </bpmn:extensionElements><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing></bpmn:userTask>
    <bpmn:serviceTask id="count" name="Посчитать"><bpmn:extensionElements>
      <zeebe:taskDefinition type="far-away" /></bpmn:extensionElements>
      <bpmn:incoming>f4</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:serviceTask>
    <bpmn:intermediateCatchEvent id="word" name="Ответ ведомства"><bpmn:incoming>f2</bpmn:incoming>
      <bpmn:outgoing>f3</bpmn:outgoing><bpmn:messageEventDefinition messageRef="m" /></bpmn:intermediateCatchEvent>
    <bpmn:endEvent id="told" name="Справка выдана"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="ask" />
    <bpmn:sequenceFlow id="f4" sourceRef="ask" targetRef="count" />
    <bpmn:sequenceFlow id="f2" sourceRef="count" targetRef="word" />
    <bpmn:sequenceFlow id="f3" sourceRef="word" targetRef="told" />
  </bpmn:process>
  <bpmn:message id="m" name="office.answered"><bpmn:extensionElements>
    <zeebe:subscription correlationKey="=what" /></bpmn:extensionElements></bpmn:message>
"""
    fields = [
        {"type": "textfield", "key": "what", "label": "О чём", "id": "what", "validate": {"required": True}},
        {"type": "filepicker", "key": "paper", "label": "Заявление", "id": "paper", "validate": {"required": True}},
    ]
    form = json.dumps({"type": "default", "id": "ask_form", "components": fields}, ensure_ascii=False)
    return [Resource("help_request.bpmn", model(nodes)), Resource("ask_form.form", form.encode())]
