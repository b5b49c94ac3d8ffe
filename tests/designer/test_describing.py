"""A process in words. Sentences that are expected in Russian name their language; the others are English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from app.designer.describing import conditions, tables, terms
from app.designer.describing.description import Description, Known, describe
from app.engine.decisions import read_decisions
from app.engine.drawing import Drawing, Flow, Node, read_drawing
from app.engine.narrative import narrate
from app.forms.reading import read_form

ROOT = Path(__file__).parents[2]
MODELS = Path(__file__).parents[1] / "inbox" / "models"
FILES = sorted(ROOT.glob("workflows/*/*.bpmn"))
SLA = {"review_by_head": 3}
LABELS = conditions.Labels(
    {"score": "Балл", "outcome": "ответ", "agreed": "Согласие", "rows": "Строки"},
    {("outcome", "return"): "Вернуть"},
)


@pytest.fixture
def russian(app: Flask) -> Iterator[None]:
    with app.test_request_context(), force_locale("ru"):
        yield


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("score >= 95", "«Балл» не меньше 95"),
        ("=score < 60 and agreed", "«Балл» меньше 60 и «Согласие» — да"),
        ('submission.outcome = "return" or score = null', "«ответ» — Вернуть или не заполнено «Балл»"),
        ("score != 5 and not(agreed)", "«Балл» — не 5 и «Согласие» — нет"),
        ("count(rows) > 0", "число записей в «Строки» больше 0"),
        ('outcome in ("a", "return")', "«ответ» — одно из: a, Вернуть"),
        ('list contains(rows, "x or y")', "в «Строки» есть x or y"),
        ("score > 1 and agreed or rows", None),
        ("stranger = 1", None),
        ("some x in rows satisfies x > 1", None),
    ],
)
def test_simple_conditions_become_words_and_others_stay_unsaid(condition: str, words: str | None) -> None:
    assert conditions.in_words(condition, LABELS) == words


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("3 wd", "3 рабочих дня"),
        ('=string(sla.review_by_head) + " wd"', "3 рабочих дня"),
        ("P1D", "1 день"),
        ("PT2H30M", "2 часа 30 минут"),
        ('=duration("P3M")', "3 месяца"),
        ("=add business days(today(), sla.review_by_head + 2)", "5 рабочих дней"),
        ("=held_on", "по датам процесса"),
        ("2026-06-01", "1 июня 2026\u202fг."),
        ("0 0 6 5 6 *", "каждый год: 5 июня, в 06:00"),
        ("0 0 6 17 3,10 *", "каждый год: 17 марта, 17 октября, в 06:00"),
        ("0 0 6 40 13 *", "по расписанию"),
        ("R/P7D", "снова и снова, каждый раз через 7 дней"),
        ("R3/PT1H", "3 раза, каждый раз через 1 час"),
    ],
)
def test_terms_and_timers_in_words(written: str, words: str) -> None:
    assert terms.moment(written, SLA) == words


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("test", "words"),
    [
        (None, "любое"),
        (">= 95", "не меньше 95"),
        ("[60..95)", "от 60 меньше 95"),
        ('"ШНОР","ШНСУ"', "ШНОР или ШНСУ"),
        ("not(null)", "не: не заполнено"),
        ("true", "да"),
        ("date(x) > today()", "date(x) > today()"),
    ],
)
def test_cells_of_a_table_in_words(test: str | None, words: str) -> None:
    assert tables.cell(test) == words


@pytest.mark.usefixtures("russian")
def test_the_request_is_told_with_its_forms_terms_and_table() -> None:
    drawing = read_drawing((MODELS / "request.bpmn").read_text(encoding="utf-8"), "request")
    forms = [form for path in MODELS.glob("*.form") if (form := read_form(path.read_bytes())[0]) is not None]
    decisions = read_decisions((MODELS / "urgency.dmn").read_bytes()).decisions
    known = Known({form.form_id: form for form in forms}, {key: tables.told(one) for key, one in decisions.items()})
    found = describe(drawing, known, hidden=["answer"])
    by_id = {step.element_id: step for step in found.steps}
    assert by_id["fill"].head == "Педагог: «Заполнить заявку»"
    assert [fact.kind for fact in by_id["urgency"].facts] == ["decision"]
    assert any(way.number == by_id["fill"].number and way.when == "вернуть" for way in by_id["agreed"].onward)
    assert not by_id["answer"].facts
    assert not by_id["answer"].help
    assert found.participants[:2] == ("Педагог", "Руководитель ОО")
    assert {end.name for end in found.ends} >= {"Ответ получен", "Отказано"}
    assert found.forms
    assert found.decisions[0].rows


def told_ids(found: Description) -> set[str]:
    """Everything that a description mentions."""
    ids = {step.element_id for step in found.steps}
    for step in found.steps:
        ids.update(step.goes_on, *(way.flows for way in step.onward))
    return ids


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_flow_of_every_model_of_the_installation_is_told(app: Flask, file: Path) -> None:
    xml = file.read_text(encoding="utf-8")
    with app.test_request_context(), force_locale("ru"):
        for process in etree.fromstring(xml.encode()).iter("{*}process"):
            drawing = read_drawing(xml, process.get("id") or "")
            found = describe(drawing, Known())
            assert set(drawing.flows) <= told_ids(found)
            for step in found.steps:
                said = [step.head, *(fact.text for fact in step.facts), *(way.when for way in step.onward)]
                assert not [text for text in said if text.startswith("=") or " and " in text or "null" in text]


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """Any graph at all: loops, loose ends, nameless gateways in a circle, boundary events, parts."""
    kinds = st.sampled_from(
        ["userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "subProcess", "endEvent", "callActivity"]
    )
    count = draw(st.integers(1, 8))
    drawing = Drawing("p", "P", "")
    for number in range(count):
        outer = [node.id for node in drawing.nodes.values() if node.kind == "subProcess"]
        parent = draw(st.sampled_from(["", *outer]))
        drawing.nodes[f"n{number}"] = Node(
            f"n{number}", draw(kinds), draw(st.sampled_from(["", "Имя"])), "", "", parent
        )
    for number in range(draw(st.integers(0, 12))):
        source = draw(st.sampled_from(list(drawing.nodes.values())))
        beside = [node.id for node in drawing.nodes.values() if node.parent == source.parent]
        target = draw(st.sampled_from(beside))
        drawing.flows[f"f{number}"] = Flow(f"f{number}", source.id, target, "", draw(st.sampled_from(["", "x > 1"])))
    return drawing


@given(drawings())
def test_whatever_is_drawn_every_node_and_flow_that_can_be_reached_is_told_once(drawing: Drawing) -> None:
    steps = narrate(drawing)
    ids = [step.element_id for step in steps]
    assert len(ids) == len(set(ids))
    told = set(ids)
    for step in steps:
        told.update(step.goes_on, *((way.flow.id, *way.through) for way in step.ways))
    silent = set(drawing.nodes) - set(ids)
    assert all(len(drawing.outgoing(node)) == 1 and not drawing.nodes[node].name for node in silent)
    assert {flow.id for flow in drawing.flows.values() if flow.source not in silent} <= told
    unreached = {node for node in silent if not drawing.incoming(node)}
    while grown := {node for node in silent - unreached if {f.source for f in drawing.incoming(node)} <= unreached}:
        unreached |= grown
    assert {flow.id for flow in drawing.flows.values() if flow.source not in unreached} <= told
