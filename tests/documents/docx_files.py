"""Word files for tests, made by python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pypdfium2
from docx import Document


def docx(*paragraphs: str, rows: list[list[str]] | None = None, header: str = "", title: str = "") -> bytes:
    """A document with these paragraphs, perhaps a table and a header."""
    made = Document()
    for words in paragraphs:
        made.add_paragraph(words)
    if rows:
        table = made.add_table(len(rows), len(rows[0]), style="Table Grid")
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    made.sections[0].header.paragraphs[0].text = header
    made.core_properties.title = title
    return _bytes(made.save)


def _bytes(save: Callable[[io.BytesIO], None]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


def changed(content: bytes, parts: dict[str, Callable[[str], str] | str]) -> bytes:
    """The archive with parts replaced (a function of their text), or added (a text)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = parts.get(name)
            new.writestr(name, change(old.read(name).decode()) if callable(change) else old.read(name))
        for name, text in parts.items():
            if isinstance(text, str):
                new.writestr(name, text)
    return target.getvalue()


def text_of(pdf: bytes) -> str:
    """All text of a PDF, its white space made one."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[number] for number in range(len(document))]
        texts = []
        for page in pages:
            words = page.get_textpage()
            texts.append(words.get_text_range())
            words.close()
            page.close()
        return re.sub(r"\s+", " ", " ".join(texts))
    finally:
        document.close()


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()
