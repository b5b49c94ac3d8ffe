"""A file of items as it is uploaded: a sheet or a GIFT text alone, or in a ZIP archive with the pictures beside it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath

from flask_babel import lazy_gettext as _l

from app.web.spreadsheets import refused

MEGABYTES, UNPACKED_MEGABYTES, MOST_MEMBERS = 25, 80, 600
_MEGABYTE = 1024 * 1024
SHEETS, TEXTS, ARCHIVES = (".xlsx",), (".txt", ".gift"), (".zip",)
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


@dataclass(frozen=True, slots=True)
class Upload:
    """What was uploaded: the file of items, and pictures by `picture_name`."""

    name: str
    content: bytes
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def is_sheet(self) -> bool:
        """Whether it is an Excel file; else a GIFT text."""
        return self.name.lower().endswith(SHEETS)


def picture_name(source: str) -> str:
    """A picture's name as texts and archives may write it: without folders, in small letters."""
    return re.sub(r"[()\s]+", "_", PurePosixPath(source.replace("\\", "/")).name.lower())


def read(content: bytes, name: str) -> Upload:
    """Take an upload apart.

    Raises:
        Invalid: wrong type, too large (packed or unpacked), damaged, or not exactly one file of items in it.
    """
    if len(content) > MEGABYTES * _MEGABYTE:
        raise refused(_l("The file is too large: at most %(most)s MB.", most=MEGABYTES))
    if name.lower().endswith((*SHEETS, *TEXTS)):
        return Upload(name, content)
    if not name.lower().endswith(ARCHIVES):
        raise refused(_l("Only Excel (.xlsx), Moodle GIFT (.txt, .gift) or a ZIP archive with one of them is taken."))
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise refused(_l("The archive cannot be read. Pack it again and upload it.")) from error


def _unpacked(archive: zipfile.ZipFile) -> Upload:
    members = [each for each in archive.infolist() if not each.is_dir() and not _hidden(each.filename)]
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > UNPACKED_MEGABYTES * _MEGABYTE:
        raise refused(_l("The archive is too large: at most %(most)s MB unpacked.", most=UNPACKED_MEGABYTES))
    mains = [each for each in members if each.filename.lower().endswith((*SHEETS, *TEXTS))]
    if len(mains) != 1:
        raise refused(_l("The archive must hold exactly one file of questions: .xlsx, .txt or .gift."))
    pictures = {
        picture_name(each.filename): archive.read(each) for each in members if each.filename.lower().endswith(PICTURES)
    }
    return Upload(PurePosixPath(mains[0].filename).name, archive.read(mains[0]), pictures)


def _hidden(name: str) -> bool:
    """What archiving programs of macOS and Windows add."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith((".", "~$"))


def decoded(content: bytes) -> str:
    """The text of a GIFT file: UTF-8 as Moodle writes it, else the Russian Windows code page.

    Raises:
        Invalid: it is no text.
    """
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise refused(_l("The file is no text. Save it as text in UTF-8 and try again."))
