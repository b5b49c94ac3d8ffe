"""Excel files of lists: `download` for the answer of a page, `workbook` for the bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import Any

from flask import Response, g, make_response, send_file
from flask.typing import ResponseReturnValue
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from app.kernel import clock

from .i18n import in_zone
from .listing import Column

LARGE = 1000
"""A list with more rows than this is not made while a page waits."""
Elsewhere = Callable[[str], ResponseReturnValue]
_elsewhere: list[Elsewhere] = []
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CELL_LIMIT = 32_767


def on_large(elsewhere: Elsewhere) -> Elsewhere:
    """Register what makes files of long lists: it is given the title and answers the request (jobs)."""
    _elsewhere[:] = [elsewhere]
    return elsewhere


def download(title: object, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    """The list as a file to save; its name is the title and today's date. A long one is made in the background."""
    found = iter(rows)
    first = list(islice(found, LARGE + 1))
    if len(first) > LARGE and _elsewhere and not g.get("in_background"):
        return make_response(_elsewhere[0](str(title)))
    plain = re.sub(r"[^\w-]+", "_", str(title)).strip("_")
    name = f"{plain}_{clock.today():%Y-%m-%d}.xlsx"
    content = workbook(title, columns, chain(first, found))
    return send_file(BytesIO(content), mimetype=MIME, as_attachment=True, download_name=name)


def workbook(title: object, columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    """One sheet: bold head that stays in view, filter, one line per row. Texts never become formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", str(title))[:31])
    sheet.freeze_panes = "A2"
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.append([_head(sheet, column.label or column.key) for column in columns])
    count = 1
    for row in rows:
        sheet.append([_cell(sheet, column.value(row)) for column in columns])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _head(sheet: Any, label: object) -> object:
    cell = WriteOnlyCell(sheet, value=str(label))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: object) -> object:
    """A cell of the right type; moments in the reader's zone, everything unknown as text."""
    if isinstance(value, datetime):
        return in_zone(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | Decimal | date | time):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        value = ", ".join(str(item) for item in value)
    cell = WriteOnlyCell(sheet, value=None)
    cell.value = _FORBIDDEN.sub(" ", str(value))[:_CELL_LIMIT]
    cell.data_type = "s"
    return cell
