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
    "dmn-js-drd/lib",
    "dmn-js-decision-table/lib",
    "dmn-js-literal-expression/lib",
    "dmn-js-boxed-expression/lib",
)
_SHOWN = re.compile(
    r"""(?:label|description|title|tooltip|placeholder|children|name|aria-label)"?:\s*(['"`])([A-Z](?:(?!\1)[^\\\n]|\\.)+)\1"""
)
"""Texts in places of an editor that people see; they begin with a capital."""
_SENTENCE = re.compile(r"""(?:return|\?|:|=|\|\||\[|,|\()\s*(['"`])((?:[A-Z]|\$\{)(?:(?!\1)[^\\\n]|\\.)*)\1""")
"""Whole texts of several words, wherever they stand."""
NEVER_SHOWN = {
    "Dominic Leaf",
    "Erika Muller",
    "FilterContext",
    "John Doe",
    "Root",
    # frames with other sites are not in the palette: the server refuses them
    "Allow same origin",
    "Camera access",
    "Enter a HTTPS URL to a source or populate it dynamically via a template or an expression "
    "(e.g., to pass a value from the variable).",
    "Forms submission",
    "Geolocation",
    "MDN iFrame documentation.",
    "Microphone access",
    "Open in fullscreen",
    "Open modal windows",
    "Open popups",
    "Please make sure that the URL is safe as it might impose security risks.",
    "Script execution",
    "Storage access by user",
    "These options can incur security risks, especially if used in combination with dynamic links. Ensure that you are "
    "aware of them, that you trust the source url and only enable what your use case requires.",
    "Top level navigation",
    "X-FRAME-OPTIONS documentation",
}
NOT_FOR_READERS = re.compile(
    r"Target root element|Properties provider|Keyboard binding|FillContext|No associated|Drop not allowed"
    r"|Unknown expression|(Max|Min) validation value|No options source|Hello |I am bar|List contains"
    r"|Click to \{} dynamic|UTC "
    # what a running form says of an answer: the server's words stand there
    r"|Field |Value is |Date and time must|Please select a valid value, the two|External content"
    r"|Not all external sources|Allow the iframe|Web-based tooling"
)
"""Errors for programmers, samples, and parts that we do not put in."""
FOREIGN = ("camunda-platform", "contextProvider")
"""Parts of the panel's library that we do not put in: the provider for Camunda 7, and its help with links outside."""

LANGUAGES = {"FEEL", "JUEL", "Java", "PMML"}
JOINED = {" + shift + ", " + x + "}
"""Pieces between two texts that are put together."""


def asked(text: str) -> set[str]:
    """What a source asks a translation of, as far as it stands there."""
    found = {next(group for group in match.groups() if group is not None) for match in _CALL.finditer(text)}
    return {each.replace("\\'", "'").replace("\\n", "\n") for each in found} - JOINED


def said(text: str) -> set[str]:
    """What a source shows or says in whole sentences, asked for or not; `{}` stands for what is put into it."""
    shown, sentences = ({filled(one) for _quote, one in each.findall(text)} for each in (_SHOWN, _SENTENCE))
    return shown | {one for one in sentences if re.search(r" [a-z]{3}", one)}


def filled(text: str) -> str:
    """A text as the catalogue names it."""
    return re.sub(r"\$\{[^}]*\}", "{}", text.replace("\\n", "\n").replace("\\'", "'"))


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


@pytest.mark.parametrize("library", [name for name in (*LIBRARIES, "dmn-js-shared/lib") if name.startswith("dmn-js")])
def test_what_the_decision_editor_shows_without_asking_is_in_russian(library: str, catalogue: dict[str, str]) -> None:
    """Libraries that do not ask are made to by `ui/words.js`; the names of types stand in a list."""
    shown = {text for source in sources(UI / "node_modules" / library) for _quote, text in _SHOWN.findall(source)}
    assert sorted(shown - catalogue.keys() - LANGUAGES) == []
    types = (UI / "node_modules/dmn-js-shared/lib/features/data-types/DataTypes.js").read_text()
    named = re.findall(r"'(\w+)'", types.partition("DEFAULT_DATA_TYPES = ")[2].partition("\n")[0])
    assert len(named) > 5
    assert sorted(set(named) - catalogue.keys()) == []


def test_every_word_of_the_form_editor_is_in_russian() -> None:
    """It asks for no translation: what stands where it shows texts has to be in the catalogue that is put over them."""
    known = json.loads((UI / "src/designer/forms/ru.json").read_text()).keys()
    files = [UI / f"node_modules/@bpmn-io/{name}/dist/index.es.js" for name in ("form-js-editor", "form-js-viewer")]
    words = {text for each in files for text in said(each.read_text()) if not NOT_FOR_READERS.match(text)}
    assert len(words) > 100
    assert sorted(words - known - NEVER_SHOWN) == []


def test_every_word_of_our_own_is_in_russian(catalogue: dict[str, str]) -> None:
    words = set().union(*(asked(path.read_text()) for path in (UI / "src/designer").rglob("*.js")))
    assert len(words) > 50
    assert sorted(words - catalogue.keys()) == []


def test_a_translation_says_what_the_word_says() -> None:
    for path in sorted(CATALOGUES.glob("*.json")):
        for word, russian in json.loads(path.read_text()).items():
            assert sorted(re.findall(r"{\w+}", russian)) == sorted(re.findall(r"{\w+}", word)), f"{path.name}: {word}"
