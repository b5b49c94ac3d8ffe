"""The texts of items as HTML: words, formulas as MathML, pictures; made on the server, no script."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

from ..rules.content import Formula, Picture, UnclosedFormula, parts
from ..rules.formulas import BadFormula, mathml

Address = Callable[[int], str]


def shown(text: str, picture: Address) -> Markup:
    """A text of an item.

    Args:
        text: as the bank keeps it.
        picture: address of a picture by the key of its file.
    """
    try:
        return Markup("").join(_part(part, picture) for part in parts(text))
    except UnclosedFormula:
        return _lines(text)


def _part(part: object, picture: Address) -> Markup:
    if isinstance(part, Formula):
        try:
            return Markup(mathml(part.latex))  # made from a list of harmless elements
        except BadFormula:
            return Markup("<code>{}</code>").format(part.latex)
    if isinstance(part, Picture):
        if part.key is None:
            return Markup("[{}]").format(part.alt)
        return Markup('<img class="item-picture" src="{}" alt="{}" loading="lazy">').format(picture(part.key), part.alt)
    return _lines(getattr(part, "text", ""))


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
