"""Differences of two versions of a file: what a reader is told, and what is shown side by side. Pure.

compare(kind, before, after, name_of) -> Difference     kind: bpmn | dmn | form | docx | scenario
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext

from app.designer.rules.differences.bpmn import compare_bpmn
from app.designer.rules.differences.changes import MOST, Change, Fact, NameOf, Word, word_changes
from app.designer.rules.differences.dmn import Sheet, compare_dmn, sheets
from app.designer.rules.differences.dmn_reading import read_logic
from app.designer.rules.differences.documents import compare_documents, document_text
from app.designer.rules.differences.forms import compare_forms
from app.engine.bpmn import ModelError

__all__ = ["Change", "Difference", "Fact", "NameOf", "compare"]

MOST_LINES = 2000
"""Lines of a text that are compared; what lies beyond is only said to be there."""
_AROUND = 3
Line = tuple[str, str, list[Word]]
"""State (`same`, `old`, `new`, `changed`, `gap`), text, and of a changed line its words."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions of one file.

    Attributes:
        cut: there are more changes than are told.
        sheets: decision tables with both versions in one.
        lines: of texts (scenarios, documents).
        broken: why they cannot be compared; empty when they can.
    """

    kind: str
    changes: tuple[Change, ...] = ()
    cut: bool = False
    sheets: tuple[Sheet, ...] = ()
    lines: tuple[Line, ...] = ()
    broken: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say: the files differ in no way that anybody would notice."""
        return not (self.changes or self.lines or self.broken)


def compare(kind: str, before: bytes, after: bytes, name_of: NameOf) -> Difference:
    """Compare two versions of a file.

    Args:
        kind: `bpmn`, `dmn`, `form`, `docx` or `scenario`.
    """
    if before == after:
        return Difference(kind)
    try:
        return _compare(kind, before, after, name_of)
    except (ModelError, RecursionError, ValueError):
        return Difference(kind, broken=str(gettext("One of the versions cannot be read, so they cannot be compared.")))


def _compare(kind: str, before: bytes, after: bytes, name_of: NameOf) -> Difference:
    if kind == "bpmn":
        return Difference(kind, *_told(compare_bpmn(before, after, name_of)))
    if kind == "dmn":
        old, new = read_logic(before), read_logic(after)
        return Difference(kind, *_told(compare_dmn(old, new, name_of)), sheets=tuple(sheets(old, new)))
    if kind == "form":
        return Difference(kind, *_told(compare_forms(before, after)))
    if kind == "docx":
        lines = _lines(document_text(before), document_text(after))
        return Difference(kind, tuple(compare_documents(before, after)), lines=lines)
    return Difference(kind, lines=_lines(_text(before), _text(after)))


def _told(changes: Iterable[Change]) -> tuple[tuple[Change, ...], bool]:
    """As many changes as are told, and whether there are more."""
    found = tuple(islice(changes, MOST + 1))
    return found[:MOST], len(found) > MOST


def _text(content: bytes) -> list[str]:
    return content.decode("utf-8").splitlines()


def _lines(before: list[str], after: list[str]) -> tuple[Line, ...]:
    """The lines that differ, with a few around them."""
    old, new = before[:MOST_LINES], after[:MOST_LINES]
    found: list[Line] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND):
        if found:
            found.append(("gap", "", []))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [("same", text, []) for text in old[i1:i2]]
            elif tag == "replace" and i2 - i1 == j2 - j1:
                found += [("changed", "", word_changes(*pair)) for pair in zip(old[i1:i2], new[j1:j2], strict=True)]
            else:
                found += [("old", text, []) for text in old[i1:i2]] + [("new", text, []) for text in new[j1:j2]]
    return tuple(found)
