"""Whether a draft can be taken into a bank: what is wrong, by field, for the form and for the reports of files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from . import content as texts
from . import items
from .drafts import Draft, body_of, tidy
from .formulas import BadFormula
from .items import ALL, KINDS, MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SCORED_BY_PARTS, SINGLE, TEXT, Content
from .scoring import written

_CODE = re.compile(r"[\w.\-]{1,40}")
MOST_POINTS = Decimal(100)
MOST_CHOICES = 20
LONGEST_TOPIC, LONGEST_PROMPT, LONGEST_CHOICE, LONGEST_ANSWER = 200, 4000, 1000, 200
Problems = dict[str, object]
"""Field → what is wrong. Fields: code topic kind points prompt choices choice.<n> pair.<n> correct value tolerance."""
_Found = Iterator[tuple[str, object]]


def checked(draft: Draft) -> tuple[Content | None, Problems]:
    """What a draft says, or what is wrong with it.

    Returns:
        The content with no problems, or None with at least one.
    """
    draft = tidy(draft)
    found: Problems = {}
    for name, message in _problems(draft):
        found.setdefault(name, message)
    if found:
        return None, found
    points = items.number(draft.points)
    assert points is not None
    return Content(draft.topic, draft.kind, points.quantize(Decimal("0.01")), body_of(draft)), {}


def _problems(draft: Draft) -> _Found:
    if draft.code and not _CODE.fullmatch(draft.code):
        yield "code", _l("A code has at most 40 letters, digits, hyphens, full stops, and no spaces.")
    if not draft.topic:
        yield "topic", _l("Name the topic.")
    elif len(draft.topic) > LONGEST_TOPIC:
        yield "topic", _l("Too long: at most %(most)s characters.", most=LONGEST_TOPIC)
    if draft.kind not in KINDS:
        yield "kind", _l("Unknown kind of question.")
        return
    points = items.number(draft.points)
    if points is None or not 0 < points <= MOST_POINTS or points != round(points, 2):
        yield "points", _l("Points are a number above 0 and at most 100, with two decimals at most.")
    yield from _text_problems("prompt", draft.prompt, LONGEST_PROMPT, _l("Write the question."))
    if draft.scoring not in ((ALL, PARTIAL) if draft.kind in SCORED_BY_PARTS else (ALL,)):
        yield "scoring", _l("This kind of question is scored as a whole only.")
    yield from _CHECKS[draft.kind](draft)


def _text_problems(name: str, text: str, longest: int, missing: object) -> _Found:
    if not text:
        yield name, missing
        return
    if len(text) > longest:
        yield name, _l("Too long: at most %(most)s characters.", most=longest)
        return
    try:
        wrong: BadFormula | None = texts.first_wrong_formula(text)
    except texts.UnclosedFormula:
        yield name, _l("A formula is not closed: put it between two signs $. A dollar sign itself is written \\$.")
        return
    if wrong is not None:
        yield name, _l("The formula cannot be shown, see “%(part)s”.", part=wrong.part[:40])
    for picture in texts.pictures(text):
        if picture.key is None:
            yield name, _l("The picture “%(name)s” is not in the file.", name=picture.source[:60])
        elif not picture.alt.strip():
            yield name, _l("Describe the picture in the square brackets: who cannot see it hears the description.")


def _choice_problems(name: str, choices: Sequence[str]) -> _Found:
    """Texts of choices: written, not too long, different."""
    seen: set[str] = set()
    for number, text in enumerate(choices, start=1):
        yield from _text_problems(f"{name}.{number}", text, LONGEST_CHOICE, _l("This choice is empty."))
        if text and text in seen:
            yield f"{name}.{number}", _l("The same choice stands there twice.")
        seen.add(text)


def _count_problem(count: int) -> _Found:
    if not 2 <= count <= MOST_CHOICES:
        yield "choices", _l("From %(least)s to %(most)s choices are needed.", least=2, most=MOST_CHOICES)


def _check_choices(draft: Draft) -> _Found:
    yield from _count_problem(len(draft.choices))
    yield from _choice_problems("choice", draft.choices)
    if draft.kind == SINGLE and len(draft.correct) != 1:
        yield "correct", _l("Mark exactly one right choice.")
    elif not draft.correct:
        yield "correct", _l("Mark the right choices.")
    if any(not 1 <= position <= len(draft.choices) for position in draft.correct):
        yield "correct", _l("There is no choice with this number.")


def _check_numeric(draft: Draft) -> _Found:
    if items.number(draft.value) is None:
        yield "value", _l("The right answer is a number.")
    tolerance = items.number(draft.tolerance or "0")
    if tolerance is None or tolerance < 0:
        yield "tolerance", _l("The tolerance is a number, 0 or more.")


def _check_text(draft: Draft) -> _Found:
    if not 1 <= len(draft.choices) <= MOST_CHOICES:
        yield "choices", _l("Write at least one accepted answer.")
    seen: set[str] = set()
    for number, text in enumerate(draft.choices, start=1):
        compared = written(text, draft.case_sensitive)
        if not compared or len(text) > LONGEST_ANSWER or "\n" in text:
            yield f"choice.{number}", _l("An answer is one line of at most %(most)s characters.", most=LONGEST_ANSWER)
        elif texts.has_formula(text):
            yield f"choice.{number}", _l("An accepted answer holds no formula: people type it on a keyboard.")
        elif compared in seen:
            yield f"choice.{number}", _l("This answer counts the same as one before it.")
        seen.add(compared)


def _check_matching(draft: Draft) -> _Found:
    lefts = [left for left in draft.choices if left]
    rights = dict.fromkeys(right for right in draft.pairs if right)
    yield from _count_problem(len(lefts))
    yield from _count_problem(len(rights))
    seen: set[str] = set()
    for number, (left, right) in enumerate(zip(draft.choices, draft.pairs, strict=True), start=1):
        yield from _text_problems(f"pair.{number}", right, LONGEST_CHOICE, _l("The right side of this pair is empty."))
        if left:
            yield from _text_problems(f"choice.{number}", left, LONGEST_CHOICE, "")
        if left in seen:
            yield f"choice.{number}", _l("The same choice stands there twice.")
        if left:
            seen.add(left)
        elif right and draft.pairs.index(right) != number - 1:
            yield f"pair.{number}", _l("The same choice stands there twice.")


def _check_ordering(draft: Draft) -> _Found:
    yield from _count_problem(len(draft.choices))
    yield from _choice_problems("choice", draft.choices)


_CHECKS = {
    SINGLE: _check_choices,
    MULTIPLE: _check_choices,
    NUMERIC: _check_numeric,
    TEXT: _check_text,
    MATCHING: _check_matching,
    ORDERING: _check_ordering,
}
