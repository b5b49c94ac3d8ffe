"""`{{expression}}`, `{{#if}}` and `{{#loop}}` in texts of a form, as form-js (feelers) understands them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from app.forms.evaluation import Lookup, evaluate_all, lookup_in
from app.forms.formats import show_number

_TAG = re.compile(r"\{\{\s*(#if\s|#loop\s|/if|/loop)?(.*?)\}\}", re.DOTALL)
MAX_ITEMS = 500
"""Turns of one loop; a text is not a report."""
Escape = Callable[[str], str]


@dataclass
class _Part:
    """A piece of a template: literal text, an expression, or a block with parts inside."""

    kind: str
    text: str = ""
    parts: list[_Part] = field(default_factory=list)


def expressions_in(text: str) -> Iterator[str]:
    """The FEEL expressions of a template, or of a text that is one expression (`=…`)."""
    if text.lstrip().startswith("="):
        yield text.strip()[1:].strip()
        return
    for match in _TAG.finditer(text):
        if not (match[1] or "").startswith("/") and match[2].strip():
            yield match[2].strip()


def fill_text(text: str, lookup: Lookup, escape: Escape = str) -> str:
    """A text with its expressions replaced by their values.

    Args:
        escape: applied to inserted values, never to the text of the form itself.
    """
    if text.lstrip().startswith("="):
        return escape(_shown(evaluate_all([text.strip()[1:].strip()], lookup)[0]))
    if "{{" not in text:
        return text
    return _fill(_parsed(text).parts, lookup, escape)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> _Part:
    root = _Part("root")
    stack, position = [root], 0
    for match in _TAG.finditer(text):
        stack[-1].parts.append(_Part("text", text[position : match.start()]))
        position = match.end()
        tag, expression = (match[1] or "").strip(), match[2].strip()
        if tag.startswith("/"):
            if len(stack) > 1 and stack[-1].kind == tag[1:]:
                stack.pop()
        elif tag:
            block = _Part(tag[1:], expression)
            stack[-1].parts.append(block)
            stack.append(block)
        elif expression:
            stack[-1].parts.append(_Part("value", expression))
    stack[-1].parts.append(_Part("text", text[position:]))
    return root


def _fill(parts: Sequence[_Part], lookup: Lookup, escape: Escape) -> str:
    live = [part for part in parts if part.kind != "text"]
    values = iter(evaluate_all([part.text for part in live], lookup))
    out = []
    for part in parts:
        if part.kind == "text":
            out.append(part.text)
            continue
        value = next(values)
        if part.kind == "value":
            out.append(escape(_shown(value)))
        elif part.kind == "if":
            out.append(_fill(part.parts, lookup, escape) if value else "")
        elif isinstance(value, list):
            out += [_fill(part.parts, _inner(item, lookup), escape) for item in value[:MAX_ITEMS]]
    return "".join(out)


def _inner(item: Any, lookup: Lookup) -> Lookup:
    named = dict(item) if isinstance(item, Mapping) else {}
    layers = lookup_in({**named, "this": item})

    def inner(name: str) -> Any:
        try:
            return layers(name)
        except KeyError:
            return lookup(name)

    return inner


def _shown(value: Any) -> str:
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return show_number(value) if isinstance(value, int | float) else str(value)
