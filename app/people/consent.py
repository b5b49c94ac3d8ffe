"""The text of the consent to the processing of personal data (152-ФЗ), by version: `consents/<version>.<language>.md`.

A new version is a new pair of files; everybody is asked again at the next page that they open. Files that people have
agreed to are never changed: their hash stands in the decisions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask_babel import get_locale

_FOLDER = Path(__file__).parent / "consents"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of the text.

    Attributes:
        sha256: of the Russian text, which is the one that counts.
    """

    version: str
    sha256: str
    ru: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """In the reader's language."""
        return self.en if str(get_locale() or "ru") == "en" else self.ru


@cache
def present() -> ConsentText:
    """The version in force: the last by name."""
    version = max(path.name.partition(".")[0] for path in _FOLDER.glob("*.ru.md"))
    content = (_FOLDER / f"{version}.ru.md").read_bytes()
    english = (_FOLDER / f"{version}.en.md").read_text(encoding="utf-8")
    return ConsentText(
        version, hashlib.sha256(content).hexdigest(), _paragraphs(content.decode("utf-8")), _paragraphs(english)
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())
