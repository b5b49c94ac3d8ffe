"""Decisions in a draft: Excel out and in, test rows, and their gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from openpyxl import Workbook, load_workbook
from sqlalchemy import Connection

from app.designer import gates, operations, queries
from app.designer.rules import rows, tables
from app.designer.rules.rows import Row, Rows
from app.engine.decisions import read_decisions
from app.engine.views import Resource
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.people.queries import actor_for

from . import building

pytestmark = pytest.mark.usefixtures("work")
LEVEL = building.decision().content
ENDLESS = b"some a in 1..999 satisfies some b in 1..999 satisfies some c in 1..999 satisfies c &lt; 0"
SHEET = "Уровень владения предметными ко"
RIGHT: Rows = {
    "test_level": [Row({"score_pct": "97,5"}, {"level": "достаточный", "positive": "да"}), Row({"score_pct": "94.9"})]
}


@pytest.fixture
def work(app: Flask, connection: Connection) -> Iterator[None]:
    with app.test_request_context("/"), force_locale("ru"), db.unit_of_work():
        yield


@pytest.fixture
def designer() -> Actor:
    return actor_for("designer")


def sheet_of(designer: Actor) -> tuple[Any, Any]:
    """The exported workbook and its only sheet, as Excel opens them."""
    book = load_workbook(BytesIO(operations.deciding.export(designer, LEVEL)))
    return book, book[SHEET]


def taken(designer: Actor, book: Workbook) -> operations.deciding.Imported:
    """What the workbook would make of the decision."""
    target = BytesIO()
    book.save(target)
    return operations.deciding.read_workbook(designer, LEVEL, target.getvalue(), "таблица.xlsx")


def test_a_table_comes_back_from_excel_as_it_went(designer: Actor) -> None:
    book, sheet = sheet_of(designer)
    assert [cell.value for cell in sheet[2]][:2] == ["Процент выполнения, без округления", "Уровень"]
    assert sheet["A4"].value == "[test_level_parameters.sufficient_min..100]"
    assert sheet["B4"].value == '"достаточный"'
    found = taken(designer, book)
    assert found.changes == ()
    assert tables.grids(found.content) == tables.grids(LEVEL)


def test_only_what_differs_in_excel_is_changed(designer: Actor) -> None:
    book, sheet = sheet_of(designer)
    sheet["B5"].value = '"приемлемый"'
    sheet["E6"].value = False  # as Excel keeps a truth
    sheet.append(["> 100", '"ошибка"', "false", "false", "true", 95, "Больше ста быть не может"])
    found = taken(designer, book)
    ((grid, changes),) = found.changes
    assert grid.decision == "test_level"
    assert [(change.kind, change.number, change.changed) for change in changes] == [
        ("changed", 2, (1,)),
        ("changed", 3, (4,)),
        ("added", 4, ()),
    ]
    model = read_decisions(found.content)
    outcomes = rows.run(model, "test_level", [Row({"score_pct": "101"}), Row({"score_pct": "12"})], rows.deadline())
    assert [outcome.answers[0].text for outcome in outcomes] == ["ошибка", "неудовлетворительный"]
    assert outcomes[1].answers[3].text == "false"
    assert b'<rule id="test_level_rule1">' in found.content, "what stays keeps its id"
    assert b"dmndi:DMNShape" in found.content
    assert b'modeler:executionPlatform="Camunda Cloud"' in found.content


def break_cell(sheet: Any) -> None:
    sheet["B5"].value = "допустимый уровень"


def break_syntax(sheet: Any) -> None:
    sheet["A6"].value = "[0.."


def break_head(sheet: Any) -> None:
    sheet["A3"].value = "percent"


def break_failed(sheet: Any) -> None:
    sheet["A6"].value = "#REF!"


def add_column(sheet: Any) -> None:
    sheet["H3"].value = "extra"


def rename(sheet: Any) -> None:
    sheet.title = "Лист1"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            break_cell,
            "Лист «Уровень владения предметными ко», строка 5, столбец B: здесь ничего не называется «допустимый",
        ),
        (break_syntax, "строка 6, столбец A: «[0..» не прочитать. Тексты пишутся в кавычках"),
        (break_head, "строка 3, столбец A: здесь в таблице столбец «score_pct», а в файле «percent»."),
        (break_failed, "строка 6, столбец A: Excel пишет здесь «#REF!»"),
        (add_column, "строка 3, столбец H: в таблице нет столбца «extra»."),
        (rename, "Лист «Лист1»: ни одна таблица этого решения не называется как лист."),
    ],
)
def test_a_broken_sheet_is_refused_by_its_place(designer: Actor, spoil: Callable[[Any], None], said: str) -> None:
    book, sheet = sheet_of(designer)
    spoil(sheet)
    with pytest.raises(Invalid) as refusal:
        taken(designer, book)
    assert said in "\n".join(str(message) for message in refusal.value.errors["file"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"<definitions/>"])
def test_what_is_no_workbook_is_refused(designer: Actor, content: bytes) -> None:
    with pytest.raises(Invalid):
        operations.deciding.read_workbook(designer, LEVEL, content, "таблица.xlsx")


def test_rows_say_what_came_out_and_by_which_rule(designer: Actor) -> None:
    wrong: Rows = {"test_level": [Row({"score_pct": "80"}, {"level": "допустимый"}), Row({"score_pct": "много"})]}
    level, limits = operations.deciding.try_rows(designer, LEVEL, wrong)
    assert [value.name for value in level.inputs] == ["score_pct"]
    assert [value.name for value in level.answers][:2] == ["level", "positive"]
    first, second = level.outcomes
    assert (first.answers[0].text, first.answers[0].right, first.right) == ("неудовлетворительный", False, False)
    assert first.hits == (("Уровень владения предметными компетенциями", (3,)),)
    assert second.problem == "«Процент выполнения, без округления»: такое значение сюда не подходит."
    assert (limits.inputs, limits.answers[0].name) == ((), "")
    (made,) = rows.run(
        read_decisions(LEVEL),
        "test_level_parameters",
        [Row({}, {"": "{sufficient_min: 95, pass_min: 95}"})],
        rows.deadline(),
    )
    assert made.right
    assert made.answers[0].right is True


def test_a_row_without_end_is_stopped_and_the_others_are_not_begun(designer: Actor) -> None:
    endless = LEVEL.replace(b"{sufficient_min: 95, pass_min: 95}", ENDLESS)
    many: Rows = {"test_level_parameters": [Row({}, {"": "1"})] * 20}
    outcomes = operations.deciding.try_rows(designer, endless, many)[1].outcomes
    assert "слишком долго" in outcomes[0].problem
    assert all("Не вычислено" in outcome.problem for outcome in outcomes[1:])
    assert operations.deciding.try_rows(designer, LEVEL, RIGHT)[0].outcomes[0].right, "the evaluator goes on"


def gate_of(designer: Actor, key: int) -> gates.Passed:
    """What the gate of the test rows says of a draft."""
    return next(each for each in gates.ask(designer, queries.drafts.draft(designer, key)) if each.name == "rows")


def test_kept_rows_are_a_gate_and_two_people_do_not_overwrite_each_other(designer: Actor) -> None:
    key = operations.drafts.create(designer, "Пороги", files=[building.decision()])
    (file,) = queries.drafts.draft(designer, key).files
    assert operations.deciding.keep_rows(designer, key, file.name, RIGHT, 0) == 1
    assert queries.test_rows.rows_of(designer, queries.drafts.draft(designer, key), file.name) == (RIGHT, 1)
    assert gate_of(designer, key).open
    assert [each.name for each in queries.drafts.resources(designer, key)] == ["test_level.dmn"], "not deployed"

    changed: Rows = {"test_level": [Row({"score_pct": "80"}, {"level": "допустимый"})]}
    assert operations.deciding.keep_rows(designer, key, file.name, changed, 1) == 2
    with pytest.raises(Conflict):
        operations.deciding.keep_rows(actor_for("designer2"), key, file.name, RIGHT, 1)
    (finding,) = gate_of(designer, key).findings
    assert finding.element_id == "test_level"
    assert finding.text == "Строка проверки 1: «Уровень» — «неудовлетворительный», а должно быть «допустимый»."
    lower = LEVEL.replace(b"pass_min: 95", b"pass_min: 60")
    operations.drafts.save(designer, file.key, lower, 1)
    assert gate_of(designer, key).open


def test_all_decisions_of_a_draft_share_one_limit_of_time(designer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("one.dmn", "two.dmn")
    key = operations.drafts.create(designer, "Пороги", files=[Resource(name, LEVEL) for name in names])
    for name in names:
        operations.deciding.keep_rows(designer, key, name, {"test_level": [Row({"score_pct": "97"})]}, 0)
    assert gate_of(designer, key).open
    monkeypatch.setattr(rows, "GATE_SECONDS", 1.5)
    monkeypatch.setattr(rows, "time", SimpleNamespace(monotonic=count().__next__))
    (finding,) = gate_of(designer, key).findings
    assert (finding.resource, finding.severity) == ("two.dmn", "error")
    assert "Не вычислено" in finding.text


def test_pages_of_rows_and_workbooks(browse: Any, designer: Actor) -> None:
    key = operations.drafts.create(designer, "Пороги", files=[building.decision(), building.form_file()])
    decision, form = (file.key for file in queries.drafts.draft(designer, key).files)
    at = f"/designer/drafts/{key}/files"
    page = browse("designer")
    workbook = page.get(f"{at}/{decision}/xlsx")
    assert workbook.status_code == 200
    assert load_workbook(BytesIO(workbook.data)).sheetnames == [SHEET]
    assert page.get(f"{at}/{form}/xlsx").status_code == 404
    assert page.get(f"{at}/{decision}/rows").json["decisions"][0]["id"] == "test_level"
