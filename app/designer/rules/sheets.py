"""Decision tables as an Excel workbook: one sheet per table, FEEL cells as texts; and back, refusing cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from app import feel
from app.feel import FeelError
from app.web.spreadsheets import Problem

from .tables import Cells, Grid

HEADS = 3
"""Rows above the rules: what a column is, its label, its FEEL expression or name."""
MOST_RULES = 2000
_WORDS = {"input": _l("If"), "output": _l("Then"), "note": _l("Note of the rule")}
_WIDTHS = {"input": 26, "output": 26, "note": 60}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def workbook(grids: Sequence[Grid]) -> bytes:
    """A file with a sheet per table. Nothing in it is a formula."""
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for title, grid in titled(grids):
        _write(book.create_sheet(title), grid)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def titled(grids: Sequence[Grid]) -> list[tuple[str, Grid]]:
    """Each table with the title of its sheet: the decision's name, as far as Excel takes it, and never one twice."""
    found: dict[str, Grid] = {}
    for grid in grids:
        plain = re.sub(r"[\[\]:*?/\\']", " ", _CONTROL.sub(" ", grid.name)).strip() or grid.decision
        title, number = plain[:31], 1
        while title.lower() in (taken.lower() for taken in found):
            number += 1
            title = f"{plain[:27]} {number}"
        found[title] = grid
    return list(found.items())


def read(
    book: Any, grids: Sequence[Grid], names: frozenset[str] = frozenset()
) -> tuple[dict[str, list[Cells]], list[Problem]]:
    """The rules of the sheets that belong to tables.

    Args:
        book: as `spreadsheets.opened` gives it.
        names: what cells may name beside the variables that the tables read already.

    Returns:
        decision id → rules, and everything that is wrong, by sheet, row and column: then nothing may be taken.
    """
    wanted = dict(titled(grids))
    known = names | _known(grids)
    rules: dict[str, list[Cells]] = {}
    problems: list[Problem] = []
    for sheet in book.worksheets:
        grid = wanted.get(sheet.title)
        if grid is None:
            problems.append(Problem(sheet.title, 1, "", _no_table(wanted)))
            continue
        lines = [list(line) for line in islice(sheet.iter_rows(values_only=True), MOST_RULES + HEADS + 1)]
        found = list(_head_problems(sheet.title, grid, lines))
        if not found:
            rules[grid.decision] = list(_rules(sheet.title, grid, lines[HEADS:], known, found))
        problems += found
    return rules, problems


def _no_table(wanted: dict[str, Grid]) -> object:
    names = ", ".join(f"«{title}»" for title in wanted)
    return _l("No table of this decision has the name of the sheet. Sheets may be called: %(names)s.", names=names)


def _write(sheet: Any, grid: Grid) -> None:
    shade = PatternFill("solid", fgColor="EEF2F7")
    for place, column in enumerate(grid.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS[column.kind]
        for row, text in enumerate((str(_WORDS[column.kind]), column.label, column.expression), start=1):
            cell = _text_cell(sheet, row, place, text)
            cell.font, cell.fill = Font(bold=row < HEADS, italic=row == HEADS), shade
    for row, cells in enumerate(grid.rules, start=HEADS + 1):
        for place, text in enumerate(cells, start=1):
            _text_cell(sheet, row, place, text)
    sheet.freeze_panes = f"A{HEADS + 1}"


def _text_cell(sheet: Any, row: int, column: int, text: str) -> Any:
    cell = sheet.cell(row, column)
    cell.value = _CONTROL.sub(" ", text)[:32_767]
    cell.data_type, cell.number_format = "s", "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _head_problems(title: str, grid: Grid, lines: Sequence[list[Any]]) -> Iterator[Problem]:
    """The third row says which columns these are: in another order cells would stand where they do not belong."""
    given = [as_text(value) for value in (lines[HEADS - 1] if len(lines) >= HEADS else [])]
    wanted = [column.expression for column in grid.columns]
    given = (given + [""] * len(wanted))[: max(len(wanted), _last(given))]
    for place, found in enumerate(given):
        expected = wanted[place] if place < len(wanted) else None
        if found != expected:
            letter = get_column_letter(place + 1)
            yield Problem(title, HEADS, letter, _other_column(expected, found))
    if len(lines) > MOST_RULES + HEADS:
        yield Problem(title, MOST_RULES + HEADS + 1, "", _l("A table takes at most %(most)s rules.", most=MOST_RULES))


def _other_column(expected: str | None, found: str) -> object:
    if expected is None:
        return _l("The table has no such column: “%(found)s”. Add it in the editor first, then import.", found=found)
    return _l(
        "Here the table has the column “%(expected)s”, the file has “%(found)s”. The first three rows must stay.",
        expected=expected,
        found=found,
    )


def _known(grids: Sequence[Grid]) -> frozenset[str]:
    """The variables that the tables read as they are, and FEEL's own functions."""
    found = set(feel.feel.function_names()) | {"?", "item", "partial"}
    for grid in grids:
        for column, *cells in zip(grid.columns, *grid.rules, strict=True):
            if column.kind != "note":
                texts = [(column.expression, "input_expression"), *((cell, column.kind) for cell in cells)]
                found.update(name for text, kind in texts for name in _names(text, kind) or ())
    return frozenset(found)


def _names(text: str, kind: str) -> tuple[str, ...] | None:
    """The variables that a cell reads, None when it cannot be read."""
    if text in ("", "-"):
        return ()
    try:
        return feel.compile(text.removeprefix("="), "unary" if kind == "input" else "expression").names
    except FeelError:
        return None


def _rules(
    title: str, grid: Grid, lines: Sequence[list[Any]], known: frozenset[str], problems: list[Problem]
) -> Iterator[Cells]:
    width = len(grid.columns)
    for number, line in enumerate(lines, start=HEADS + 1):
        cells = tuple(as_text(value) for value in [*line, *[None] * width][:width])
        if not any(cells):
            continue
        problems += [
            Problem(title, number, get_column_letter(place + 1), _l("There is no column here."))
            for place in range(width, len(line))
            if as_text(line[place])
        ]
        for place, (column, text) in enumerate(zip(grid.columns, cells, strict=True)):
            message = _cell_problem(column.kind, text, known)
            if message is not None:
                problems.append(Problem(title, number, get_column_letter(place + 1), message))
        yield cells


def _cell_problem(kind: str, text: str, known: frozenset[str]) -> object | None:
    found: object | None = None
    names = () if kind == "note" else _names(text, kind)
    strange = [name for name in names or () if name not in known]
    if kind != "note" and text.startswith("#"):
        found = _l("Excel says “%(text)s” here: the formula has failed.", text=text[:40])
    elif names is None:
        found = _l('“%(text)s” cannot be read. Texts stand in quotation marks: “"yes"”.', text=text[:80])
    elif strange:
        found = _l('Nothing here is called “%(name)s”. Texts stand in quotation marks: “"yes"”.', name=strange[0][:80])
    return found


def as_text(value: Any) -> str:
    """A cell as FEEL: what Excel made a number, a truth or a day becomes its FEEL literal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        plain = value.date() if (value.hour, value.minute, value.second) == (0, 0, 0) else value
        return f'date("{plain}")' if not isinstance(plain, datetime) else f'date and time("{plain:%Y-%m-%dT%H:%M:%S}")'
    if isinstance(value, date):
        return f'date("{value}")'
    return _CONTROL.sub(" ", str(value)).strip()


def _last(texts: Sequence[str]) -> int:
    """How many cells count: up to the last that holds something."""
    return max((place for place, text in enumerate(texts, start=1) if text), default=0)


def words(problem: Problem) -> str:
    """A problem with its place, in the reader's language."""
    if not problem.column:
        return str(_("Sheet “%(sheet)s”: %(text)s", sheet=problem.sheet, text=problem.message))
    return str(
        _(
            "Sheet “%(sheet)s”, row %(row)s, column %(column)s: %(text)s",
            sheet=problem.sheet,
            row=problem.row,
            column=problem.column,
            text=problem.message,
        )
    )
