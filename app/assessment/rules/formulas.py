"""LaTeX formulas as MathML, made on the server: browsers show it without a script, so the CSP stays strict.

Whatever the converter makes is taken apart and put together again from a list of harmless elements and attributes.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element

LONGEST = 1000
_DEEPEST = 20
_CHILDREN = {
    "mfrac": 2, "msup": 2, "msub": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3,
}  # fmt: skip
_ELEMENTS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mphantom", "mpadded", "menclose"),
    *("msqrt", "mtable", "mtr", "mtd", "mmultiscripts", "mprescripts", "none", *_CHILDREN),
}
_ATTRIBUTES = {
    *("display", "stretchy", "fence", "form", "separator", "largeop", "movablelimits", "symmetric", "accent"),
    *("width", "height", "depth", "lspace", "rspace", "minsize", "maxsize", "linethickness", "displaystyle"),
    *("scriptlevel", "mathvariant", "notation", "columnalign", "rowalign", "columnlines", "rowlines", "columnspacing"),
}
_PLAIN_VALUE = re.compile(r"[\w.%+\- ]{1,60}")
_OUTSIDE = re.compile(r"\\?\$|\\[()\[\]]")
"""Signs that begin or end a formula, and so cannot stand in one."""
_UNKNOWN = re.compile(r"\\[A-Za-z]+|\\")


class BadFormula(ValueError):
    """The LaTeX cannot be shown. `part` is what was not understood, empty when the whole is unclear."""

    def __init__(self, part: str = "") -> None:
        super().__init__(part)
        self.part = part


@lru_cache(maxsize=20_000)
def mathml(latex: str) -> str:
    """A formula as a MathML element.

    Args:
        latex: what stands between the dollar signs.

    Raises:
        BadFormula: braces that do not match, missing parts, unknown commands, too long.
    """
    latex = latex.strip()
    outside = _OUTSIDE.search(latex)
    if outside:
        raise BadFormula(outside[0])
    if not latex or len(latex) > LONGEST or not _balanced(latex):
        raise BadFormula()
    try:
        made = convert_to_element(latex)
    except RecursionError:
        raise BadFormula() from None
    except Exception as error:  # the converter has many kinds of failures for broken input
        raise BadFormula() from error
    math = _clean(made)
    math.set("xmlns", "http://www.w3.org/1998/Math/MathML")
    return ElementTree.tostring(math, encoding="unicode")


def _balanced(latex: str) -> bool:
    """Whether every brace has its counterpart and none lies too deep."""
    depth = 0
    for sign in re.findall(r"\\.|[{}]", latex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if not 0 <= depth <= _DEEPEST:
            return False
    return depth == 0


def _clean(element: ElementTree.Element) -> ElementTree.Element:
    """The same element of known parts only; text that still looks like a command was not understood."""
    tag = element.tag.rpartition("}")[2]
    if tag not in _ELEMENTS:
        raise BadFormula(tag)
    if len(element) != _CHILDREN.get(tag, len(element)):
        raise BadFormula()
    copy = ElementTree.Element(tag)
    copy.text = html.unescape(element.text or "")
    unknown = _UNKNOWN.match(copy.text) if tag in ("mi", "mo") else None
    if unknown and copy.text != "\\":
        raise BadFormula(unknown[0])
    for name, value in element.attrib.items():
        if name in _ATTRIBUTES and _PLAIN_VALUE.fullmatch(value):
            copy.set(name, value)
    copy.extend([_clean(child) for child in element])
    return copy
