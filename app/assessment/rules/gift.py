r"""Moodle GIFT: questions read with a report of every one that cannot be taken.

Followed is what Moodle's own importer does (docs.moodle.org «GIFT format»; for ordering the question type of Moodle
4.4). Of it is taken: `$CATEGORY` as topic (its last part), single, multiple (equal weights), true or false, short
answer, numeric (one value with tolerance or a range), matching, ordering, missing word. Refused with a reason: essays,
descriptions, several numbers, unequal weights, `*` in short answers. Feedback is left out and noted.

Beyond Moodle: what stands between `$…$`, `\(…\)` needs no escapes; the comment `// marshrut code=… points=… scoring=…`
before a question says what GIFT cannot; `\>` is a `>` that makes no pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from app.web.spreadsheets import Problem

from . import items
from .drafts import Draft
from .html_text import plain_text
from .items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT
from .reading import MOST_ITEMS, Reading, Row

SHEET = "GIFT"
DEFAULT_TOPIC = "Без темы"
_HIDDEN = {sign: chr(0xFDD0 + number) for number, sign in enumerate("\\:#={}~>\n[%*-")}
"""Stand-ins (non-characters) for signs that were escaped or stand in a formula, while the structure is read."""
_SHOWN = {ord(stand_in): sign for sign, stand_in in _HIDDEN.items()}
_LATEX_N = "eq|e|abla|u|ot|otin|mid|geq|leq|i|eg|earrow|warrow|parallel"
_ESCAPE = re.compile(rf"\\\\|\\[:#={{}}~>*]|\\n(?!(?:{_LATEX_N})(?![a-zA-Z]))")
_TOKEN = re.compile(
    r"(?P<dollar>\\{1,2}\$)|(?P<formula>\$\$.+?\$\$|\$(?:[^$\\]|\\.)+?\$|\\{1,2}\(.{1,1000}?\\{1,2}\))|"
    + _ESCAPE.pattern,
    re.DOTALL,
)
_META = re.compile(r"//\s*marshrut\b(.*)")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_LONGEST = 60_000
"""Characters of one question with its choices: more than every field may hold."""
_NEARLY = Fraction(1, 1000)
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")


class _Refused(Exception):
    def __init__(self, message: object) -> None:
        super().__init__()
        self.message = message


@dataclass(slots=True)
class _Block:
    """The lines of one question, with what the comment before it said."""

    line: int
    text: str
    meta: dict[str, str]


def read(text: str) -> Reading:
    """Read a file; `row` of rows and problems is the line where the question begins."""
    reading = Reading()
    topic = DEFAULT_TOPIC
    for block in _blocks(text):
        if block.text.startswith("$CATEGORY:"):
            topic = _topic(block.text)
            continue
        if len(reading.rows) >= MOST_ITEMS:
            reading.problems.append(
                Problem(SHEET, block.line, "", _l("Only the first %(most)s questions are read.", most=MOST_ITEMS))
            )
            break
        try:
            reading.rows.append(Row(SHEET, block.line, _draft(block, topic, reading)))
        except _Refused as refusal:
            reading.problems.append(Problem(SHEET, block.line, "", refusal.message))
    return reading


def _blocks(text: str) -> Iterator[_Block]:
    """Questions: what stands between blank lines; a category line is a block of its own, comments are no text."""
    lines: list[str] = []
    start, meta = 0, dict[str, str]()
    for number, raw in enumerate([*_without_stand_ins(text).splitlines(), ""], start=1):
        line = raw.strip()
        if line.startswith("//"):
            found = _META.match(line)
            meta = dict(re.findall(r"\b(\w+)=(\S+)", found[1])) if found else meta
        elif line.startswith("$CATEGORY:") and not lines:
            yield _Block(number, line, {})
        elif line:
            start = start or number
            lines.append(line)
        elif lines:
            yield _Block(start, "\n".join(lines), meta)
            lines, start, meta = [], 0, {}


def _without_stand_ins(text: str) -> str:
    return re.sub("[\ufdd0-\ufdef\ufeff]", "", text)


def _topic(line: str) -> str:
    """The last part of a category's path; `//` is a slash in a name."""
    path = line.removeprefix("$CATEGORY:").strip().replace("//", "\0").rstrip("/").split("/")
    return _shown(path[-1]).replace("\0", "/").strip() or DEFAULT_TOPIC


def _hidden(text: str) -> str:
    """The text with stand-ins for what has no meaning for the structure: escaped signs, whatever stands in formulas."""
    return _TOKEN.sub(_hidden_token, text)


def _hidden_token(found: re.Match[str]) -> str:
    if found["dollar"]:
        return _HIDDEN["\\"] + "$"
    if found["formula"]:
        return "".join(_HIDDEN.get(sign, sign) for sign in _ESCAPE.sub(_hidden_escape, found["formula"]))
    return _hidden_escape(found)


def _hidden_escape(found: re.Match[str]) -> str:
    sign = found[0][1]
    return _HIDDEN["\n" if sign == "n" else sign]


def _shown(text: str) -> str:
    return text.translate(_SHOWN)


def _draft(block: _Block, topic: str, reading: Reading) -> Draft:
    if len(block.text) > _LONGEST:
        raise _Refused(_l("Too long: at most %(most)s characters.", most=_LONGEST))
    text = _hidden(block.text)
    if text.startswith("::") and "::" in text[2:]:
        text = text[2:].partition("::")[2].strip()
    before, opened, rest = text.partition("{")
    answers, closed, after = rest.partition("}")
    if not opened and "}" not in before:
        raise _Refused(_l("There are no answers in braces: this is a description, not a question."))
    if not opened or not closed or "{" in answers or "}" in after or "{" in after:
        raise _Refused(_l("The braces do not match. A brace that is text is written \\{ or \\}."))
    html, before = _format(before.strip())
    prompt = before.strip() + (f" _____ {after.strip()}" if after.strip() else "")
    answers = answers.partition("####")[0].strip() if "####" in answers else answers.strip()
    draft = Draft(topic=topic, prompt=_said(prompt, html), points=block.meta.get("points", "1"))
    draft.code, draft.case_sensitive = block.meta.get("code", ""), block.meta.get("case") == "1"
    _answer(draft, answers, html, reading, block)
    if block.meta.get("scoring") in (ALL, PARTIAL) and items.number(draft.points) is not None:
        draft.scoring = block.meta["scoring"]
    return draft


def _format(text: str) -> tuple[bool, str]:
    """Whether a text is HTML, and the text without its mark."""
    found = _FORMAT.match(text)
    return (found[1].lower() == "html", text[found.end() :]) if found else (False, text)


def _said(text: str, html: bool) -> str:
    shown = _shown(text).strip()
    return plain_text(shown) if html else shown


def _part(text: str, html: bool) -> str:
    """The text of an answer: a mark of its own says whether it is HTML, else the question's counts."""
    marked = _FORMAT.match(text.strip())
    own, text = _format(text.strip())
    return _said(text, own if marked else html)


def _answer(draft: Draft, answers: str, html: bool, reading: Reading, block: _Block) -> None:
    """Find out the kind, in Moodle's order, and read the answers."""
    if "#" in answers.removeprefix("#"):
        reading.notes.append(Problem(SHEET, block.line, "", _l("Feedback (after #) is left out.")))
    if not answers:
        raise _Refused(_l("An essay has no key: only questions that are scored by themselves can be taken."))
    if answers.startswith(">"):
        _ordering(draft, answers)
    elif answers.startswith("#"):
        _numeric(draft, answers[1:].partition("#")[0].strip())
    elif "~" in answers:
        _choices(draft, answers, html)
    elif "->" in answers and "=" in answers:
        _matching(draft, answers, html)
    elif answers.partition("#")[0].strip().upper() in (*_TRUE, *_FALSE):
        draft.kind, draft.choices = SINGLE, ["Верно", "Неверно"]
        draft.correct = [1 if answers.partition("#")[0].strip().upper() in _TRUE else 2]
    else:
        _short(draft, answers)


def _ordering(draft: Draft, answers: str) -> None:
    head, line_end, rest = answers[1:].partition("\n")
    words = head.split()
    if not line_end or not all(word.isalnum() or "_" in word for word in words):
        raise _Refused(_l("The choices of an ordering stand on lines of their own after “>”."))
    draft.kind = ORDERING
    draft.scoring = ALL if "ALL_OR_NOTHING" in words else PARTIAL
    draft.choices = [_part(line, False) for line in rest.split("\n") if line.strip()]


def _numeric(draft: Draft, answer: str) -> None:
    if "=" in answer.removeprefix("=") or "~" in answer:
        raise _Refused(_l("Several numbers with weights are not supported: leave one right answer."))
    answer = _shown(_WEIGHT.sub("", answer.removeprefix("="), count=1)).strip()
    low, dots, high = answer.partition("..")
    value, colon, tolerance = answer.partition(":")
    draft.kind = NUMERIC
    if not dots:
        draft.value, draft.tolerance = value.strip(), tolerance.strip() if colon else "0"
        return
    first, last = items.number(low), items.number(high)
    if first is None or last is None or first > last:
        raise _Refused(_l("The range “%(range)s” is not two numbers, the smaller first.", range=answer[:40]))
    draft.value, draft.tolerance = items.plain((first + last) / 2), items.plain((last - first) / 2)


def _choices(draft: Draft, answers: str, html: bool) -> None:
    """Single (one `=`) or multiple choice (weights only)."""
    weights: list[Fraction] = []
    for mark, text in re.findall(r"([~=])([^~=]*)", answers):
        weight = _WEIGHT.match(text.strip()) if mark == "~" else None
        share = Fraction(Decimal(weight[1])) if weight else Fraction(100 if mark == "=" else 0)
        weights.append(share)
        words = text.strip()[weight.end() :] if weight else text
        draft.choices.append(_part(words.partition("#")[0], html))
    draft.correct = [number for number, share in enumerate(weights, start=1) if share > 0]
    if "=" in answers:
        draft.kind = SINGLE
        if any(share not in (0, 100) and share > 0 for share in weights):
            raise _Refused(_l("Partly right choices of a single choice are not supported: leave one right answer."))
        return
    draft.kind, draft.scoring = MULTIPLE, PARTIAL
    if not draft.correct:
        raise _Refused(_l("No choice is right: mark it with = or with a weight, as ~%50%."))
    if any(abs(share - Fraction(100, len(draft.correct))) > _NEARLY for share in weights if share > 0):
        raise _Refused(_l("Right choices with different weights are not supported: all weigh the same."))


def _matching(draft: Draft, answers: str, html: bool) -> None:
    draft.kind, draft.scoring = MATCHING, PARTIAL
    for text in answers.split("=")[1:]:
        left, arrow, right = text.partition("#")[0].partition("->")
        if not arrow:
            raise _Refused(_l("A pair is written as =left -> right."))
        draft.choices.append(_part(left, html))
        draft.pairs.append(_part(right, False))


def _short(draft: Draft, answers: str) -> None:
    draft.kind = TEXT
    for text in answers.split("=")[1:] if answers.startswith("=") else [answers]:
        words = text.partition("#")[0].strip()
        weight = _WEIGHT.match(words)
        if weight and Decimal(weight[1]) != 100:
            raise _Refused(_l("Partly right short answers are not supported: each one counts in full."))
        if "*" in words:
            raise _Refused(_l("The star in a short answer stands for any text: write out the accepted answers."))
        draft.choices.append(_part(words[weight.end() :] if weight else words, False))
