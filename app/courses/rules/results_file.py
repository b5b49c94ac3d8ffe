"""Reads an Excel file of test results: good rows, and for every other row what is wrong and where.

The file has a head row with «Логин» or «Ф.И.О.», and «Баллы» with «Максимум» (or «Процент», then the maximum is 100);
«Дата» and columns `Раздел: <name> (<maximum>)` are taken when they are there. Every sheet with such a head is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from openpyxl.utils import get_column_letter

from app.kernel.errors import Invalid
from app.web import spreadsheets
from app.web.spreadsheets import Problem

from . import scores

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2000
_HEAD_ROWS, _MOST_COLUMNS = 10, 60
_LOGIN, _NAME, _POINTS, _MAXIMUM, _PERCENT, _DATE = "login", "name", "points", "maximum", "percent", "date"
_HEADS = {
    _LOGIN: ("логин", "login"),
    _NAME: ("ф.и.о.", "фио", "фамилия, имя, отчество", "слушатель", "педагог"),
    _POINTS: ("баллы", "балл", "набрано баллов", "набрано"),
    _MAXIMUM: ("максимум", "максимум баллов", "макс. балл", "максимальный балл"),
    _PERCENT: ("процент", "%", "% выполнения", "% выполнения заданий", "результат, %"),
    _DATE: ("дата", "дата тестирования"),
}
_SECTION = re.compile(r"раздел:\s*(.+?)\s*\(\s*(\d+(?:[.,]\d+)?)\s*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One readable row: who, and what she scored. `impossible`: the score lies outside 0…maximum."""

    sheet: str
    row: int
    login: str
    name: str
    points: Decimal
    maximum: Decimal
    taken_on: date | None
    items: list[dict[str, Any]] = field(default_factory=list)
    impossible: bool = False
    column: str = ""


@dataclass(slots=True)
class Reading:
    """What a file holds; `empty` counts rows of people without a result."""

    rows: list[ResultRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    empty: int = 0


class _CellProblem(Exception):
    def __init__(self, column: int, message: object) -> None:
        super().__init__()
        self.column, self.message = column, message


def read_results(content: bytes, file_name: str) -> Reading:
    """Read the file.

    Raises:
        Invalid: it is no Excel file (.xlsx), too large, or damaged.
    """
    reading = Reading()
    with spreadsheets.opened(content, file_name) as book:
        for sheet in book.worksheets:
            _read_sheet(sheet, reading)
    if not reading.rows and not reading.problems and not reading.empty:
        raise spreadsheets.refused(_l("The file has no results: there is no head row with «Логин» and «Баллы»."))
    return reading


def _read_sheet(sheet: Any, reading: Reading) -> None:
    columns: dict[str, int] = {}
    sections: dict[int, tuple[str, Decimal]] = {}
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            message = _l("Only the first %(most)s rows are read.", most=MOST_ROWS)
            reading.problems.append(Problem(sheet.title, number, "", message))
            return
        if not columns:
            columns, sections = _head(cells)
            if not columns and number >= _HEAD_ROWS:
                return
        elif any(cell.value not in (None, "") for cell in cells):
            _read_row(sheet.title, number, cells, columns, sections, reading)


def _head(cells: Sequence[Any]) -> tuple[dict[str, int], dict[int, tuple[str, Decimal]]]:
    """Columns by meaning, if this row is the head; sections by column."""
    found: dict[str, int] = {}
    sections: dict[int, tuple[str, Decimal]] = {}
    for index, cell in enumerate(cells):
        text = " ".join(str(cell.value or "").split())
        section = _SECTION.fullmatch(text)
        if section:
            sections[index] = (section[1], scores.number(section[2]))
        for meaning, heads in _HEADS.items():
            if text.lower() in heads:
                found.setdefault(meaning, index)
    if ({_LOGIN, _NAME} & found.keys()) and ({_POINTS, _PERCENT} & found.keys()):
        return found, sections
    return {}, {}


def _read_row(
    sheet: str,
    number: int,
    cells: Sequence[Any],
    columns: dict[str, int],
    sections: dict[int, tuple[str, Decimal]],
    reading: Reading,
) -> None:
    def cell(meaning: str) -> Any:
        index = columns.get(meaning)
        return cells[index] if index is not None and index < len(cells) else None

    try:
        login, name = _text(cell(_LOGIN)), _text(cell(_NAME))
        if not login and not name:
            raise _CellProblem(columns.get(_LOGIN, columns.get(_NAME, 0)), _l("Nobody is named in this row."))
        if _blank(cell(_POINTS)) and _blank(cell(_PERCENT)):
            reading.empty += 1
            return
        points, maximum, at = _score(cell, columns)
        reading.rows.append(
            ResultRow(
                sheet=sheet,
                row=number,
                login=login,
                name=name,
                points=points,
                maximum=maximum,
                taken_on=_day(cell(_DATE), columns.get(_DATE, 0)),
                items=list(_items(cells, sections)),
                impossible=not 0 <= points <= maximum,
                column=get_column_letter(at + 1),
            )
        )
    except _CellProblem as problem:
        reading.problems.append(Problem(sheet, number, get_column_letter(problem.column + 1), problem.message))


def _score(cell: Any, columns: dict[str, int]) -> tuple[Decimal, Decimal, int]:
    """Points, maximum and the column that says the points."""
    if not _blank(cell(_POINTS)):
        at = columns[_POINTS]
        points = _number(cell(_POINTS), at)
        if _MAXIMUM not in columns or _blank(cell(_MAXIMUM)):
            raise _CellProblem(columns.get(_MAXIMUM, at), _l("The maximum is missing."))
        maximum = _number(cell(_MAXIMUM), columns[_MAXIMUM])
        if not 0 < maximum <= scores.MAX_POINTS:
            raise _CellProblem(columns[_MAXIMUM], _l("The maximum must be greater than 0."))
        return points, maximum, at
    at = columns[_PERCENT]
    found = cell(_PERCENT)
    value = _number(found, at)
    if "%" in str(getattr(found, "number_format", "")) and not isinstance(found.value, str):
        value = Decimal(f"{(value * 100).normalize():f}")
    return value, Decimal(100), at


def _items(cells: Sequence[Any], sections: dict[int, tuple[str, Decimal]]) -> Iterator[dict[str, Any]]:
    for index, (title, maximum) in sections.items():
        if index < len(cells) and not _blank(cells[index]):
            points = _number(cells[index], index)
            if not 0 <= points <= maximum:
                raise _CellProblem(index, _l("The points of the section exceed its maximum."))
            yield {"section": title, "max_points": float(maximum), "points": float(points)}


def _number(cell: Any, column: int) -> Decimal:
    value = cell.value
    if isinstance(value, str):
        value = value.strip().removesuffix("%").strip()
    try:
        return scores.number(value)
    except Invalid:
        raise _CellProblem(column, _l("«%(value)s» is not a number.", value=str(cell.value)[:40])) from None


def _day(cell: Any, column: int) -> date | None:
    if _blank(cell):
        return None
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(value).strip(), pattern).date()
        except ValueError:
            continue
    raise _CellProblem(column, _l("«%(value)s» is not a date.", value=str(value)[:40]))


def _text(cell: Any) -> str:
    return "" if _blank(cell) else " ".join(str(cell.value).split())


def _blank(cell: Any) -> bool:
    return cell is None or cell.value is None or str(cell.value).strip() == ""
