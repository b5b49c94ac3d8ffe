"""What differs between two versions, in words: of processes, decisions, forms, document templates and scenarios."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from flask import Flask
from flask_babel import force_locale

from app.designer.rules.differences import Difference, compare
from app.designer.rules.differences.changes import MOST, word_changes
from app.people.catalogue import role_name

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
FORMATION = (WORKFLOWS / "infrastructure_formation/infrastructure_formation.bpmn").read_text()
EXPERTISE = (WORKFLOWS / "school_programme/programme_expertise.dmn").read_text()
TITLES = {("form", "support_body"): "Орган поддержки", ("form", "body_consent"): "Согласие"}


@pytest.fixture(autouse=True)
def _russian(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"), force_locale("ru"):
        yield


def name_of(kind: str, identifier: str) -> str:
    return role_name(identifier) if kind == "role" else TITLES.get((kind, identifier), identifier)


def changed(kind: str, before: str, *changes: tuple[str, str]) -> Difference:
    """What a file differs in from one with other texts in it."""
    after = before
    for old, new in changes:
        assert old in after, old
        after = after.replace(old, new)
    return compare(kind, before.encode(), after.encode(), name_of)


def sentences(found: Difference) -> list[str]:
    return [change.text for change in found.changes]


def test_a_task_is_described_in_words() -> None:
    found = changed(
        "bpmn",
        FORMATION,
        ('name="Согласие войти в состав"', 'name="Подтвердить согласие"'),
        ('dueDate="3 wd"', 'dueDate="5 wd"'),
        ('formId="body_consent"', 'formId="support_body"'),
        ("agree:Согласен(на)|", "agree:Согласен|"),
    )
    assert sentences(found) == [
        "Задача «Согласие войти в состав»: название «Подтвердить согласие» вместо «Согласие войти в состав»; "
        "форма «Орган поддержки» вместо «Согласие»; срок 5 рабочих дней вместо 3; "
        "кнопки «Согласен», «Отказаться» вместо «Согласен(на)», «Отказаться»"
    ]
    assert found.changes[0].element_id == "consent"


def test_conditions_roles_lanes_and_flows_are_described() -> None:
    member = "<bpmn:flowNodeRef>consent</bpmn:flowNodeRef>"
    elsewhere = "<bpmn:flowNodeRef>propose</bpmn:flowNodeRef>"
    found = changed(
        "bpmn",
        FORMATION,
        (member, ""),
        (elsewhere, elsewhere + member),
        ('name="owner" value="region_coordinator"', 'name="owner" value="iro_coordinator,auditor"'),
        ('default="f_go_on_check_body"', 'default="f_go_on_refused_join"'),
    )
    told = sentences(found)
    assert told[0].startswith("Процесс «Формирование инфраструктуры поддержки»: владелец процесса «Координатор")
    assert "«Аудитор» вместо «" in told[0]
    assert "Развилка «Создаём?»: переход по умолчанию " in told[1]
    assert told[2] == "Задача «Согласие войти в состав»: дорожка «Координатор программы» вместо «Кандидат в состав»"


def test_added_removed_and_moved_elements_are_told_apart() -> None:
    timer = (
        '<bpmn:boundaryEvent id="late" name="Молчит" attachedToRef="consent" cancelActivity="false">'
        "<bpmn:timerEventDefinition><bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition>"
        "</bpmn:boundaryEvent>"
    )
    place = FORMATION[FORMATION.index('bpmnElement="propose"') :].split("<dc:Bounds ")[1].split("/>")[0]
    found = changed(
        "bpmn",
        FORMATION,
        ('<bpmn:userTask id="consent"', timer + '<bpmn:userTask id="consent"'),
        (place, place + 'a="1" '),
    )
    assert sentences(found) == [
        "Добавлено: Событие у задачи «Молчит»",
        "Перемещено: Задача «Предложение»",
    ]
    facts = {fact.label: fact.after for fact in found.changes[0].facts}
    assert facts["длительность"] == "3 дня"
    assert facts["задача, у которой стоит"] == "«Согласие войти в состав»"
    assert facts["прерывает задачу"] == "нет"
    back = changed(
        "bpmn", FORMATION.replace('<bpmn:userTask id="consent"', timer + '<bpmn:userTask id="consent"'), (timer, "")
    )
    assert sentences(back) == ["Удалено: Событие у задачи «Молчит»"]


def test_nothing_that_another_program_noted_is_passed_over() -> None:
    foreign = '<acme:cost xmlns:acme="urn:acme" value="{}" /></bpmn:extensionElements>'
    before = FORMATION.replace("</bpmn:extensionElements>", foreign.format(1), 1)
    assert [change.kind for change in changed("bpmn", before, ('value="1" />', 'value="2" />')).changes] == ["changed"]


def test_rules_of_a_decision_are_compared_cell_by_cell() -> None:
    found = changed(
        "dmn", EXPERTISE, ("<text>&lt; 3</text>", "<text>&lt; 4</text>"), ('hitPolicy="FIRST"', 'hitPolicy="UNIQUE"')
    )
    told = sentences(found)
    assert told[0] == (
        "Таблица решений «Итог экспертизы программы школы»: какое правило действует "
        "«подходит ровно одно правило» вместо «первое подходящее правило»"
    )
    assert "правило 2: «Заключений» «< 4» вместо «< 3»" in told[1]
    sheet = found.sheets[0]
    assert [line.state for line in sheet.lines][:3] == ["same", "changed", "same"]
    assert [(cell.before, cell.after) for cell in sheet.lines[1].cells if cell.differs] == [("< 3", "< 4")]


def test_a_new_rule_at_the_beginning_moves_no_other() -> None:
    begin = EXPERTISE.index("<rule ")
    rule = EXPERTISE[begin : EXPERTISE.index("</rule>") + len("</rule>")]
    fresh = rule.replace("_rule1", "_rule0").replace("_r1", "_r0")
    found = compare("dmn", EXPERTISE.encode(), (EXPERTISE[:begin] + fresh + EXPERTISE[begin:]).encode(), name_of)
    assert sentences(found) == ["Добавлено: Таблица решений «Итог экспертизы программы школы», правило 1"]
    assert found.sheets[0].lines[0].state == "added"
    assert {line.state for line in found.sheets[0].lines[1:]} == {"same"}


def test_fields_of_a_form_are_described() -> None:
    before = {
        "id": "card",
        "title": "Карта",
        "components": [
            {"type": "textfield", "id": "a", "key": "name", "label": "Имя"},
            {"type": "number", "id": "b", "key": "count", "label": "Число", "validate": {"max": 5}},
            {"type": "select", "id": "c", "key": "way", "label": "Вид", "values": [{"label": "Да", "value": "yes"}]},
        ],
    }
    after = json.loads(json.dumps(before))
    after["components"][0]["validate"] = {"required": True}
    after["components"][1]["validate"]["max"] = 7
    after["components"][2] = {"type": "textarea", "id": "d", "key": "why", "label": "Почему"}
    found = compare("form", json.dumps(before).encode(), json.dumps(after).encode(), name_of)
    assert sentences(found) == [
        "Текстовое поле «Имя»: новое: обязательное да",
        "Числовое поле «Число»: наибольшее значение «7» вместо «5»",
        "Добавлено: Поле длинного текста «Почему»",
        "Удалено: Выпадающий список «Вид»",
    ]


def document(*lines: str) -> bytes:
    made, target = Document(), BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(target)
    return target.getvalue()


def test_a_template_tells_its_fields_and_a_scenario_its_lines() -> None:
    found = compare("docx", document("Приказ {{ номер }}"), document("Приказ {{ номер }}", "{{ дата }}"), name_of)
    assert sentences(found) == ["Добавлено: Поле шаблона «дата»"]
    assert ("new", "{{ дата }}", []) in found.lines
    text = compare("scenario", b"process: a\nsteps: 1\n", b"process: a\nsteps: 2\n", name_of)
    assert [line[0] for line in text.lines] == ["same", "changed"]
    assert text.lines[1][2] == [("same", "steps: "), ("old", "1"), ("new", "2")]


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("bpmn", b"<bpmn:definitions"),
        ("dmn", b"<!DOCTYPE x><x/>"),
        ("form", b"[]"),
        ("docx", b"PK"),
        ("scenario", b"\xff"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_so(kind: str, broken: bytes) -> None:
    good = {
        "bpmn": FORMATION.encode(),
        "dmn": EXPERTISE.encode(),
        "form": b"{}",
        "docx": document("a"),
        "scenario": b"a",
    }
    found = compare(kind, good[kind], broken, name_of)
    assert found.broken
    assert not found.changes
    assert compare(kind, broken, broken, name_of).is_empty


BPMN = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="p">'
FLOW = '<bpmn:task id="{1}{0}"/><bpmn:sequenceFlow id="f{1}{0}" sourceRef="{1}{0}" targetRef="{1}{0}"/>'
RULE = "<rule><inputEntry><text>{}</text></inputEntry></rule>"


def large(kind: str, step: int) -> str:
    """Nearly the largest file that a draft holds; files of different steps have nothing in common."""
    if kind == "bpmn":
        flows = "".join(FLOW.format(n, f"s{step}_") for n in range(12_000))
        return f"{BPMN}{flows}</bpmn:process></bpmn:definitions>"
    if kind == "dmn":
        rules = "".join(RULE.format(n + step * 20_000) for n in range(14_000))
        return f'<d><decision id="d"><decisionTable><input id="i"/>{rules}</decisionTable></decision></d>'
    words = " ".join(str(n * step) for n in range(200_000))
    return json.dumps({"components": [{"type": "text", "text": words}]}) if kind == "form" else words


@pytest.mark.parametrize("kind", ["bpmn", "dmn", "form", "scenario"])
def test_the_largest_files_are_compared_in_time(kind: str) -> None:
    before, after = large(kind, 1).encode(), large(kind, 3).encode()
    began = time.process_time()
    found = compare(kind, before, after, name_of)
    shown = sum(len(fact.words) for change in found.changes for fact in change.facts)
    assert time.process_time() - began < 8  # one to two on an idle machine
    assert not found.is_empty
    assert shown < 10_000
    assert len(found.changes) <= MOST


def test_a_form_that_is_too_deep_is_not_compared() -> None:
    assert compare("form", b"[" * 100_000, b"{}", name_of).broken


def test_only_as_many_words_of_a_page_are_compared_as_time_allows(app: Flask) -> None:
    short = word_changes("один два три", "один четыре три")
    assert short == [("same", "один "), ("old", "два "), ("new", "четыре "), ("same", "три")]
    rewritten = [" ".join(f"{name}{number}" for number in range(301)) for name in "аб"]
    assert [state for state, _text in word_changes(*rewritten)] == ["old", "new"]
    alike = "да нет " * 120, "нет да " * 120
    with app.app_context():
        told = [len(word_changes(*alike)) for _number in range(5)]
    assert told[0] > 2
    assert told[-1] == 2
