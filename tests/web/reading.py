"""What a reader gets to read on a page: texts between tags and in attributes that are read out."""

from __future__ import annotations

from html.parser import HTMLParser

_SILENT = {"script", "style", "code", "pre", "textarea", "noscript", "svg"}
_EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SPOKEN = {"aria-label", "placeholder", "title", "alt", "data-confirm", "data-label"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in _SILENT or ("lang" in given and tag != "html")
        if not silent and not self._silent():
            self.texts += [value for name, value in attrs if name in _SPOKEN and value]
        if tag not in _EMPTY:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent():
            self.texts.append(" ".join(data.split()))

    def _silent(self) -> bool:
        return any(silent for _tag, silent in self._open)


def texts(html: str) -> list[str]:
    """Texts of a page in their order; code, scripts and parts in another language (`lang=…`) are left out."""
    reader = _Reader()
    reader.feed(html)
    return reader.texts
