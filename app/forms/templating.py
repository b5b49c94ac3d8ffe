"""`{{expression}}`, `{{#if}}` and `{{#loop}}` in texts of a form, as form-js (feelers) understands them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TAG = re.compile(r"\{\{\s*(#if\s|#loop\s|/if|/loop)?(.*?)\}\}", re.DOTALL)


def expressions_in(text: str) -> Iterator[str]:
    """The FEEL expressions of a template, or of a text that is one expression (`=…`)."""
    if text.lstrip().startswith("="):
        yield text.strip()[1:].strip()
        return
    for match in _TAG.finditer(text):
        if not (match[1] or "").startswith("/") and match[2].strip():
            yield match[2].strip()
