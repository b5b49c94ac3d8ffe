"""Items as Moodle GIFT: Moodle takes it, and `gift.read` gives the same items again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from .content import Formula, Picture, Words
from .drafts import Draft
from .html_text import as_html, parts_of
from .items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, SINGLE, TEXT

_SPECIAL = re.compile(r"[\\:#={}~]")
_SAFE_CODE = re.compile(r"[^\s{}]{1,40}")


def write(drafts: Iterable[Draft], bank: str) -> str:
    """A file of questions, topic after topic.

    Args:
        bank: title of the bank, the category above the topics.
    """
    blocks, topic = [], None
    for draft in drafts:
        if draft.topic != topic:
            topic = draft.topic
            path = f"{_slashed(bank)}/{_slashed(topic)}"
            blocks.append(f"$CATEGORY: $course$/top/{path}")
        blocks.append(_question(draft))
    return "\n\n".join(blocks) + "\n"


def _slashed(name: str) -> str:
    return _escaped(name).replace("/", "//")


def _question(draft: Draft) -> str:
    meta = [f"code={draft.code}"] if _SAFE_CODE.fullmatch(draft.code) else []
    meta += [f"points={draft.points}", f"scoring={draft.scoring}"] + ["case=1"] * draft.case_sensitive
    title = f"::{_escaped(draft.code)}::" if draft.code else ""
    answers = _WRITERS[draft.kind](draft)
    return f"// marshrut {' '.join(meta)}\n{title}[html]{_html(draft.prompt)} {{{answers}}}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text).replace("\n", "\\n")


def _html(text: str) -> str:
    """A text that Moodle reads as HTML, as the mark of its question says."""
    return _escaped(as_html(text))


def _choice(text: str) -> str:
    """A choice in HTML; one that begins with a bracket gets its own mark, so that the bracket is no mark."""
    return "[html]" * text.startswith("[") + _html(text)


def _plain(text: str) -> str:
    """A text that Moodle takes as it is; a pair's arrow in it is no arrow, its beginning is no mark and no comment."""
    said = "".join(_plain_piece(part) for part in parts_of(text))
    return "[plain]" * text.startswith(("[", "//")) + _escaped(said).replace("->", "-\\>")


def _plain_piece(part: Words | Formula | Picture) -> str:
    if isinstance(part, Formula):
        return f"\\({part.latex}\\)"
    return f"![{part.alt}]({part.source})" if isinstance(part, Picture) else part.text.replace("$", "\\$")


def _single(draft: Draft) -> str:
    return _lines(
        ("=" if number in draft.correct else "~%0%" if text.startswith("%") else "~") + _choice(text)
        for number, text in enumerate(draft.choices, start=1)
    )


def _multiple(draft: Draft) -> str:
    share = Fraction(100, len(draft.correct))
    weight = f"{float(share):.5f}".rstrip("0").rstrip(".")
    signs = ("" if number in draft.correct else "-" for number in range(1, len(draft.choices) + 1))
    return _lines(f"~%{sign}{weight}%{_choice(text)}" for sign, text in zip(signs, draft.choices, strict=True))


def _numeric(draft: Draft) -> str:
    return f"#{draft.value}:{draft.tolerance or '0'}"


def _text(draft: Draft) -> str:
    return _lines("=%100%" + _plain(text).replace("*", "\\*") for text in draft.choices)


def _matching(draft: Draft) -> str:
    sides = zip(draft.choices, draft.pairs, strict=True)
    return _lines(f"={_choice(left)} -> {_plain(right)}" for left, right in sides)


def _ordering(draft: Draft) -> str:
    grading = "ALL_OR_NOTHING" if draft.scoring == ALL else "ABSOLUTE_POSITION"
    head = f">{len(draft.choices)} ALL VERTICAL {grading} SHOW none"
    return "\n".join([head, *(_plain(text) for text in draft.choices), ""])


def _lines(answers: Iterable[str]) -> str:
    return "\n" + "\n".join(answers) + "\n"


_WRITERS = {
    SINGLE: _single,
    MULTIPLE: _multiple,
    NUMERIC: _numeric,
    TEXT: _text,
    MATCHING: _matching,
    ORDERING: _ordering,
}
