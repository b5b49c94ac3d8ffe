"""Is a DOCX safe to open: a real one, of reasonable size, without macros, embedded objects and links to elsewhere.

ECMA-376 parts 1 and 2 say where these stand: relationships with TargetMode External, parts of the types below.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from lxml import etree

from .defects import Defect, Refused

MAX_BYTES = 5_000_000
_MAX_PARTS, _MAX_UNPACKED = 500, 60_000_000
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMBEDDED = ("word/embeddings/", "word/activex/", "word/afchunk")
_ACTIVE = re.compile(r"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON|RD)\b")
_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
"""A ZIP archive knows no older moment."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def dated(content: bytes, made_at: datetime) -> bytes:
    """The same file with every part of that moment, so that the same document gives the same bytes whoever makes it."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, max(made_at, _OLDEST).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(entry, given.read(name))
    return target.getvalue()


def check(content: bytes) -> list[Defect]:
    """Everything that is unsafe about the file, and what its PDF cannot show.

    Raises:
        Refused: it is no DOCX at all, or opening it further is unsafe.
    """
    if len(content) > MAX_BYTES:
        raise Refused([Defect("too_large", {"size": f"{MAX_BYTES / 1_000_000:g}"})])
    if content.startswith(_OLE):
        raise Refused([Defect("old_format")])
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_size(archive)
            return list(_parts(archive))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, KeyError):
        raise Refused([Defect("not_docx")]) from None


def _check_size(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise Refused([Defect("unpacks_too_large")])


def _parts(archive: zipfile.ZipFile) -> Iterator[Defect]:
    names = archive.namelist()
    types = _xml(archive, "[Content_Types].xml")
    kinds = {str(one.get("ContentType", "")) for one in types}
    parts = [*kinds, *names]
    if any("macroenabled" in part.lower() or "vbaproject" in part.lower() for part in parts):
        raise Refused([Defect("macros")])
    if _MAIN not in kinds:
        raise Refused([Defect("not_docx")])
    for name in names:
        if name.lower().startswith(_EMBEDDED):
            yield Defect("embedded", {"name": name.rpartition("/")[2]})
        if name.endswith((".xml", ".rels")):
            root = _xml(archive, name)
            yield from _links(root) if name.endswith(".rels") else _active(root)


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    """A part as a tree; entities are refused, not expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(archive.read(name), parser)
    except etree.XMLSyntaxError:
        raise Refused([Defect("broken_part", {"name": name})]) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused([Defect("entities", {"name": name})])
    return root


def _links(root: Any) -> Iterator[Defect]:
    for one in root:
        if one.get("TargetMode") != "External":
            continue
        target, kind = str(one.get("Target", "")), str(one.get("Type", "")).rpartition("/")[2]
        yield Defect("external", {"name": target[:200] or kind})


def _active(root: Any) -> Iterator[Defect]:
    instructions = [one.text or "" for one in root.iter(f"{_W}instrText")]
    instructions += [str(one.get(f"{_W}instr", "")) for one in root.iter(f"{_W}fldSimple")]
    for words in dict.fromkeys(found.group(1) for text in instructions for found in _ACTIVE.finditer(text.upper())):
        yield Defect("active_field", {"name": words})
    if next(root.iter(f"{_W}txbxContent"), None) is not None:
        yield Defect("unsupported_drawing", {"name": "Надпись (текстовое поле)"})
    if next(root.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"), None) is not None:
        yield Defect("unsupported_drawing", {"name": "Диаграмма"})
