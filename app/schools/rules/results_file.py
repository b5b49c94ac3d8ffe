"""Reads an Excel file with results of ВПР, ОГЭ and ЕГЭ: good rows, and for every other row what is wrong and where.

The head row has «Школа» (code or name), «Предмет», «Процедура», «Год», «Участников»; «Класс», «Средний балл»,
«Не преодолели минимум», «Признак необъективности» and columns `Задание 5: решение уравнений` (percentage of pupils who
did it) are taken when they are there. Every sheet with such a head is read, so each subject may have its own tasks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from openpyxl.utils import get_column_letter

from app.web import spreadsheets
from app.web.spreadsheets import Problem

MOST_ROWS = 20_000
MEGABYTES = 5
PROCEDURES = ("ВПР", "ОГЭ", "ЕГЭ", "региональный мониторинг")
FIRST_YEAR, LAST_GRADE = 2015, 11
_HEAD_ROWS, _MOST_COLUMNS = 10, 80
HEADS = {
    "school": ("школа", "код школы", "образовательная организация", "оо"),
    "subject": ("предмет",),
    "procedure": ("процедура", "оценочная процедура"),
    "year": ("год",),
    "grade": ("класс",),
    "participants": ("участников", "количество участников"),
    "mean": ("средний балл",),
    "below_min": ("не преодолели минимум", "не преодолели минимум, чел."),
    "bias": ("признак необъективности",),
}
NEEDED = ("school", "subject", "procedure", "year", "participants")
_TASK = re.compile(r"задание\s+(\S{1,20}?)\s*:\s*(.{1,300})", re.IGNORECASE)
Columns = dict[str, int]
_T = TypeVar("_T")
Tasks = dict[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """One readable row; `school` as the file names it."""

    sheet: str
    row: int
    school: str
    subject: str
    procedure: str
    year: int
    grade: int
    participants: int
    mean: Decimal | None
    below_min: int | None
    bias: bool
    tasks: list[dict[str, Any]]


@dataclass(slots=True)
class Reading:
    """What a file holds."""

    rows: list[AssessmentRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Wrong(Exception):
    def __init__(self, column: int, message: object) -> None:
        super().__init__()
        self.column, self.message = column, message


def read(content: bytes, file_name: str) -> Reading:
    """Read the file.

    Raises:
        Invalid: it is no Excel file (.xlsx), too large, damaged, or has no head row.
    """
    reading, found = Reading(), False
    with spreadsheets.opened(content, file_name, megabytes=MEGABYTES, unpacked_megabytes=100) as book:
        for sheet in book.worksheets:
            found = _read_sheet(sheet, reading) or found
    if not found:
        raise spreadsheets.refused(
            _l("The file has no results: there is no head row with «Школа», «Предмет», «Процедура», «Год» and others.")
        )
    return reading


def _read_sheet(sheet: Any, reading: Reading) -> bool:
    """Whether the sheet has a head."""
    columns: Columns = {}
    tasks: Tasks = {}
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            message = _l("Only the first %(most)s rows are read.", most=MOST_ROWS)
            reading.problems.append(Problem(sheet.title, number, "", message))
            break
        if not columns:
            columns, tasks = _head(cells)
            if not columns and number >= _HEAD_ROWS:
                return False
        elif any(not _blank(cell) for cell in cells):
            try:
                reading.rows.append(_row(sheet.title, number, cells, columns, tasks))
            except _Wrong as wrong:
                letter = get_column_letter(wrong.column + 1)
                reading.problems.append(Problem(sheet.title, number, letter, wrong.message))
    return bool(columns)


def _head(cells: Sequence[Any]) -> tuple[Columns, Tasks]:
    """Columns by meaning, if this row is the head; tasks by column."""
    columns: Columns = {}
    tasks: Tasks = {}
    for index, cell in enumerate(cells):
        text = _text(cell)
        if task := _TASK.fullmatch(text):
            tasks[index] = (task[1], task[2].strip())
        for meaning, heads in HEADS.items():
            if text.lower() in heads:
                columns.setdefault(meaning, index)
    return (columns, tasks) if columns.keys() >= set(NEEDED) else ({}, {})


def _row(sheet: str, number: int, cells: Sequence[Any], columns: Columns, tasks: Tasks) -> AssessmentRow:
    def cell(meaning: str) -> tuple[Any, int]:
        at = columns.get(meaning, -1)
        return (cells[at], at) if 0 <= at < len(cells) else (None, max(at, 0))

    participants = _whole(*_given(*cell("participants")), lambda found: found >= 1)
    below = _optional(_whole, *cell("below_min"))
    if below is not None and not 0 <= below <= participants:
        raise _Wrong(columns["below_min"], _l("More pupils below the minimum than participants."))
    procedure, at = _given(*cell("procedure"))
    named = next((each for each in PROCEDURES if each.lower() == _text(procedure).lower()), None)
    if named is None:
        raise _Wrong(at, _l("The procedure must be one of: %(procedures)s.", procedures=", ".join(PROCEDURES)))
    return AssessmentRow(
        sheet=sheet,
        row=number,
        school=_text(_given(*cell("school"))[0]),
        subject=_text(_given(*cell("subject"))[0]).lower(),
        procedure=named,
        year=_whole(*_given(*cell("year")), lambda found: FIRST_YEAR <= found <= 2100),
        grade=_optional(_whole, *cell("grade"), lambda found: 1 <= found <= LAST_GRADE) or 0,
        participants=participants,
        mean=_optional(_decimal, *cell("mean")),
        below_min=below,
        bias=_text(cell("bias")[0]).lower() in ("да", "1", "+"),
        tasks=_tasks(cells, tasks),
    )


def _tasks(cells: Sequence[Any], tasks: Tasks) -> list[dict[str, Any]]:
    found = []
    for index, (task, skill) in tasks.items():
        pct = _optional(_decimal, cells[index] if index < len(cells) else None, index)
        if pct is None:
            continue
        if "%" in str(getattr(cells[index], "number_format", "")) and not isinstance(cells[index].value, str):
            pct *= 100
        if not 0 <= pct <= 100:
            raise _Wrong(index, _l("A percentage lies between 0 and 100."))
        found.append({"task": task, "skill": skill, "pct": float(pct)})
    return found


def _given(cell: Any, at: int) -> tuple[Any, int]:
    if _blank(cell):
        raise _Wrong(at, _l("The cell is empty."))
    return cell, at


def _optional(reader: Callable[..., _T], cell: Any, at: int, *more: Any) -> _T | None:
    return None if _blank(cell) else reader(cell, at, *more)


def _decimal(cell: Any, at: int) -> Decimal:
    text = _text(cell).removesuffix("%").strip().replace(",", ".").replace(" ", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _Wrong(at, _l("«%(value)s» is not a number.", value=_text(cell)[:40])) from None
    if not value.is_finite() or abs(value) > 10**9:
        raise _Wrong(at, _l("«%(value)s» is not a number.", value=_text(cell)[:40]))
    return value


def _whole(cell: Any, at: int, fits: Callable[[int], bool] | None = None) -> int:
    value = _decimal(cell, at)
    if value != int(value) or (fits is not None and not fits(int(value))):
        raise _Wrong(at, _l("«%(value)s» cannot stand here.", value=_text(cell)[:40]))
    return int(value)


def _text(cell: Any) -> str:
    return "" if _blank(cell) else " ".join(str(cell.value).split())


def _blank(cell: Any) -> bool:
    return cell is None or cell.value is None or not str(cell.value).strip()
