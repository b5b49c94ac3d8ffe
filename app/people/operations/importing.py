"""People from a sheet: every row checked, all taken or none."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Invalid
from app.web.listing import Column

from ..catalogue import roles
from ..policies import demand_administration
from ..schemas import NewPerson
from .accounts import reset_password
from .persons import create_person

MOST_ROWS = 1000
_MOST_BYTES = 30 * 1024 * 1024
COLUMNS = (
    Column("last_name", _l("Surname"), lambda row: row["last_name"]),
    Column("first_name", _l("Given name"), lambda row: row["first_name"]),
    Column("middle_name", _l("Patronymic"), lambda row: row["middle_name"]),
    Column("login", _l("Login"), lambda row: row["login"]),
    Column("position", _l("Position"), lambda row: row["position"]),
    Column("organisation_code", _l("Code of the organisation"), lambda row: row["organisation_code"]),
    Column("role", _l("Role"), lambda row: row["role"], None, 40),
    Column("email", _l("E-mail"), lambda row: row["email"]),
    Column("phone", _l("Telephone"), lambda row: row["phone"]),
)


@dataclass
class Outcome:
    """What became of one row.

    Attributes:
        number: of the row in the sheet, from 2 (1 is the head).
        values: what stood there.
        password: one-time password of the new account; empty when nothing was taken.
        errors: what is wrong, one text each.
    """

    number: int
    values: dict[str, str]
    password: str = ""
    errors: list[str] = field(default_factory=list)


def rows_of(stream: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of the first sheet of an Excel file by column key; the head row names the columns in any order.

    Raises:
        Invalid: no Excel file, too large, or columns are missing.
    """
    sheet = _sheet(stream)
    lines = sheet.iter_rows(values_only=True)
    keys = _keys(next(lines, ()))
    count = 0
    for number, line in enumerate(lines, start=2):
        values = {key: _text(cell) for key, cell in zip(keys, line, strict=False) if key}
        if not any(values.values()):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Invalid(_l("At most %(most)s rows at once.", most=MOST_ROWS))
        yield number, values


def import_rows(actor: Actor, rows: Iterable[tuple[int, dict[str, str]]]) -> list[Outcome]:
    """Create a person with account and role per row.

    When a row is wrong the others are still checked; the caller must then roll back (the page answers 422).

    Raises:
        Forbidden: the actor is no administrator.
        Invalid: the sheet holds no rows.
    """
    demand_administration(actor)
    outcomes = [_import_row(actor, Outcome(number, values)) for number, values in rows]
    if not outcomes:
        raise Invalid(_l("The sheet holds no rows."))
    if not any(outcome.errors for outcome in outcomes):
        for outcome in outcomes:
            outcome.password = reset_password(actor, outcome.values["login"].lower())
    return outcomes


def _import_row(actor: Actor, outcome: Outcome) -> Outcome:
    raw = {key: value for key, value in outcome.values.items() if value}
    raw["role"] = _role_id(raw.get("role", ""))
    try:
        data = NewPerson().load({key: value for key, value in raw.items() if value})
        role, work = data.pop("role"), data.pop("organisation_code") or None
        data.pop("role_organisation", None)
        with db.session.begin_nested():
            create_person(
                actor,
                data.pop("login").lower(),
                **data,
                organisation=work,
                roles=[(role, work or "")] if role else [],
            )
    except ValidationError as error:
        outcome.errors = [f"{_label(name)}: {_first(texts)}" for name, texts in error.messages_dict.items()]
    except Invalid as error:
        outcome.errors = [f"{_label(name)}: {texts[0]}" for name, texts in error.errors.items()]
    except AppError as error:
        outcome.errors = [str(error)]
    return outcome


def _sheet(stream: IO[bytes]) -> Any:
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(item.file_size for item in archive.infolist()) > _MOST_BYTES:
                raise Invalid(errors={"file": [_l("The file is too large.")]})
        stream.seek(0)
        return load_workbook(stream, read_only=True, data_only=True).worksheets[0]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError) as error:
        raise Invalid(errors={"file": [_l("This is not an Excel file (.xlsx).")]}) from error


def _keys(head: Iterable[object]) -> list[str]:
    labels = {str(column.label).casefold(): column.key for column in COLUMNS} | {c.key: c.key for c in COLUMNS}
    keys = [labels.get(_text(cell).casefold(), "") for cell in head]
    missing = [str(c.label) for c in COLUMNS if c.key in ("last_name", "first_name", "login") and c.key not in keys]
    if missing:
        names = ", ".join(missing)
        raise Invalid(errors={"file": [_("Columns are missing in the first row: %(names)s.", names=names)]})
    return keys


def _role_id(given: str) -> str:
    """A role by its id or by its name in either language; unknown ones stay as they are, to be refused."""
    folded = given.casefold()
    return next((r.id for r in roles().values() if folded in (r.id, r.ru.casefold(), r.en.casefold())), given)


def _label(name: str) -> str:
    return next((str(column.label) for column in COLUMNS if column.key == name), name)


def _first(texts: Any) -> str:
    return str(texts[0] if isinstance(texts, list) else texts)


def _text(cell: object) -> str:
    return "" if cell is None else str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()
