"""The text of a paragraph of a DOCX as pieces with their look: what `layout` puts into its paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .styles import Styles, W

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_EMU = 12_700
_SKIPPED = {W + name for name in ("pPr", "del", "moveFrom", "proofErr", "bookmarkStart", "bookmarkEnd")}
_FIELDS = {"PAGE": "page", "NUMPAGES": "pages"}
Piece = dict[str, Any]


class Runs:
    """Reads the runs of one part (body, header, footer) of a document."""

    def __init__(self, styles: Styles, part: Any, images: dict[str, bytes]) -> None:
        """
        Args:
            part: the python-docx part, which knows the pictures.
            images: takes the bytes of every picture met, by name.
        """
        self._styles, self._part, self._images = styles, part, images
        self._field: list[str] | None = None
        self._shows_result = True

    def of(self, paragraph: Any) -> list[Piece]:
        """The pieces of a `w:p`, neighbours of the same look joined."""
        found: list[Piece] = []
        for piece in self._inside(paragraph, paragraph.find(W + "pPr")):
            if found and "text" in piece and _look_of(found[-1]) == _look_of(piece) and "text" in found[-1]:
                found[-1]["text"] += piece["text"]
            elif not piece.get("hidden"):
                found.append(piece)
        return found

    def _inside(self, node: Any, paragraph: Any) -> Iterator[Piece]:
        for child in node:
            if child.tag == W + "r":
                yield from self._run(child, paragraph)
            elif child.tag == W + "fldSimple" and (mark := _mark(child.get(W + "instr") or "")):
                yield {mark: True, **self._look(child.find(W + "r"), paragraph)}
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                yield from self._inside(child, paragraph)

    def _run(self, run: Any, paragraph: Any) -> Iterator[Piece]:
        look = self._look(run, paragraph)
        for child in run:
            name = child.tag.removeprefix(W) if isinstance(child.tag, str) else ""
            if name == "fldChar":
                yield from self._field_char(child.get(W + "fldCharType"), look)
            elif name == "instrText" and self._field is not None:
                self._field.append(child.text or "")
            elif not self._shows_result:
                continue
            elif name == "t" and child.text:
                yield {"text": child.text, **look}
            elif name == "tab":
                yield {"tab": True}
            elif name in ("br", "cr"):
                yield {"page_break": True} if child.get(W + "type") == "page" else {"br": True}
            elif name == "noBreakHyphen":
                yield {"text": "\u2011", **look}
            elif name == "drawing":
                yield from self._picture(child)

    def _field_char(self, kind: str | None, look: Piece) -> Iterator[Piece]:
        """`PAGE` and `NUMPAGES` become marks; of other fields the result that Word left in the file is shown."""
        if kind == "begin":
            self._field = []
        elif kind == "separate" and self._field is not None:
            mark = _mark("".join(self._field))
            self._field, self._shows_result = None, mark is None
            if mark:
                yield {mark: True, **look}
        elif kind == "end":
            mark = None if self._field is None else _mark("".join(self._field))
            self._field, self._shows_result = None, True
            if mark:
                yield {mark: True, **look}

    def _look(self, run: Any, paragraph: Any) -> Piece:
        seen = self._styles.run(None if run is None else run.find(W + "rPr"), paragraph)
        look: Piece = {"size": float(seen.value("sz") or 20) / 2}
        font = seen.value("rFonts", "ascii") or seen.value("rFonts", "cs")
        if font:
            look["font"] = font
        for name, tag in (("bold", "b"), ("italic", "i"), ("strike", "strike"), ("caps", "caps"), ("hidden", "vanish")):
            if seen.on(tag):
                look[name] = True
        if (seen.value("u") or "none") != "none":
            look["underline"] = True
        raised = seen.value("vertAlign")
        if raised in ("superscript", "subscript"):
            look[raised] = True
        colour = seen.value("color")
        if colour and len(colour) == 6:
            look["colour"] = f"#{colour}"
        return look

    def _picture(self, drawing: Any) -> Iterator[Piece]:
        """A picture in line with the text (or anchored: then it stands where its anchor is)."""
        extent, blip = drawing.find(f".//{_DRAWING}extent"), drawing.find(f".//{_BLIP}")
        relation = None if blip is None else blip.get(_RELATION + "embed")
        if extent is None or relation not in self._part.rels:
            return
        target = self._part.rels[relation].target_part
        name = f"{len(self._images)}-{target.partname.rpartition('/')[2]}"
        self._images[name] = target.blob
        described = drawing.find(f".//{_DRAWING}docPr")
        alt = "" if described is None else described.get("descr") or described.get("name") or ""
        size = {"width": int(extent.get("cx")) / _EMU, "height": int(extent.get("cy")) / _EMU}
        yield {"image": name, "alt": alt, **size}


def _mark(instruction: str) -> str | None:
    words = instruction.split()
    return _FIELDS.get(words[0].upper()) if words else None


def _look_of(piece: Piece) -> Piece:
    return {name: value for name, value in piece.items() if name != "text"}
