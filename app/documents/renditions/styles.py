"""Which properties apply to a paragraph or run of a DOCX: own, of styles, of the document (ECMA-376, 17.7.2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off", "none")
_POINT = 20
"""Twentieths of a point in a point."""


def attribute(node: Any, name: str) -> str | None:
    """A `w:` attribute of a node, None when node or attribute is missing."""
    return None if node is None else node.get(W + name)


def points(value: str | None) -> float | None:
    """Twentieths of a point as points."""
    try:
        return None if value is None else float(value) / _POINT
    except ValueError:
        return None


class Styles:
    """The styles of one document."""

    def __init__(self, root: Any) -> None:
        """Take in `word/styles.xml`."""
        self._by_id = {one.get(W + "styleId"): one for one in root.iter(W + "style")}
        defaults = [one for one in root.iter(W + "style") if one.get(W + "default") == "1"]
        self._default = {one.get(W + "type"): one.get(W + "styleId") for one in defaults}
        self._around: list[Any] = []
        self._run = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._paragraph = root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr")

    def paragraph(self, properties: Any) -> Properties:
        """Properties of a paragraph with this `w:pPr` (or None)."""
        own = [] if properties is None else [properties]
        chain = self._chain(self.style_id(properties, "pStyle", "paragraph"))
        document = [] if self._paragraph is None else [self._paragraph]
        return Properties([*own, *_all(chain, "pPr"), *self._around, *document])

    def run(self, properties: Any, paragraph: Any) -> Properties:
        """Properties of a run with this `w:rPr` in a paragraph with this `w:pPr`."""
        own = [] if properties is None else [properties]
        named = attribute(None if properties is None else properties.find(W + "rStyle"), "val")
        chains = self._chain(named) + self._chain(self.style_id(paragraph, "pStyle", "paragraph"))
        return Properties([*own, *_all(chains, "rPr"), *([] if self._run is None else [self._run])])

    def table(self, properties: Any) -> list[Any]:
        """The `w:tblPr` nodes of a table and its styles, nearest first."""
        own = [] if properties is None else [properties]
        return own + _all(self._chain(self.style_id(properties, "tblStyle", "table")), "tblPr")

    @contextmanager
    def inside_table(self, properties: Any) -> Iterator[None]:
        """Within it, paragraphs also take what the style of the table says about paragraphs."""
        before, named = self._around, self.style_id(properties, "tblStyle", "table")
        self._around = _all(self._chain(named), "pPr") + before
        try:
            yield
        finally:
            self._around = before

    def style_id(self, properties: Any, tag: str, kind: str) -> str | None:
        """The style named by properties, else the default of its kind."""
        named = attribute(None if properties is None else properties.find(W + tag), "val")
        return named if named in self._by_id else self._default.get(kind)

    def heading_level(self, properties: Any) -> int:
        """1–6 for a heading, 0 for ordinary text: by the outline level, or by the style «Title»."""
        outline = self.paragraph(properties).value("outlineLvl")
        if outline is not None and outline.isdecimal() and int(outline) < 6:
            return int(outline) + 1
        named = self._by_id.get(self.style_id(properties, "pStyle", "paragraph"))
        name = attribute(None if named is None else named.find(W + "name"), "val") or ""
        return 1 if name.lower() == "title" else 0

    def _chain(self, style_id: str | None) -> list[Any]:
        found: list[Any] = []
        while style_id in self._by_id and len(found) < 20:
            style = self._by_id[style_id]
            found.append(style)
            style_id = attribute(style.find(W + "basedOn"), "val")
        return found


class Properties:
    """Property nodes, nearest first: the first that says something counts."""

    def __init__(self, nodes: list[Any]) -> None:
        self._nodes = nodes

    def value(self, tag: str, name: str = "val") -> str | None:
        """An attribute of a property."""
        for node in self._nodes:
            found = attribute(node.find(W + tag), name)
            if found is not None:
                return found
        return None

    def points(self, tag: str, *names: str) -> float:
        """A measure in points, 0 when nothing says it."""
        for name in names:
            found = points(self.value(tag, name))
            if found is not None:
                return found
        return 0.0

    def on(self, tag: str) -> bool:
        """Whether a switch (bold, keepNext, …) is on."""
        for node in self._nodes:
            found = node.find(W + tag)
            if found is not None:
                return (attribute(found, "val") or "1").lower() not in _OFF
        return False

    def find(self, path: str) -> Any:
        """The nearest node of a tag, None when there is none."""
        for node in self._nodes:
            found = node.find(W + path)
            if found is not None:
                return found
        return None


def _all(styles: list[Any], tag: str) -> list[Any]:
    return [found for style in styles if (found := style.find(W + tag)) is not None]
