"""Excel files that people upload, opened safely: size and type are checked before anything is read."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask_babel import lazy_gettext as _l
from openpyxl import load_workbook

from app.kernel.errors import Invalid

MOST_PARTS = 500
_MEGABYTE = 1024 * 1024
_BROKEN = (LookupError, ValueError, TypeError, SyntaxError, EOFError, zipfile.BadZipFile, zlib.error)
"""What openpyxl meets in the middle of a damaged sheet: wrong XML, missing texts, bytes that do not unpack."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row or a whole sheet was not accepted, and what to do. `column`: the Excel letter, or empty."""

    sheet: str
    row: int
    column: str
    message: object


def refused(message: object) -> Invalid:
    """A refusal of the whole file, tied to the field `file`."""
    return Invalid(message, {"file": [message]})


@contextmanager
def opened(content: bytes, file_name: str, *, megabytes: int = 2, unpacked_megabytes: int = 40) -> Iterator[Any]:
    """A workbook to read from, row by row; values of formulas as Excel kept them.

    Args:
        megabytes: the largest file.
        unpacked_megabytes: the most that its parts may unpack to.

    Raises:
        Invalid: no Excel file (.xlsx), too large, or damaged; also when it breaks while it is read.
    """
    check(content, file_name, megabytes=megabytes, unpacked_megabytes=unpacked_megabytes)
    unreadable = _l("The file cannot be read. Save it in Excel as .xlsx and try again.")
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl has many kinds of failures for damaged files
        raise refused(unreadable) from error
    try:
        yield book
    except _BROKEN as error:
        raise refused(unreadable) from error
    finally:
        book.close()


def check(content: bytes, file_name: str, *, megabytes: int, unpacked_megabytes: int) -> None:
    """Refuse what is no honest Excel file.

    Raises:
        Invalid: wrong type, too large (packed or unpacked), damaged, or with a document type (entity bombs).
    """
    if not file_name.lower().endswith(".xlsx"):
        raise refused(_l("Only Excel files (.xlsx) can be imported."))
    too_large = _l("The file is too large: at most %(most)s MB.", most=megabytes)
    if len(content) > megabytes * _MEGABYTE:
        raise refused(too_large)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MOST_PARTS or sum(part.file_size for part in members) > unpacked_megabytes * _MEGABYTE:
                raise refused(too_large)
            if any(_has_doctype(archive, part) for part in members):
                raise refused(_l("The file cannot be read. Save it in Excel as .xlsx and try again."))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise refused(_l("The file cannot be read. Save it in Excel as .xlsx and try again.")) from error


def _has_doctype(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a part declares a document type: Excel never does."""
    if not member.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(member) as part:
        return b"<!DOCTYPE" in part.read(4096).upper()
