"""Scenes of analytics, programmes and meetings: files of results, uploads of the people of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from app.files import operations as files
from app.files import queries as stored
from app.kernel.db import db
from app.people import queries as people
from app.schools.operations import results as assessments

HEAD = [
    *("Школа", "Предмет", "Процедура", "Год", "Класс", "Участников", "Средний балл", "Не преодолели минимум"),
    *("Задание 5: решение уравнений", "Задание 9: работа с текстом"),
]
ROWS: list[list[Any]] = [
    ["lebedyan-1", "математика", "ОГЭ", 2026, 9, 40, 3.1, 12, 35, 60],
    ["lebedyan-2", "математика", "ОГЭ", 2026, 9, 25, 3.9, 1, 71, 80],
    ["gryazi-1", "математика", "ВПР", 2026, 6, 30, None, None, 45, 41],
    ["gryazi-2", "русский язык", "ОГЭ", 2026, 9, 20, 3.4, 5, None, 38],
    ["gryazi-3", "литература", "ЕГЭ", 2026, 11, 10, 60, 0, None, 70],
]
WRONG = ["lebedyan-9", "математика", "ОГЭ", 2026, 9, 40, 3.1, 12, 35, 60]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def results_file(*rows: list[Any], head: list[Any] | None = None) -> bytes:
    """An Excel file of results."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Результаты"
    for row in [head or HEAD, *rows]:
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def results() -> Mapping[str, Any]:
    """Results of 2026 that ЦМОКО has imported."""
    with db.unit_of_work():
        analyst = people.actor_for("cmoko_analyst")
        run = assessments.upload_results(analyst, "результаты.xlsx", results_file(*ROWS))
        assert run.problems == []
        assessments.take_results(analyst, run.key)
    return {}


def results_files() -> Mapping[str, Any]:
    """Files that the analyst can attach. Facts: `good_file`, `bad_file` (one wrong row), `empty_file` (no head)."""
    contents = {
        "good_file": results_file(*ROWS),
        "bad_file": results_file(*ROWS, WRONG),
        "empty_file": results_file(["?"], head=["Что-то"]),
    }
    return {name: [_stored("cmoko_analyst", f"{name}.xlsx", content)] for name, content in contents.items()}


def paper(login: str = "programme_developer") -> Mapping[str, Any]:
    """The text of a programme. Facts: `paper`."""
    return {"paper": [_stored(login, "программа.pdf", PDF)]}


def paper_and_programme(login: str = "programme_developer") -> Mapping[str, Any]:
    """As `paper`, beside a programme that is in force. Facts: `dpp_id` too."""
    from .scenes import programme

    return {**paper(login), "in_force": programme()}


def _stored(login: str, name: str, content: bytes) -> dict[str, Any]:
    with db.unit_of_work():
        file = files.store_file(people.actor_for(login), name, BytesIO(content))
        return stored.reference(file)


SCENES = {each.__name__: each for each in (results, results_files, paper, paper_and_programme)}
