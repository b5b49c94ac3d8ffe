"""Reads the weekly Excel file of an outside provider: who has which status, and what is wrong where.

The head row has «Логин» or «Ф.И.О.», and «Статус»; the list of listeners that the platform gives out is such a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from openpyxl.utils import get_column_letter

from app.web import spreadsheets
from app.web.spreadsheets import Problem

from . import external

MOST_ROWS = 5000
_HEAD_ROWS, _MOST_COLUMNS = 10, 40
_HEADS = {
    "login": ("логин", "login"),
    "name": ("ф.и.о.", "фио", "слушатель", "фамилия, имя, отчество"),
    "status": ("статус",),
}


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One readable row; `login` or `name` is empty where the file has none; `column` is where the person stands."""

    sheet: str
    row: int
    column: str
    login: str
    name: str
    status: str


@dataclass(slots=True)
class Reading:
    """What a file holds."""

    rows: list[StatusRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes, file_name: str) -> Reading:
    """Read the file.

    Raises:
        Invalid: it is no Excel file (.xlsx), too large, damaged, or has no head row.
    """
    reading, found = Reading(), False
    with spreadsheets.opened(content, file_name) as book:
        for sheet in book.worksheets:
            found = _read_sheet(sheet, reading) or found
    if not found:
        raise spreadsheets.refused(_l("The file has no statuses: there is no head row with «Логин» and «Статус»."))
    return reading


def _read_sheet(sheet: Any, reading: Reading) -> bool:
    columns: dict[str, int] = {}
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            message = _l("Only the first %(most)s rows are read.", most=MOST_ROWS)
            reading.problems.append(Problem(sheet.title, number, "", message))
            break
        if not columns:
            columns = _head(cells)
            if not columns and number >= _HEAD_ROWS:
                return False
        elif any(_text(cells, index) for index in range(len(cells))):
            _read_row(sheet.title, number, cells, columns, reading)
    return bool(columns)


def _head(cells: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index in range(len(cells)):
        text = _text(cells, index).lower()
        for meaning, heads in _HEADS.items():
            if text in heads:
                found.setdefault(meaning, index)
    return found if "status" in found and found.keys() & {"login", "name"} else {}


def _read_row(sheet: str, number: int, cells: Sequence[Any], columns: dict[str, int], reading: Reading) -> None:
    login, name = (_text(cells, columns.get(key)) for key in ("login", "name"))
    said = _text(cells, columns["status"])
    who = get_column_letter(columns.get("login", columns.get("name", 0)) + 1)
    if not login and not name:
        reading.problems.append(Problem(sheet, number, who, _l("Nobody is named in this row.")))
        return
    meant = external.status(said)
    if meant is None:
        known = ", ".join(external.STATUSES)
        message = _l("«%(value)s» is no status. Possible: %(known)s.", value=said[:40], known=known)
        reading.problems.append(Problem(sheet, number, get_column_letter(columns["status"] + 1), message))
        return
    reading.rows.append(StatusRow(sheet, number, who, login, name, meant))


def _text(cells: Sequence[Any], index: int | None) -> str:
    value = cells[index].value if index is not None and index < len(cells) else None
    return " ".join(str(value).split()) if value is not None else ""
