"""Texts that people send: without what cannot be stored or seen. Pure."""

from __future__ import annotations

import re

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    """The text without control signs and halves of characters, and without spaces around it."""
    return _UNSEEN.sub("", text).strip()
