"""Items as rows of an Excel sheet: read with a report of every cell, written, and a template to fill in.

A sheet has a head row with at least «Тема», «Вид» and «Вопрос»; every sheet with such a head is read, but those named
«Примеры» and «Как заполнять». The heads and words are Russian in every language, as people fill them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from openpyxl.utils import get_column_letter

from app.web import spreadsheets
from app.web.spreadsheets import Problem

from .drafts import Draft
from .items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT
from .reading import MOST_ITEMS, Reading, Row

MEGABYTES, UNPACKED_MEGABYTES = 10, 120
MOST_COLUMNS, HEAD_ROWS = 80, 10
HEADS = {
    "code": "Код",
    "topic": "Тема",
    "kind": "Вид",
    "points": "Баллы",
    "prompt": "Вопрос",
    "correct": "Правильный ответ",
    "tolerance": "Погрешность",
    "scoring": "Оценивание",
}
CHOICE, PAIR = "Вариант", "Пара"
KINDS = {
    SINGLE: "один ответ",
    MULTIPLE: "несколько ответов",
    NUMERIC: "число",
    TEXT: "краткий ответ",
    MATCHING: "соответствие",
    ORDERING: "порядок",
}
WHOLE, BY_PARTS, CASE = "целиком", "по частям", "с учётом прописных"
SKIPPED = ("примеры", "как заполнять")
_NUMBERED = re.compile(rf"({CHOICE}|{PAIR})\s*(\d{{1,2}})", re.IGNORECASE)
_LIST = re.compile(r"\d{1,2}(\s*[;,.\s]\s*\d{1,2})*")


class _CellProblem(Exception):
    def __init__(self, column: int, message: object) -> None:
        super().__init__()
        self.column, self.message = column, message


def read(content: bytes, file_name: str) -> Reading:
    """Read a file.

    Raises:
        Invalid: no Excel file, too large, damaged, or no sheet has the head row.
    """
    reading, found = Reading(), False
    with spreadsheets.opened(
        content, file_name, megabytes=MEGABYTES, unpacked_megabytes=UNPACKED_MEGABYTES
    ) as workbook:
        for sheet in workbook.worksheets:
            if sheet.title.strip().lower() not in SKIPPED:
                found |= _read_sheet(sheet, reading)
    if not found:
        raise spreadsheets.refused(
            _l("The file has no head row with «Тема», «Вид» and «Вопрос». Download the template and fill it in.")
        )
    return reading


def _read_sheet(sheet: Any, reading: Reading) -> bool:
    """Read one sheet; whether it has a head."""
    columns: dict[str, int] = {}
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        if len(reading.rows) >= MOST_ITEMS:
            message = _l("Only the first %(most)s rows are read.", most=MOST_ITEMS)
            reading.problems.append(Problem(sheet.title, number, "", message))
            break
        if not columns:
            columns = _head(sheet.title, number, cells, reading)
            if not columns and number >= HEAD_ROWS:
                break
        elif any(value is not None and str(value).strip() for value in cells):
            _read_row(sheet.title, number, cells, columns, reading)
    return bool(columns)


def _head(sheet: str, number: int, cells: Sequence[object], reading: Reading) -> dict[str, int]:
    """Columns by field, if this row is the head; what is not known is noted and left out."""
    known = {label.lower(): name for name, label in HEADS.items()}
    found: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    for index, value in enumerate(cells):
        text = " ".join(str(value if value is not None else "").split())
        numbered = _NUMBERED.fullmatch(text)
        if numbered:
            name = "choice" if numbered[1].lower() == CHOICE.lower() else "pair"
            found.setdefault(f"{name}.{int(numbered[2])}", index)
        elif text.lower() in known:
            found.setdefault(known[text.lower()], index)
        elif text:
            unknown.append((index, text))
    if not {"topic", "kind", "prompt"} <= found.keys():
        return {}
    for index, text in unknown:
        message = _l("The column “%(name)s” is not known: it is left out.", name=text[:40])
        reading.notes.append(Problem(sheet, number, get_column_letter(index + 1), message))
    return found


def _read_row(sheet: str, number: int, cells: Sequence[object], columns: dict[str, int], reading: Reading) -> None:
    letters = {name: get_column_letter(index + 1) for name, index in columns.items()}
    letters["value"] = letters.get("correct", "")
    letters["choices"] = letters.get("choice.1", "")
    try:
        draft = _draft(cells, columns)
    except _CellProblem as problem:
        reading.problems.append(Problem(sheet, number, get_column_letter(problem.column + 1), problem.message))
        return
    reading.rows.append(Row(sheet, number, draft, letters))


def _draft(cells: Sequence[object], columns: dict[str, int]) -> Draft:
    def text(name: str) -> str:
        index = columns.get(name)
        return "" if index is None or index >= len(cells) else _text(cells[index], index)

    kind = _kind(text("kind"), columns["kind"])
    draft = Draft(
        code=text("code"), topic=text("topic"), kind=kind, points=text("points") or "1", prompt=text("prompt")
    )
    draft.choices, draft.pairs = _numbered(columns, "choice", text), _numbered(columns, "pair", text)
    correct, at = text("correct"), columns.get("correct", 0)
    if kind in (SINGLE, MULTIPLE):
        draft.correct = _positions(correct, at)
    elif kind == NUMERIC:
        draft.value, draft.tolerance = correct, text("tolerance")
    elif kind == TEXT:
        draft.choices = [correct, *draft.choices] if correct else draft.choices
    elif correct:
        raise _CellProblem(at, _l("Leave this cell empty: the order of the choices is the right answer."))
    _set_scoring(draft, text("scoring"), columns.get("scoring", 0))
    return draft


def _numbered(columns: dict[str, int], name: str, text: Any) -> list[str]:
    """Cells `choice.1`, `choice.2`, … in the order of their numbers; a missing column counts as empty."""
    numbers = [int(key.partition(".")[2]) for key in columns if key.startswith(f"{name}.")]
    return [text(f"{name}.{number}") for number in range(1, max(numbers, default=0) + 1)]


def _kind(word: str, column: int) -> str:
    for kind, label in KINDS.items():
        if word.lower() == label:
            return kind
    kinds = ", ".join(KINDS.values())
    raise _CellProblem(column, _l("Write the kind of question as one of: %(kinds)s.", kinds=kinds))


def _positions(word: str, column: int) -> list[int]:
    if not word:
        raise _CellProblem(column, _l("Write the numbers of the right choices, as 1; 3."))
    if not _LIST.fullmatch(word) or re.fullmatch(r"\d+[.,]\d+", word):
        raise _CellProblem(
            column, _l("“%(value)s”: write the numbers of the choices with semicolons, as 1; 3.", value=word[:40])
        )
    return [int(number) for number in re.findall(r"\d+", word)]


def _set_scoring(draft: Draft, word: str, column: int) -> None:
    if word.lower() == CASE and draft.kind == TEXT:
        draft.case_sensitive = True
    elif word.lower() in ("", WHOLE, BY_PARTS):
        draft.scoring = PARTIAL if word.lower() == BY_PARTS else ALL
    else:
        words = ", ".join((WHOLE, BY_PARTS, *([CASE] if draft.kind == TEXT else [])))
        raise _CellProblem(column, _l("Write how it is scored as one of: %(words)s.", words=words))


def _text(value: object, column: int) -> str:
    """A cell's text; numbers as Excel shows them, to its 15 digits."""
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        raise _CellProblem(
            column, _l("Excel took this for a date. Give the cell the format “Text” and write it again.")
        )
    if isinstance(value, bool):
        return "Верно" if value else "Неверно"
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", ",")
    return str(value).strip()


def row_of(draft: Draft, choices: int, pairs: int) -> list[str]:
    """A draft as the cells of a row, in the order of `head`."""
    scoring = BY_PARTS if draft.scoring == PARTIAL else CASE if draft.case_sensitive else ""
    correct = draft.value if draft.kind == NUMERIC else "; ".join(str(number) for number in draft.correct)
    return [
        *(draft.code, draft.topic, KINDS[draft.kind], draft.points.replace(".", ","), draft.prompt),
        *(correct.replace(".", ","), draft.tolerance.replace(".", ","), scoring),
        *(draft.choices + [""] * (choices - len(draft.choices))),
        *(draft.pairs + [""] * (pairs - len(draft.pairs))),
    ]


def head(choices: int, pairs: int) -> list[str]:
    """The head row."""
    return [
        *HEADS.values(),
        *(f"{CHOICE} {number}" for number in range(1, choices + 1)),
        *(f"{PAIR} {number}" for number in range(1, pairs + 1)),
    ]


def widths(drafts: Iterable[Draft], least: int = 0) -> tuple[int, int]:
    """How many columns of choices and of pairs the drafts need."""
    choices, pairs = least, least
    for draft in drafts:
        choices, pairs = max(choices, len(draft.choices)), max(pairs, len(draft.pairs))
    return choices, pairs
