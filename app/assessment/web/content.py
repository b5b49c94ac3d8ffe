"""Texts of items on the pages of the banks."""

from __future__ import annotations

from flask import url_for
from markupsafe import Markup

from ..rules.content import plain_words
from . import texts
from .blueprint import blueprint


@blueprint.app_template_filter("item_text")
def item_text(text: str) -> Markup:
    """A text of an item as HTML, its pictures from the file store."""
    return texts.shown(text, lambda key: url_for("files.download", key=key))


@blueprint.app_template_filter("item_line")
def item_line(text: str, longest: int = 0) -> str:
    """A text of an item in one line, for lists and titles."""
    return plain_words(text, longest)
