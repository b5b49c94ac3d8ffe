r"""The texts of items: plain words with `$…$` for formulas and `![description](file:<key>)` for pictures.

`\$` is a dollar sign that begins no formula. In files a picture is named by its file, `![description](square.png)`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .formulas import BadFormula, mathml

_TOKEN = re.compile(
    r"(?P<dollar>\\\$)|\$(?P<formula>(?:[^$\\]|\\.)+?)\$|!\[(?P<alt>[^\]\n]{0,2000})\]\((?P<source>[^()\n]+)\)|(?P<lone>\$|\\[()\[\]])",
    re.DOTALL,
)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_OTHER_FORMULA = re.compile(
    r"(\\\$)|\$\$(.+?)\$\$|\$((?:[^$\\]|\\.)+?)\$|\\\((.{1,1000}?)\\\)|\\\[(.{1,1000}?)\\\]", re.DOTALL
)
"""No formula is longer than `formulas.LONGEST`; without a bound thousands of unclosed brackets would take seconds."""
LONGEST = 20_000
"""Characters: a longer text is no item's; it is refused (`rules.checking`) without looking for formulas."""
FILE = "file:"


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """LaTeX."""

    latex: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; `source` is `file:<key>` in a bank, a file name in a file that is read."""

    alt: str
    source: str

    @property
    def key(self) -> int | None:
        """Key of the file in the store; None when it is not there (yet)."""
        name = self.source.removeprefix(FILE)
        return int(name) if name != self.source and name.isdecimal() else None


class UnclosedFormula(ValueError):
    """A dollar sign that begins no formula and is not written as `\\$`, or half a pair `\\(`, `\\)`."""


Part = Words | Formula | Picture


def clean(text: object) -> str:
    """Text as it is kept: composed characters, line feeds, single spaces, no control or direction characters.

    Formulas between `$$`, `\\(` and `\\)` or `\\[` and `\\]` are kept between `$`.
    """
    found = unicodedata.normalize("NFC", str(text if text is not None else ""))
    found = _CONTROL.sub("", found.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (" ".join(line.split()) for line in found.split("\n"))
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return found if len(found) > LONGEST else _OTHER_FORMULA.sub(_with_dollars, found)


def _with_dollars(found: re.Match[str]) -> str:
    latex = found[2] or found[3] or found[4] or found[5]
    return "$" + " ".join(latex.split()) + "$" if latex and latex.strip() and "$" not in latex else found[0]


def parts(text: str) -> Iterator[Part]:
    """A text as words, formulas and pictures.

    Raises:
        UnclosedFormula: a lone dollar sign.
    """
    words, at = "", 0
    for token in _TOKEN.finditer(text):
        words += text[at : token.start()]
        at = token.end()
        if token["lone"]:
            raise UnclosedFormula(text[token.start() : token.start() + 20])
        if token["dollar"]:
            words += "$"
            continue
        if words:
            yield Words(words)
        words = ""
        yield Formula(token["formula"]) if token["formula"] else Picture(token["alt"], token["source"])
    words += text[at:]
    if words:
        yield Words(words)


def pictures(text: str) -> list[Picture]:
    """The pictures of a text, whatever else is wrong with it; none of a text that is far too long."""
    if len(text) > LONGEST:
        return []
    return [Picture(token["alt"], token["source"]) for token in _TOKEN.finditer(text) if token["source"]]


def has_formula(text: str) -> bool:
    """Whether a text has a formula, or a sign that would begin one."""
    return any(token["formula"] or token["lone"] or token["dollar"] for token in _TOKEN.finditer(text))


def with_sources(text: str, change: Callable[[str], str]) -> str:
    """The text with the sources of its pictures changed; a text that is far too long stays as it is."""
    if len(text) > LONGEST:
        return text

    def changed(token: re.Match[str]) -> str:
        return f"![{token['alt']}]({change(token['source'])})" if token["source"] else token[0]

    return _TOKEN.sub(changed, text)


def first_wrong_formula(text: str) -> BadFormula | None:
    """The first formula that cannot be shown; None when all can (`part` is then the formula or the unknown command)."""
    for part in parts(text):
        if isinstance(part, Formula):
            try:
                mathml(part.latex)
            except BadFormula as error:
                return BadFormula(error.part or part.latex)
    return None


def plain_words(text: str, longest: int = 0) -> str:
    """The text for lists and the search: formulas as they are written, pictures as their descriptions, one line."""
    try:
        said = "".join(
            part.text if isinstance(part, Words) else part.latex if isinstance(part, Formula) else f"[{part.alt}]"
            for part in parts(text)
        )
    except UnclosedFormula:
        said = text
    line = " ".join(said.split())
    return line if not longest or len(line) <= longest else line[: longest - 1].rstrip() + "…"
