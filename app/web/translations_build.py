"""Build the Russian catalogue: `translations/parts/*.po` merged into one `messages.po` and compiled.

Run as `python -m app.web.translations_build`; the application does the same at its start when a part is newer.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent / "translations"
PARTS = FOLDER / "parts"
TARGET = FOLDER / "ru" / "LC_MESSAGES" / "messages.po"


class TranslationConflict(ValueError):
    """Two parts translate one text differently."""


def build() -> Catalog:
    """Merge all parts, write `messages.po` and `messages.mo`. (The tests refuse conflicts, the build does not.)"""
    catalogue = merged(strict=False)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    _write(TARGET, catalogue, compiled=False)
    _write(TARGET.with_suffix(".mo"), catalogue, compiled=True)
    return catalogue


def build_if_stale() -> None:
    """Build when a part is newer than the compiled catalogue, or was added or removed.

    An installation whose code may not be written to keeps the catalogue that was built with it.
    """
    compiled = TARGET.with_suffix(".mo")
    newest = max([PARTS.stat().st_mtime, *(part.stat().st_mtime for part in PARTS.glob("*.po"))])
    if not compiled.exists():
        build()
    elif compiled.stat().st_mtime < newest:
        with suppress(PermissionError):
            build()


def merged(*, strict: bool = True) -> Catalog:
    """All parts as one catalogue, sorted by msgid.

    Args:
        strict: refuse two different translations of one text; else the first part's counts.

    Raises:
        TranslationConflict: two parts translate one text differently; the message names text and parts.
    """
    catalogue = Catalog(locale="ru", project="Marshrut", charset="utf-8", fuzzy=False)
    origin: dict[object, str] = {}
    for part in sorted(PARTS.glob("*.po")):
        with part.open("rb") as file:
            source = read_po(file, locale="ru", abort_invalid=True)
        for message in source:
            if not message.id or not _translated(message.string):
                continue
            known = catalogue.get(message.id, message.context)
            if known is not None and known.string != message.string:
                if not strict:
                    continue
                raise TranslationConflict(f"{message.id!r}: {origin[known.id]} and {part.name} differ")
            origin[message.id] = part.name
            catalogue.add(message.id, message.string, context=message.context)
    return catalogue


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _write(path: Path, catalogue: Catalog, *, compiled: bool) -> None:
    """Write beside and rename, since several processes may start at once."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        if compiled:
            write_mo(file, catalogue)
        else:
            write_po(file, catalogue, sort_output=True, width=120, omit_header=False)
    os.chmod(name, 0o644)
    os.replace(name, path)


if __name__ == "__main__":
    sys.stdout.write(f"{len(build())} texts\n")
