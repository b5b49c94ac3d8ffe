"""Which uploads are taken: cleaned names, sizes, and types found out from the bytes instead of believed."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import BinaryIO

MAX_MEGABYTES = 20
"""Default limit of one file (forms.md, field type `file`)."""
DEFAULT_EXTENSIONS = ("pdf", "docx", "xlsx", "pptx", "jpg", "jpeg", "png")
_NAME_LENGTH = 150
_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
    "zip": "application/zip",
}
"""Every extension the store takes. No HTML, SVG, script or program is among them, whatever a form accepts."""
INLINE = frozenset(("application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"))
"""Types a browser may show instead of saving; all others are downloads."""
_ALIASES = {"jpeg": "jpg", "csv": "txt", "doc": "ole", "xls": "ole", "ppt": "ole"}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
)
_ZIP_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}


def clean_name(name: str) -> str:
    """A file name that is safe to show and to send: no folders, no control or direction characters, at most 150."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    text = re.sub(r'[<>:"|?*\s]+', " ", text).strip(" .")
    suffix = PurePosixPath(text).suffix
    stem = text[: len(text) - len(suffix)] if suffix else text
    return (stem[: _NAME_LENGTH - len(suffix)].rstrip(" .") or "file") + suffix[:20]


def extension_of(name: str) -> str:
    """The lower-case extension without its dot."""
    return PurePosixPath(name).suffix.lower().lstrip(".")


def accepted_extensions(accept: str | None) -> tuple[str, ...]:
    """The extensions behind an HTML `accept` list (`.pdf, image/*, application/zip`), of those the store takes."""
    if not accept or not accept.strip():
        return DEFAULT_EXTENSIONS
    found: list[str] = []
    for token in (part.strip().lower() for part in accept.split(",")):
        if token.startswith("."):
            found += [token[1:]] if token[1:] in TYPES else []
        elif token.endswith("/*"):
            found += [ext for ext, kind in TYPES.items() if kind.startswith(token[:-1])]
        else:
            found += [ext for ext, kind in TYPES.items() if kind == token]
    return tuple(dict.fromkeys(found))


def sniffed(stream: BinaryIO) -> str:
    """What the bytes are, as a name of `TYPES` (aliases folded), `ole` for old Office, empty when unknown."""
    stream.seek(0)
    head = stream.read(2048)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"PK\x03\x04"):
        return _sniffed_zip(stream)
    return "txt" if _is_text(stream) else ""


def _sniffed_zip(stream: BinaryIO) -> str:
    """Office files by what the archive holds; with macros in it, it is none of ours."""
    try:
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return ""
            if names and names[0] == "mimetype" and archive.getinfo("mimetype").file_size < 100:
                return _OPEN_DOCUMENT.get(archive.read("mimetype"), "zip")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return ""
    if "[Content_Types].xml" in names:
        for folder, kind in _ZIP_FOLDERS.items():
            if any(name.startswith(folder) for name in names):
                return kind
    return "zip"


def _is_text(stream: BinaryIO) -> bool:
    stream.seek(0)
    sample = stream.read(65536)
    if b"\x00" in sample or sample[:2] == b"MZ":
        return False
    if re.match(rb"\s*<(!doctype|html|script|svg|\?xml)", sample, re.IGNORECASE):
        return False
    for encoding in ("utf-8", "cp1251"):
        try:
            text = sample[:65530].decode(encoding, "strict" if encoding == "cp1251" else "ignore")
        except UnicodeDecodeError:
            continue
        if not any(ord(char) < 32 and char not in "\t\r\n\f" for char in text):
            return True
    return False


def matches_extension(kind: str, extension: str) -> bool:
    """Whether bytes of that kind may carry that extension."""
    return bool(kind) and extension in TYPES and kind == _ALIASES.get(extension, extension)


def described_extensions(extensions: Iterable[str]) -> str:
    """Extensions for people: `PDF, DOCX, JPG`."""
    return ", ".join(dict.fromkeys("JPG" if ext == "jpeg" else ext.upper() for ext in extensions))
