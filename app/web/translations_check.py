"""Which texts of the program have no Russian translation.

`python -m app.web.translations_check` lists them as po entries to fill in (`translations/parts/<part>.po`);
exit status 1 when there are any.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file
from jinja2.ext import babel_extract

from .translations_build import merged

APP = Path(__file__).resolve().parents[1]
_KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}
_JINJA = {"trimmed": "true", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
Text = str | tuple[str, ...]


def texts() -> Iterator[tuple[Text, str]]:
    """Every msgid (singular and plural as a pair) of code and templates, with the place where it stands."""
    for path in sorted(APP.rglob("*.py")):
        for line, found, _comments, _context in extract_from_file("python", path, keywords=_KEYWORDS):
            yield _text(found), f"{path.relative_to(APP)}:{line}"
    for path in sorted(APP.rglob("templates/**/*.html")):
        with path.open("rb") as file:
            for line, function, message, _comments in babel_extract(file, list(_KEYWORDS), [], _JINJA):
                yield _text(message, plural=function.endswith("ngettext")), f"{path.relative_to(APP)}:{line}"


def untranslated() -> dict[Text, str]:
    """Texts without a Russian translation, each with the first place where it stands."""
    catalogue = merged()
    found: dict[Text, str] = {}
    for text, place in texts():
        key = text[0] if isinstance(text, tuple) else text
        message = catalogue.get(key)
        wants_plural = isinstance(text, tuple)
        if message is None or wants_plural != isinstance(message.string, tuple | list):
            found.setdefault(text, place)
    return found


def _text(message: object, *, plural: bool = True) -> Text:
    if isinstance(message, tuple | list):
        parts = tuple(str(part) for part in message if part is not None)
        return parts[:2] if plural else parts[0]
    return str(message)


def _entry(text: Text, place: str) -> str:
    def quoted(part: str) -> str:
        return '"' + part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    if isinstance(text, tuple):
        forms = "".join(f'msgstr[{number}] ""\n' for number in range(3))
        return f"#: {place}\nmsgid {quoted(text[0])}\nmsgid_plural {quoted(text[1])}\n{forms}"
    return f'#: {place}\nmsgid {quoted(text)}\nmsgstr ""\n'


if __name__ == "__main__":
    missing = untranslated()
    for each, where in missing.items():
        sys.stdout.write(_entry(each, where) + "\n")
    sys.exit(1 if missing else 0)
