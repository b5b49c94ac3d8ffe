"""HTML of other systems as the plain text of items, and back: lines, formulas, pictures stay, the rest is dropped."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from urllib.parse import unquote

from .content import Formula, Picture, UnclosedFormula, Words, parts

_BREAKS = {"p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"}
_SILENT = {"script", "style", "head", "title"}
_LINE = "\x0b"
"""A line break that was asked for; ends of paragraphs beside each other make only one."""
_RAISED = {"sup": "^", "sub": "_"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br" or tag in _BREAKS:
            self.said.append(_LINE if tag == "br" else "\n")
        elif tag in _RAISED:
            self.said.append(f"${{}}{_RAISED[tag]}{{")
        elif tag == "img":
            facts = dict(attrs)
            source = unquote(facts.get("src") or "").removeprefix("@@PLUGINFILE@@/")
            self.said.append(f"![{_alt(facts.get('alt'))}]({re.sub(r'[()]', '_', source).strip()})")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BREAKS:
            self.said.append("\n")
        elif tag in _RAISED:
            self.said.append("}$")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(re.sub(r"\s+", " ", data))


def _alt(text: str | None) -> str:
    return " ".join((text or "").replace("[", "(").replace("]", ")").split())


def plain_text(source: str) -> str:
    """The text of a piece of HTML."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    lines = re.sub(r"[ \n]+", _one_line_end, "".join(reader.said)).replace(_LINE, "\n").split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def _one_line_end(blank: re.Match[str]) -> str:
    """Of line ends beside each other the first stays, none before a break that was asked for."""
    spaces, line_end, _more = blank[0].partition("\n")
    if not line_end:
        return blank[0]
    return "" if blank.string.startswith(_LINE, blank.end()) else spaces + line_end


def as_html(text: str) -> str:
    """A text of an item as HTML that `plain_text` reads back; formulas as Moodle's MathJax takes them."""
    return "".join(_piece(part) for part in parts_of(text))


def parts_of(text: str) -> list[Words | Formula | Picture]:
    """The parts of a text; a text with a lone dollar sign is words only."""
    try:
        return list(parts(text))
    except UnclosedFormula:
        return [Words(text)]


def _piece(part: Words | Formula | Picture) -> str:
    if isinstance(part, Picture):
        return f'<img src="{html.escape(part.source)}" alt="{html.escape(part.alt)}">'
    if isinstance(part, Formula):
        return f"\\({html.escape(part.latex, quote=False)}\\)"
    return html.escape(part.text.replace("$", "\\$"), quote=False).replace("\n", "<br>")
