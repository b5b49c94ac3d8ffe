"""What a file is called inside: the name of its process, decision or form. Pure; broken files have none."""

from __future__ import annotations

import json
import re
from html import unescape

from .naming import BPMN, DMN, FORM

_NAMED = {
    BPMN: re.compile(r"<(?:\w+:)?process\s[^<>]*?\bname=(?:\"([^\"]*)\"|'([^']*)')"),
    DMN: re.compile(r"<(?:\w+:)?decision\s[^<>]*?\bname=(?:\"([^\"]*)\"|'([^']*)')"),
}


def title_in(kind: str, content: bytes) -> str:
    """The name that people see; empty when the file has none."""
    text = content.decode("utf-8", "replace")
    if kind == FORM:
        return _form_title(text)
    found = _NAMED[kind].search(text) if kind in _NAMED else None
    return unescape(found[1] or found[2] or "").strip()[:120] if found else ""


def _form_title(text: str) -> str:
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    title = schema.get("title") if isinstance(schema, dict) else None
    return title.strip()[:120] if isinstance(title, str) else ""
