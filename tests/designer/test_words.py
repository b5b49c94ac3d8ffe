"""The editors speak Russian: whatever their libraries ask a translation of stands in our catalogues."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "app/web/ui"
CATALOGUES = UI / "src/designer/ru"
_CALL = re.compile(
    r"""(?:translate|\bwords|_translate|\b_t)\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`$]*)`)""",
    re.VERBOSE,
)
_PAIR = re.compile(r"""^\s*"((?:[^"\\]|\\.)+)":\s*"(?:[^"\\]|\\.)*",?$""", re.MULTILINE)
LIBRARIES = (
    "bpmn-js/lib",
    "bpmn-js-properties-panel/dist/index.esm.js.map",
    "@bpmn-io/properties-panel/dist/index.esm.js",
    "bpmn-js-create-append-anything/dist/index.es.js",
    "bpmn-js-bpmnlint/dist/index.esm.js",
    "diagram-js-minimap/dist/index.esm.js",
)
FOREIGN = ("camunda-platform", "contextProvider")
"""Parts of the panel's library that we do not put in: the provider for Camunda 7, and its help with links outside."""


JOINED = {" + shift + ", " + x + "}
"""Pieces between two texts that are put together."""


def asked(text: str) -> set[str]:
    """What a source asks a translation of, as far as it stands there."""
    found = {next(group for group in match.groups() if group is not None) for match in _CALL.finditer(text)}
    return {each.replace("\\'", "'").replace("\\n", "\n") for each in found} - JOINED


def sources(place: Path) -> list[str]:
    """The sources of a library: a folder, a file, or the sources that a map keeps."""
    if place.suffix == ".map":
        kept = json.loads(place.read_text())
        pairs = zip(kept["sources"], kept["sourcesContent"], strict=True)
        return [text for name, text in pairs if not any(part in name for part in FOREIGN)]
    files = [place] if place.is_file() else sorted(place.rglob("*.js"))
    return [each.read_text() for each in files]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(CATALOGUES.glob("*.json")):
        found |= json.loads(path.read_text())
    base = (UI / "node_modules/bpmn-js-i18n/translations/ru.js").read_text()
    return dict.fromkeys(_PAIR.findall(base), "") | found


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_word_of_the_modelers_libraries_is_in_russian(library: str, catalogue: dict[str, str]) -> None:
    words = set().union(*(asked(text) for text in sources(UI / "node_modules" / library)))
    assert words, "the library asks for nothing any more: has its layout changed?"
    assert sorted(words - catalogue.keys()) == []


def test_every_word_of_our_own_is_in_russian(catalogue: dict[str, str]) -> None:
    words = set().union(*(asked(path.read_text()) for path in (UI / "src/designer").rglob("*.js")))
    assert len(words) > 50
    assert sorted(words - catalogue.keys()) == []


def test_a_translation_says_what_the_word_says() -> None:
    for path in sorted(CATALOGUES.glob("*.json")):
        for word, russian in json.loads(path.read_text()).items():
            assert sorted(re.findall(r"{\w+}", russian)) == sorted(re.findall(r"{\w+}", word)), f"{path.name}: {word}"
