"""The labels of numbered and bulleted paragraphs of a DOCX, counted in the order of reading (ECMA-376, 17.9)."""

from __future__ import annotations

import re
from typing import Any

from .styles import Properties, W, attribute, points

_BULLET = "–"
"""Bullets of Word are characters of symbol fonts: all are written as a dash, as Russian papers have it."""
_LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"


class Numbering:
    """Counters of all lists of one document."""

    def __init__(self, root: Any) -> None:
        """Take in `word/numbering.xml`; None for a document without lists."""
        rows = [] if root is None else root
        abstract = {one.get(W + "abstractNumId"): one for one in rows if one.tag == W + "abstractNum"}
        self._levels: dict[str, dict[int, Any]] = {}
        for one in rows:
            if one.tag == W + "num":
                named = abstract.get(attribute(one.find(W + "abstractNumId"), "val"))
                levels = [] if named is None else named.findall(W + "lvl")
                self._levels[str(one.get(W + "numId"))] = {int(level.get(W + "ilvl")): level for level in levels}
        self._counts: dict[str, dict[int, int]] = {}

    def label(self, properties: Properties) -> tuple[str, float, float] | None:
        """The label of the next paragraph with these properties, its left and hanging indents in points; None for a
        paragraph that is in no list."""
        node = properties.find("numPr")
        if node is None:
            return None
        number = attribute(node.find(W + "numId"), "val") or "0"
        depth = int(attribute(node.find(W + "ilvl"), "val") or 0)
        level = self._levels.get(number, {}).get(depth)
        if level is None:
            return None
        counts = self._counts.setdefault(number, {})
        counts[depth] = counts.get(depth, self._start(number, depth) - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        indent = level.find(f"{W}pPr/{W}ind")
        left = points(attribute(indent, "left") or attribute(indent, "start")) or 0.0
        return self._written(number, level, counts), left, points(attribute(indent, "hanging")) or 0.0

    def _start(self, number: str, depth: int) -> int:
        level = self._levels[number].get(depth)
        return int(attribute(None if level is None else level.find(W + "start"), "val") or 1)

    def _written(self, number: str, level: Any, counts: dict[int, int]) -> str:
        if attribute(level.find(W + "numFmt"), "val") == "bullet":
            return _BULLET

        def one(found: re.Match[str]) -> str:
            depth = int(found.group(1)) - 1
            format_of = self._levels[number].get(depth)
            kind = attribute(None if format_of is None else format_of.find(W + "numFmt"), "val") or "decimal"
            return _counted(counts.get(depth, self._start(number, depth)), kind)

        return re.sub(r"%(\d)", one, attribute(level.find(W + "lvlText"), "val") or "")


def _counted(value: int, kind: str) -> str:
    if kind in ("russianLower", "russianUpper"):
        letter = _LETTERS[(value - 1) % len(_LETTERS)]
        return letter.upper() if kind == "russianUpper" else letter
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman"):
        return _roman(value) if kind == "upperRoman" else _roman(value).lower()
    return "" if kind == "none" else str(value)


def _roman(value: int) -> str:
    written = ""
    steps = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    for step, letters in steps:
        written += letters * (value // step)
        value %= step
    return written
