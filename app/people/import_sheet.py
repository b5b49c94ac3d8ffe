"""An Excel file with the sheets «Организации» and «Люди» as rows by column; what cannot be read is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.kernel.errors import Invalid
from app.web import spreadsheets

MOST_ROWS = 20_000
_MEGABYTES, _UNPACKED_MEGABYTES = 20, 100
ORGANISATIONS, PEOPLE = "organisations", "people"
SHEETS = {ORGANISATIONS: _l("Organisations"), PEOPLE: _l("People")}
COLUMNS: dict[str, dict[str, object]] = {
    ORGANISATIONS: {
        "code": _l("Code"),
        "name": _l("Name"),
        "short_name": _l("Short name"),
        "kind": _l("Kind"),
        "parent": _l("Belongs to (code)"),
        "timezone": _l("Time zone"),
    },
    PEOPLE: {
        "last_name": _l("Surname"),
        "first_name": _l("Given name"),
        "middle_name": _l("Patronymic"),
        "login": _l("Login"),
        "position": _l("Position"),
        "organisation_code": _l("Code of the organisation"),
        "role": _l("Role"),
        "email": _l("E-mail"),
        "phone": _l("Telephone"),
    },
}
NEEDED = {ORGANISATIONS: ("code", "name", "kind"), PEOPLE: ("last_name", "first_name", "organisation_code")}
EXAMPLES = {
    ORGANISATIONS: [["lebedyan-9", "МБОУ «СОШ № 9»", "СОШ № 9", "Школа", "lebedyan", ""]],
    PEOPLE: [["Белкина", "Яна", "Олеговна", "", "учитель", "lebedyan-9", "Педагог", "belkina@example.org", ""]],
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: the kind of its sheet, where it stands, its values by column (only those that are filled in)."""

    kind: str
    sheet: str
    number: int
    values: dict[str, str]
    letters: dict[str, str]

    def place(self, column: str = "") -> dict[str, Any]:
        """Sheet, row and column as reports show them: «B», «Фамилия»."""
        label = str(COLUMNS[self.kind][column]) if column in COLUMNS[self.kind] else ""
        letter = self.letters.get(column, "")
        return {"sheet": self.sheet, "row": self.number, "column": f"{letter} «{label}»" if letter else label}


def read(content: bytes, file_name: str) -> list[SheetRow]:
    """All rows of a file, organisations first.

    Raises:
        Invalid: no Excel file, too large, damaged, no sheet that is known, or columns are missing.
    """
    rows: list[SheetRow] = []
    with spreadsheets.opened(content, file_name, megabytes=_MEGABYTES, unpacked_megabytes=_UNPACKED_MEGABYTES) as book:
        for row in _rows(book.worksheets):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise Invalid(errors={"file": [_l("At most %(most)s rows at once.", most=MOST_ROWS)]})
    if not rows:
        raise Invalid(errors={"file": [_l("The sheet holds no rows.")]})
    return rows


def template() -> bytes:
    """An empty file with the right sheets and columns and one example in each."""
    book = Workbook(write_only=False)
    book.remove(book.worksheets[0])
    for kind, columns in COLUMNS.items():
        sheet = book.create_sheet(str(SHEETS[kind]))
        sheet.append([str(label) for label in columns.values()])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = 26
        for row in EXAMPLES[kind]:
            sheet.append(row)
        sheet.freeze_panes = "A2"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _rows(sheets: list[Any]) -> Iterator[SheetRow]:
    for kind, sheet in _known(sheets):
        lines = sheet.iter_rows(values_only=True)
        keys = _keys(kind, sheet.title, next(lines, ()))
        letters = {key: get_column_letter(place) for place, key in enumerate(keys, start=1) if key}
        for number, values in _filled(keys, lines):
            yield SheetRow(kind, sheet.title, number, values, letters)


def _known(sheets: list[Any]) -> list[tuple[str, Any]]:
    """The known sheets; a file with one sheet holds people, whatever it is called."""
    names = {name: kind for kind, label in SHEETS.items() for name in _names(kind, label)}
    found = [(names[title], sheet) for sheet in sheets if (title := sheet.title.strip().casefold()) in names]
    if not found and len(sheets) == 1:
        return [(PEOPLE, sheets[0])]
    if not found:
        wanted = ", ".join(f"«{label}»" for label in SHEETS.values())
        raise Invalid(errors={"file": [_("The file has no sheet that is called %(names)s.", names=wanted)]})
    return sorted(found, key=lambda pair: list(SHEETS).index(pair[0]))


def _keys(kind: str, title: str, head: Iterable[object]) -> list[str]:
    labels = {name: key for key, label in COLUMNS[kind].items() for name in _names(key, label)}
    keys = [labels.get(_text(cell).casefold(), "") for cell in head]
    missing = [f"«{COLUMNS[kind][key]}»" for key in NEEDED[kind] if key not in keys]
    if missing:
        named = ", ".join(missing)
        words = _("Sheet «%(sheet)s»: columns are missing in the first row: %(names)s.", sheet=title, names=named)
        raise Invalid(errors={"file": [words]})
    return keys


def _names(key: str, label: object) -> set[str]:
    """What a sheet or column may be called: by its key, and in both languages."""
    found = {key, str(label).casefold()}
    for locale in ("ru", "en"):
        with force_locale(locale):
            found.add(str(label).casefold())
    return found


def _filled(keys: list[str], lines: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(lines, start=2):
        values = {key: text for key, cell in zip(keys, line, strict=False) if key and (text := _text(cell))}
        if values:
            yield number, values


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return " ".join(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).split())
