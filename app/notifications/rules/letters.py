"""How a letter looks: plain text, and the same as simple HTML. Pure."""

from __future__ import annotations

import html
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h2", "h3", "hr"}
_FRAME = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:16px;font-family:Arial,sans-serif;font-size:16px;line-height:1.5;color:#1f2937">
<div style="max-width:600px;margin:0 auto">
{body}
<p style="margin-top:32px;font-size:13px;color:#565d66">{farewell}</p>
</div></body></html>
"""
_BUTTON = (
    '<p style="margin:24px 0"><a href="{link}" style="background:#0557ad;color:#ffffff;padding:10px 18px;'
    'border-radius:4px;text-decoration:none;display:inline-block">{label}</a></p>'
)


def plain(name: str, text: str, link: str | None, farewell: str) -> str:
    """The whole text of a letter: address by name, the message, where to go on, why it came."""
    parts = [f"{name}!" if name else "", text, link or "", f"--\n{farewell}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(name: str, body: str, link: str | None, label: str, farewell: str, language: str) -> str:
    """The same as HTML.

    Args:
        body: harmless HTML, from `from_markdown` or `from_text`.
        label: words on the button that leads to `link`.
    """
    parts = [f"<p>{html.escape(name)}!</p>" if name else "", body]
    if link:
        parts.append(_BUTTON.format(link=html.escape(link, quote=True), label=html.escape(label)))
    return _FRAME.format(language=language, body="\n".join(parts), farewell=html.escape(farewell))


def from_markdown(text: str) -> str:
    """A template's text (Markdown without HTML) as harmless HTML."""
    made = _parser().render(text)
    return nh3.clean(made, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}).strip()


def from_text(text: str) -> str:
    """A plain text as HTML: its paragraphs and line ends, nothing else."""
    paragraphs = (html.escape(part).replace("\n", "<br>") for part in text.split("\n\n") if part.strip())
    return "\n".join(f"<p>{part}</p>" for part in paragraphs)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True})
