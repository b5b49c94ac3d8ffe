"""A filled DOCX as plain data: sections with pages, paragraphs, tables. What `pdf` and `screen` write. Child only.

Measures are points. Read are the parts of WordprocessingML that official papers are made of; text boxes, charts and
floating positions are not (the check of a template says so).
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from .numbering import Numbering
from .runs import Piece, Runs
from .styles import Properties, Styles, W, attribute, points
from .tables import read_table

_ALIGN = {"center": "center", "right": "right", "end": "right", "both": "justify", "distribute": "justify"}
_A4 = (595.3, 841.9)
_SIDES = ("top", "bottom", "left", "right", "header", "footer")


def read(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The document as JSON data, and its pictures by name."""
    document = Document(BytesIO(content))
    images: dict[str, bytes] = {}
    body = _Reader(document, document.part, images)
    sections = list(document.sections)
    found: list[dict[str, Any]] = []
    for section, nodes in zip(sections, _divided(document.element.body), strict=False):
        found.append(
            {
                "page": _page(section._sectPr),
                "header": _margin(document, section.header, images),
                "footer": _margin(document, section.footer, images),
                "first": _first(document, section, images),
                "blocks": body.blocks(nodes),
            }
        )
    return {"title": document.core_properties.title or "", "sections": found}, images


def _divided(body: Any) -> list[list[Any]]:
    """The nodes of each section: a section ends with the paragraph that holds its properties."""
    found: list[list[Any]] = [[]]
    for node in body:
        if node.tag == W + "sectPr":
            continue
        found[-1].append(node)
        if node.tag == W + "p" and node.find(f"{W}pPr/{W}sectPr") is not None:
            found.append([])
    return found


def _page(properties: Any) -> dict[str, float]:
    size, margins = properties.find(W + "pgSz"), properties.find(W + "pgMar")
    page = {
        "width": points(attribute(size, "w")) or _A4[0],
        "height": points(attribute(size, "h")) or _A4[1],
    }
    for side in _SIDES:
        page[side] = abs(points(attribute(margins, side)) or 0.0)
    return page


def _margin(document: Any, part: Any, images: dict[str, bytes]) -> list[Any]:
    """Header or footer; an inherited one too."""
    return _Reader(document, part.part, images).blocks(list(part._element))


def _first(document: Any, section: Any, images: dict[str, bytes]) -> dict[str, Any] | None:
    """Header and footer of the first page, where they differ."""
    if not section.different_first_page_header_footer:
        return None
    return {
        "header": _margin(document, section.first_page_header, images),
        "footer": _margin(document, section.first_page_footer, images),
    }


class _Reader:
    """Reads the blocks of one part."""

    def __init__(self, document: Any, part: Any, images: dict[str, bytes]) -> None:
        related = document.part.rels.values()
        lists = [one.target_part for one in related if one.reltype == RELATIONSHIP_TYPE.NUMBERING]
        self._styles = Styles(document.styles.element)
        self._numbering = Numbering(lists[0].element if lists else None)
        self._runs = Runs(self._styles, part, images)

    def blocks(self, nodes: list[Any]) -> list[Any]:
        """Paragraphs and tables, in order; what wraps them (content controls) is looked through."""
        found: list[Any] = []
        for node in nodes:
            if node.tag == W + "p":
                found.append(self.paragraph(node))
            elif node.tag == W + "tbl":
                found.append(read_table(node, self._styles, self.blocks))
            elif node.tag == W + "sdt":
                content = node.find(W + "sdtContent")
                found += [] if content is None else self.blocks(list(content))
        return found

    def paragraph(self, node: Any) -> dict[str, Any]:
        """One `w:p` with its effective properties."""
        own = node.find(W + "pPr")
        seen = self._styles.paragraph(own)
        runs = self._runs.of(node)
        block: dict[str, Any] = {"kind": "paragraph", "runs": runs, "level": self._styles.heading_level(own)}
        block["size"] = _size(runs, self._styles.run(None if own is None else own.find(W + "rPr"), own))
        block["align"] = _ALIGN.get(seen.value("jc") or "", "left")
        block |= _indents(seen) | _spacing(seen)
        listed = self._numbering.label(seen)
        if listed is not None:
            label, left, hanging = listed
            block["label"] = label
            if seen.find("ind") is None:
                block |= {"left": left, "first": -hanging}
        block["keep"] = seen.on("keepNext")
        block["page_break"] = seen.on("pageBreakBefore")
        return block


def _size(runs: list[Piece], mark: Properties) -> float:
    """The size that a line of the paragraph is made for: of its largest text, else of its mark."""
    sizes = [piece["size"] for piece in runs if "size" in piece]
    return max(sizes) if sizes else float(mark.value("sz") or 20) / 2


def _indents(seen: Properties) -> dict[str, float]:
    first = seen.points("ind", "firstLine") - seen.points("ind", "hanging")
    return {"left": seen.points("ind", "left", "start"), "right": seen.points("ind", "right", "end"), "first": first}


def _spacing(seen: Properties) -> dict[str, Any]:
    """Space around a paragraph and between its lines: a factor of the single line, or a height (17.3.1.33)."""
    line, rule = seen.value("spacing", "line"), seen.value("spacing", "lineRule") or "auto"
    found: dict[str, Any] = {
        "before": seen.points("spacing", "before"),
        "after": seen.points("spacing", "after"),
        "lines": 1.0,
    }
    if line is not None and rule == "auto":
        found["lines"] = float(line) / 240
    elif line is not None:
        found["height"], found["exact"] = points(line), rule == "exact"
    return found
