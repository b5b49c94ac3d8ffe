"""What differs between two versions of a document template: its text and the fields that it uses."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from flask_babel import gettext

from app.designer.rules.differences.changes import Change, quoted
from app.documents.renditions import archive
from app.documents.renditions.defects import Refused

_FIELD = re.compile(r"\{[{%]\w*\s*(.+?)\s*[%}]\}", re.DOTALL)


def document_text(content: bytes) -> list[str]:
    """The paragraphs of a template in their order, those of tables, headers and footers too.

    Raises:
        ValueError: it is no DOCX file.
    """
    try:
        archive.check(content)
        document = Document(BytesIO(content))
    except (Refused, BadZipFile, KeyError, PackageNotFoundError, ValueError) as error:
        raise ValueError("not a document") from error
    bodies = [document.element.body]
    for section in document.sections:
        bodies += [section.header._element, section.footer._element]
    found = ["".join(one.text or "" for one in paragraph.iter(_TEXT)) for body in bodies for paragraph in body.iter(_P)]
    return [text for text in found if text.strip()]


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _TEXT = f"{_WORD}p", f"{_WORD}t"


def fields_of(lines: list[str]) -> list[str]:
    """The fields and commands that a template names, each once."""
    return list(dict.fromkeys(found.strip() for line in lines for found in _FIELD.findall(line)))


def compare_documents(before: bytes, after: bytes) -> list[Change]:
    """Compare two versions of a template by the fields that they use; the text is compared line by line elsewhere."""
    old, new = fields_of(document_text(before)), fields_of(document_text(after))
    found = [_change("added", one) for one in new if one not in old]
    return found + [_change("removed", one) for one in old if one not in new]


def _change(kind: str, field: str) -> Change:
    title = f"{gettext('Template field')} {quoted(field)}"
    return Change("added", "", title) if kind == "added" else Change("removed", "", title)
