"""An item as people write it, in a form, a row of a sheet or a GIFT question: the one way into a bank and out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from . import items
from .content import clean
from .items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, SCORED_BY_PARTS, SINGLE, TEXT, Body, Content


@dataclass(slots=True)
class Draft:
    """An item in writing; nothing is checked yet.

    Attributes:
        code: names the item in its bank; empty for a new one.
        points, value, tolerance: numbers as they were written.
        choices: choices; accepted answers; left sides of a matching (empty where the right one has no pair); the right
            order of an ordering.
        pairs: right sides of a matching, beside `choices`.
        correct: positions of the right choices, from 1.
        scoring: `all` or `partial`.
    """

    topic: str = ""
    kind: str = ""
    points: str = "1"
    prompt: str = ""
    code: str = ""
    choices: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    correct: list[int] = field(default_factory=list)
    value: str = ""
    tolerance: str = ""
    scoring: str = ALL
    case_sensitive: bool = False


def tidy(draft: Draft) -> Draft:
    """The draft with clean texts and without empty choices at its end."""
    choices = [clean(text) for text in draft.choices]
    pairs = [clean(text) for text in draft.pairs]
    if draft.kind == MATCHING:
        rows = max(len(_cut(choices)), len(_cut(pairs)))
        choices, pairs = _filled(choices, rows), _filled(pairs, rows)
    else:
        choices, pairs = _cut(choices), []
    return Draft(
        topic=" ".join(clean(draft.topic).split()).strip("/ "),  # slashes part the categories of Moodle
        kind=draft.kind,
        points=draft.points.strip(),
        prompt=clean(draft.prompt),
        code=clean(draft.code),
        choices=choices,
        pairs=pairs,
        correct=sorted(set(draft.correct)),
        value=draft.value.strip(),
        tolerance=draft.tolerance.strip(),
        scoring=draft.scoring or ALL,
        case_sensitive=draft.case_sensitive,
    )


def _cut(texts: list[str]) -> list[str]:
    end = len(texts)
    while end and not texts[end - 1]:
        end -= 1
    return texts[:end]


def _filled(texts: list[str], length: int) -> list[str]:
    return [*texts[:length], *[""] * (length - len(texts))]


def body_of(draft: Draft) -> Body:
    """The body of a checked draft."""
    if draft.kind in (SINGLE, MULTIPLE):
        correct = [draft.choices[position - 1] for position in draft.correct]
        scoring = draft.scoring if draft.kind == MULTIPLE else None
        return items.choice_body(draft.prompt, draft.choices, correct, scoring)
    if draft.kind == NUMERIC:
        value, tolerance = items.number(draft.value), items.number(draft.tolerance or "0")
        return items.numeric_body(draft.prompt, value or Decimal(0), tolerance or Decimal(0))
    if draft.kind == TEXT:
        return items.text_body(draft.prompt, draft.choices, draft.case_sensitive)
    if draft.kind == MATCHING:
        sides = list(zip(draft.choices, draft.pairs, strict=True))
        pairs = [(left, right) for left, right in sides if left]
        return items.matching_body(draft.prompt, pairs, [right for left, right in sides if not left], draft.scoring)
    return items.ordering_body(draft.prompt, draft.choices, draft.scoring)


def draft_of(content: Content, code: str = "") -> Draft:
    """An item in writing, as it is edited and exported."""
    body, answer = content.body, content.body["answer"]
    draft = Draft(
        topic=content.topic,
        kind=content.kind,
        points=items.plain(content.points),
        prompt=body["prompt"],
        code=code,
        scoring=body.get("scoring", ALL),
    )
    texts = items.text_by_id(body)
    if content.kind in (SINGLE, MULTIPLE):
        draft.choices = [choice["text"] for choice in body["choices"]]
        draft.correct = _positions(body["choices"], answer["correct"])
    elif content.kind == NUMERIC:
        draft.value, draft.tolerance = answer["value"], answer["tolerance"]
    elif content.kind == TEXT:
        draft.choices, draft.case_sensitive = list(answer["accepted"]), bool(answer["case_sensitive"])
    elif content.kind == MATCHING:
        paired = answer["pairs"]
        extra = [target["text"] for target in body["targets"] if target["id"] not in paired.values()]
        draft.choices = [source["text"] for source in body["sources"]] + [""] * len(extra)
        draft.pairs = [texts[paired[source["id"]]] for source in body["sources"]] + extra
    elif content.kind == ORDERING:
        draft.choices = [texts[each] for each in answer["sequence"]]
    return draft


def _positions(choices: Iterable[Mapping[str, str]], correct: list[str]) -> list[int]:
    return [number for number, choice in enumerate(choices, start=1) if choice["id"] in correct]


def scored_by_parts(kind: str) -> bool:
    """Whether an item of this kind may give parts of its points."""
    return kind in SCORED_BY_PARTS
