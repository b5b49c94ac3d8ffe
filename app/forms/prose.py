"""Texts of a form as safe HTML: Markdown and HTML components, with values filled in and escaped."""

from __future__ import annotations

import html
import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.forms.evaluation import Lookup
from app.forms.templating import fill_text

_TAGS = {
    "p", "br", "hr", "strong", "b", "em", "i", "u", "s", "sub", "sup", "small", "code", "pre", "blockquote", "span",
    "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "a",
    "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")
_HEADING = re.compile(r"<(/?)h([1-6])>")


def markdown(text: str, lookup: Lookup) -> str:
    """A `text` component: Markdown without raw HTML; a value that is filled in stays plain text."""
    return _clean(_parser().render(fill_text(text, lookup, _literal)))


def plain_html(content: str, lookup: Lookup) -> str:
    """An `html` component: harmless tags only, no styles, no scripts."""
    return _clean(fill_text(content, lookup, html.escape))


class Headings:
    """Levels of headings in a page whose own heading is the first: none is skipped, none stands above it."""

    def __init__(self) -> None:
        self._last = 1

    def fit(self, text: str) -> Markup:
        """The HTML with its headings at fitting levels."""
        return Markup(_HEADING.sub(self._level, text))

    def _level(self, match: re.Match[str]) -> str:
        if not match[1]:
            self._last = min(int(match[2]) + 1, self._last + 1, 6)
        return f"<{match[1]}h{self._last}>"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def _literal(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(value.split()))


def _clean(text: str) -> str:
    return nh3.clean(text, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer")
