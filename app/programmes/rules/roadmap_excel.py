"""Reads a roadmap from Excel: a head row with «№», «Мероприятие» and «Сроки»; rows without a period name sections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.web import spreadsheets

from .drafts import Reading, Row, Section, problem, text

MEGABYTES = 5
MOST_ROWS = 5000
HEADS = {
    "number": ("№", "№ п/п", "номер", "n"),
    "title": ("мероприятие", "наименование мероприятия", "мероприятия"),
    "period": ("сроки", "срок", "сроки реализации", "сроки проведения"),
    "executors": ("исполнители", "исполнитель", "ответственные", "ответственный"),
    "result": ("результат", "результаты", "ожидаемый результат"),
    "document": ("документ, фиксирующий результат", "документ", "документы, фиксирующие результат"),
    "control": ("форма контроля",),
    "section": ("раздел", "задача", "трек"),
    "process": ("процесс",),
    "follows": ("следует за", "региональное мероприятие"),
    "groups": ("целевая группа",),
    "start": ("начало", "дата начала"),
    "end": ("окончание", "дата окончания"),
}
NEEDED = ("number", "title", "period")
_HEAD_ROWS, _MOST_COLUMNS = 15, 30


def read(content: bytes, file_name: str) -> Reading:
    """Read the file.

    Raises:
        Invalid: it is no Excel file (.xlsx), too large, damaged, or has no head row.
    """
    reading, found = Reading(), False
    with spreadsheets.opened(content, file_name, megabytes=MEGABYTES) as book:
        for sheet in book.worksheets:
            found = _sheet(sheet, reading) or found
    if not found:
        raise spreadsheets.refused(
            _l("The file has no roadmap: there is no head row with «№», «Мероприятие» and «Сроки».")
        )
    return reading


def _sheet(sheet: Any, reading: Reading) -> bool:
    columns: dict[str, int] = {}
    section = reading.sections[-1].number if reading.sections else ""
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), start=1):
        if number > MOST_ROWS:
            message = _l("Only the first %(most)s rows are read.", most=MOST_ROWS)
            reading.problems.append(problem(sheet.title, number, message))
            break
        if not columns:
            columns = _head(cells)
            if not columns and number >= _HEAD_ROWS:
                return False
        elif any(text(cell) for cell in cells):
            section = _row(sheet.title, number, cells, columns, section, reading)
    return bool(columns)


def _head(cells: Sequence[Any]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        for meaning, heads in HEADS.items():
            if text(cell).lower() in heads:
                columns.setdefault(meaning, index)
    return columns if columns.keys() >= set(NEEDED) else {}


def _row(sheet: str, number: int, cells: Sequence[Any], columns: dict[str, int], section: str, reading: Reading) -> str:
    """Read a row; returns the section that the next ones belong to."""
    raw = {name: cells[at] if at < len(cells) else None for name, at in columns.items()}
    given = {name: text(value) for name, value in raw.items()}
    named = given.get("section") or ""
    if not given["period"] and not given["title"] and not named:
        heading = next(text(cell) for cell in cells if text(cell))
        reading.sections.append(Section(str(len(reading.sections) + 1), heading))
        return reading.sections[-1].number
    if not given["period"] and not given.get("executors") and not given.get("document") and given["title"]:
        reading.sections.append(Section(given["number"] or str(len(reading.sections) + 1), given["title"]))
        return reading.sections[-1].number
    if named and named not in (each.number for each in reading.sections):
        reading.sections.append(Section(named, named))
    row = Row(sheet, number, section=named or section or "1")
    for name in ("number", "title", "period", "executors", "result", "document", "control", "process", "follows"):
        setattr(row, name, given.get(name, ""))
    row.groups = [each.strip() for each in given.get("groups", "").split(",") if each.strip()]
    try:
        row.windows = _window(raw.get("start"), raw.get("end"))
    except ValueError:
        message = _l("A date is written as 15.04.2026.")
        reading.problems.append(problem(sheet, number, message))
        return row.section
    if not reading.sections:
        reading.sections.append(Section("1", reading.title or str(_l("Measures"))))
    reading.rows.append(row)
    return row.section


def _window(start: Any, end: Any) -> list[dict[str, str]]:
    first, last = _day(start), _day(end) or _day(start)
    return [{"from": f"{first:%Y-%m}", "to": f"{last:%Y-%m}"}] if first and last else []


def _day(value: Any) -> date | None:
    if value is None or not text(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return datetime.strptime(text(value), "%d.%m.%Y").date()
