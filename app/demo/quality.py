"""What the stories of analytics, programmes and meetings need: results of schools, papers, days around the present."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from app.engine.scenarios import Scene
from app.files import operations as files
from app.files import queries as stored
from app.kernel import clock
from app.kernel.db import db
from app.people import queries as people

ZONE = ZoneInfo("Europe/Moscow")
_HEAD = [
    *("Школа", "Предмет", "Процедура", "Год", "Класс", "Участников", "Средний балл", "Не преодолели минимум"),
    *("Задание 6: решение уравнений", "Задание 21: текстовые задачи", "Задание 2: работа с текстом"),
]
_SCHOOLS = (
    *("lebedyan-1", "lebedyan-2", "lebedyan-3", "gryazi-1", "gryazi-2", "gryazi-3"),
    *("lebedyan-4", "lebedyan-5", "lebedyan-6", "lebedyan-7", "lebedyan-8"),
)
_FIGURES = {
    "математика": ((46, 3.1, 12, 38, 12, None), (28, 3.6, 3, 62, 31, None), (51, 3.9, 2, 74, 40, None)),
    "русский язык": ((46, 3.4, 10, None, None, 41), (28, 3.8, 1, None, None, 63), (51, 4.1, 0, None, None, 78)),
}
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"  # noqa: E501


def scenes(now: datetime) -> Mapping[str, Scene]:
    """The scenes by name, told around one present moment."""

    def results(subjects: list[str], procedure: str, grade: int) -> Mapping[str, Any]:
        """A file with results of all schools but one, which has none yet. Facts: `results_file`."""
        year = clock.now().year
        rows = [
            [school, subject, procedure, year, grade, *_FIGURES[subject][number % 3]]
            for subject in subjects
            for number, school in enumerate(_SCHOOLS)
        ]
        with db.unit_of_work():
            analyst = people.actor_for("cmoko_analyst")
            file = files.store_file(analyst, f"{procedure}_{year}.xlsx", BytesIO(workbook(rows)))
            return {"results_file": [stored.reference(file)]}

    def paper(login: str) -> Mapping[str, Any]:
        """The text of a programme, uploaded by its author. Facts: `paper`."""
        with db.unit_of_work():
            file = files.store_file(people.actor_for(login), "Программа.pdf", BytesIO(_PDF))
            return {"paper": [stored.reference(file)]}

    def days(**offsets: int) -> Mapping[str, Any]:
        """Days from now by name: `on.name` at ten o'clock, `day.name` as a date."""
        moments = {name: (now + timedelta(days=number)).astimezone(ZONE) for name, number in offsets.items()}
        at_ten = {name: at.replace(hour=10, minute=0, second=0, microsecond=0) for name, at in moments.items()}
        return {
            "on": {name: at.isoformat() for name, at in at_ten.items()},
            "day": {name: at.date().isoformat() for name, at in moments.items()},
        }

    return {"results": results, "paper": paper, "days": days}


def workbook(rows: list[list[Any]]) -> bytes:
    """An Excel file with results, as the assessment centre sends it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Результаты")
    for row in [_HEAD, *rows]:
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()
