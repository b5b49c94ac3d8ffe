"""A diagram in words. Expected sentences are English: no request gives a language here."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from app.engine.drawing import Drawing, read_drawing, without_machinery
from app.engine.narrative import Step, narrate

XML = (Path(__file__).parents[1] / "inbox" / "models" / "request.bpmn").read_text(encoding="utf-8")
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="x"><bpmn:process id="p" name="P">'
)
FOOT = "</bpmn:process></bpmn:definitions>"


def flow(source: str, target: str, name: str = "", condition: str = "") -> str:
    """One sequence flow."""
    inside = f"<bpmn:conditionExpression>={condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}" name="{name}">'
        f"{inside}</bpmn:sequenceFlow>"
    )


def drawn(content: str) -> Drawing:
    """A drawing of these elements."""
    return read_drawing(HEAD + content + FOOT, "p")


def texts(steps: list[Step]) -> list[str]:
    """The sentences."""
    return [step.text for step in steps]


def test_the_request_reads_as_a_story() -> None:
    steps = narrate(read_drawing(XML, "request"), now=["review"], done=["begin", "fill"])
    assert texts(steps) == [
        "Beginning: “Нужна консультация”",
        "Заполнить заявку",
        "Согласовать заявку",
        "Согласована?",
        "The platform decides by a table: “Определить срочность”",
        "Дать консультацию",
        "Ответ дан?",
        "End: “Ответ получен”",
        "If during “Дать консультацию” this happens: “Неделя прошла”, that step goes on as well",
        "The platform does by itself: “Напомнить методисту”",
        "End: “Напомнили”",
        "End: “Отказано”",
    ]
    assert [(step.who, step.state) for step in steps[1:3]] == [("Педагог", "done"), ("Руководитель ОО", "now")]
    assert steps[2].help.startswith("Прочитайте заявку")
    ways = [(way.when, way.number) for way in steps[3].ways]
    assert ways == [("да", 5), ("вернуть", 2), ("отказать", 12)]
    assert steps[0].ways == (), "what goes on with the next number says nothing"


def test_branches_joins_and_what_happens_first() -> None:
    drawing = drawn(
        '<bpmn:startEvent id="s"/><bpmn:parallelGateway id="fork"/><bpmn:userTask id="a" name="A"/>'
        '<bpmn:userTask id="b" name="B"/><bpmn:parallelGateway id="join"/><bpmn:eventBasedGateway id="first"/>'
        '<bpmn:intermediateCatchEvent id="t" name="Неделя"><bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>'
        '<bpmn:intermediateCatchEvent id="m" name="Ответ"><bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>'
        '<bpmn:exclusiveGateway id="merge"/><bpmn:endEvent id="e"/>'
        + "".join(flow(*pair.split()) for pair in ("s fork", "fork a", "fork b", "a join", "b join", "join first"))
        + "".join(flow(*pair.split()) for pair in ("first t", "first m", "t merge", "m merge", "merge e"))
    )
    steps = narrate(drawing)
    assert texts(steps) == [
        "Beginning",
        "Several branches go on at the same time",
        "A",
        "B",
        "When all branches are finished, go on",
        "Waiting for what happens first",
        "Waiting for the time: “Неделя”",
        "Waiting for a message: “Ответ”",
        "The end",
    ]
    assert [way.number for way in steps[1].ways] == [3, 4]
    assert [way.number for way in steps[2].ways] == [5], "a branch names where it joins"
    assert [way.number for way in steps[6].ways] == [9], "a nameless merge is passed through"


def test_conditions_defaults_lists_and_parts() -> None:
    drawing = drawn(
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="g-b"/>'
        '<bpmn:subProcess id="sub" name="Часть"><bpmn:multiInstanceLoopCharacteristics/><bpmn:startEvent id="is"/>'
        '<bpmn:userTask id="it" name="Внутри"><bpmn:multiInstanceLoopCharacteristics isSequential="true"/>'
        f"</bpmn:userTask>{flow('is', 'it')}</bpmn:subProcess>"
        '<bpmn:callActivity id="b" name="Другой"/>'
        + flow("s", "g")
        + flow("g", "sub", condition="x > 1")
        + flow("g", "b")
    )
    steps = narrate(drawing)
    assert [(way.when, way.text) for way in steps[1].ways] == [("x > 1", "Часть"), ("otherwise", "Другой")]
    assert (steps[2].text, steps[2].depth) == (
        "Part “Часть” — for everyone or everything in the list, at the same time",
        0,
    )
    assert (steps[4].text, steps[4].depth) == ("Внутри — one after another for the whole list", 1)
    assert steps[5].text == "The process “Другой” runs"


def test_a_loop_and_a_part_that_nothing_reaches_end() -> None:
    drawing = drawn(
        '<bpmn:userTask id="a" name="A"/><bpmn:userTask id="b" name="B"/><bpmn:userTask id="c" name="C"/>'
        + flow("a", "b")
        + flow("b", "a")
    )
    assert texts(narrate(drawing)) == ["C", "A", "B"]


def test_every_step_is_told_once_in_every_model_of_the_installation() -> None:
    files = sorted(Path(__file__).parents[2].glob("workflows/*/*.bpmn"))
    assert files
    for file in files:
        xml = file.read_text(encoding="utf-8")
        for process in etree.fromstring(xml.encode()).iter("{*}process"):
            drawing = read_drawing(xml, process.get("id") or "")
            steps = narrate(drawing)
            ids = [step.element_id for step in steps]
            assert len(ids) == len(set(ids)), file.name
            silent = {node.id for node in drawing.nodes.values() if node.kind == "exclusiveGateway" and not node.name}
            assert set(drawing.nodes) - set(ids) <= silent, file.name
            assert all(1 <= way.number <= len(steps) for step in steps for way in step.ways), file.name


def test_the_picture_keeps_no_expressions() -> None:
    picture = without_machinery(XML)
    assert b"head_decision" not in picture
    assert b"formDefinition" not in picture
    assert "Согласовать заявку".encode() in picture
    assert picture.count(b"BPMNShape") == XML.encode().count(b"BPMNShape")


def test_an_entity_stays_closed_and_a_stranger_is_not_found() -> None:
    evil = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + '<bpmn:task id="a" name="&x;"/>' + FOOT
    with pytest.raises(etree.XMLSyntaxError):
        without_machinery(evil)
    with pytest.raises(LookupError):
        read_drawing(XML, "other")
