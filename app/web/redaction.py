"""Paths and texts without what opens something by itself (address of a calendar, link of a letter, code of a
questionnaire)."""

from __future__ import annotations

import re

_SECRET = re.compile(r"(?<=/)[\w-]{40,}|(?<=/monitoring/q/)[^/?\s]+")


def without_secrets(text: str) -> str:
    """A path as logs may keep it, or a text as others may read it: random tokens in addresses are left out."""
    return _SECRET.sub("…", text)
