"""Texts in the reader's language, as plain texts."""

from __future__ import annotations

import flask_babel


def gettext(text: str, /, **values: object) -> str:
    """A text with its values."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """A text about a number of things, in the form that the number asks for (`%(num)s`)."""
    return str(flask_babel.ngettext(one, many, num, **values))
