"""Plain data of a document as HTML for the screen: the same text as the DOCX and PDF, made for narrow pages too.

Only text and tables; every text is escaped, no address or script can come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

_LOOKS = (("bold", "strong"), ("italic", "em"), ("underline", "u"), ("superscript", "sup"), ("subscript", "sub"))
_ALIGNED = {"center": "text-center", "right": "text-end"}
Block = Mapping[str, Any]


def write(paper: Mapping[str, Any]) -> str:
    """The document as one `article`."""
    body = Markup("").join(_blocks(section["blocks"]) for section in paper["sections"])
    return str(Markup('<article class="official">{}</article>').format(body))


def _blocks(blocks: Iterable[Block]) -> Markup:
    return Markup("").join(_table(one) if one["kind"] == "table" else _paragraph(one) for one in blocks)


def _paragraph(block: Block) -> Markup:
    text = Markup("").join(_piece(piece) for piece in block["runs"])
    if not text.strip():
        return Markup("")
    label = escape(block["label"]) + " " if block.get("label") else ""
    tag = f"h{min(block['level'] + 1, 6)}" if block["level"] else "p"
    look = _ALIGNED.get(block["align"])
    named = Markup(' class="{}"').format(look) if look else ""
    return Markup("<{0}{1}>{2}{3}</{0}>").format(Markup(tag), named, label, text)


def _piece(piece: Mapping[str, Any]) -> Markup:
    if piece.get("br") or piece.get("page_break"):
        return Markup("<br>")
    if piece.get("tab"):
        return Markup("\u2003")
    text = escape(piece.get("text", "").upper() if piece.get("caps") else piece.get("text", ""))
    for look, tag in _LOOKS:
        if piece.get(look) and text:
            text = Markup("<{0}>{1}</{0}>").format(Markup(tag), text)
    return text


def _table(block: Block) -> Markup:
    lined = any(any(cell["lines"].values()) for row in block["rows"] for cell in row["cells"])
    if not lined:
        return Markup('<div class="official-row">{}</div>').format(
            Markup("").join(_plain_row(row["cells"]) for row in block["rows"])
        )
    heads = Markup("").join(_row(row["cells"], "th") for row in block["rows"][: block["heads"]])
    rest = Markup("").join(_row(row["cells"], "td") for row in block["rows"][block["heads"] :])
    head = Markup("<thead>{}</thead>").format(heads) if heads else ""
    frame = '<div class="official-scroll" tabindex="0"><table>{}<tbody>{}</tbody></table></div>'
    return Markup(frame).format(head, rest)


def _plain_row(cells: Iterable[Block]) -> Markup:
    """A row of a table without lines: a layout of columns, not data."""
    shown = Markup("").join(Markup("<div>{}</div>").format(_blocks(cell["blocks"])) for cell in cells)
    return Markup('<div class="official-columns">{}</div>').format(shown)


def _row(cells: Iterable[Block], tag: str) -> Markup:
    shown = Markup("").join(
        Markup("<{0}{1}{2}{3}>{4}</{0}>").format(
            Markup(tag),
            Markup(' scope="col"') if tag == "th" else "",
            Markup(' colspan="{}"').format(cell["colspan"]) if cell["colspan"] > 1 else "",
            Markup(' rowspan="{}"').format(cell["rowspan"]) if cell["rowspan"] > 1 else "",
            _blocks(cell["blocks"]),
        )
        for cell in cells
    )
    return Markup("<tr>{}</tr>").format(shown)
