"""What an item says (IMS QTI interactions), as JSON in `Item.body`.

Every body has `prompt`; whoever may not know the key gets it without `answer` (`public`)::

    single, multiple  choices [{id, text}]                answer {correct: [id]}             scoring (multiple)
    numeric                                               answer {value, tolerance}          decimals as texts
    text                                                  answer {accepted: [text], case_sensitive}
    matching          sources [{id, text}], targets […]   answer {pairs: {source: target}}   scoring
    ordering          choices [{id, text}]                answer {sequence: [id]}            scoring

`scoring` is `all` (every point or none) or `partial` (`rules.scoring` says how). Ids are hashes of the texts: they stay
the same while the text does, and say nothing about the right order. Texts are plain, with `$…$` for LaTeX formulas and
`![description](file:<key>)` for pictures of the file store (`rules.content`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

SINGLE, MULTIPLE, NUMERIC, TEXT, MATCHING, ORDERING = "single", "multiple", "numeric", "text", "matching", "ordering"
KINDS = (SINGLE, MULTIPLE, NUMERIC, TEXT, MATCHING, ORDERING)
ALL, PARTIAL = "all", "partial"
SCORED_BY_PARTS = (MULTIPLE, MATCHING, ORDERING)
"""Kinds whose `scoring` may be `partial`."""
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """What an item says, before it has a code and a version."""

    topic: str
    kind: str
    points: Decimal
    body: Body


def choice_id(text: str) -> str:
    """The id of a choice: a hash of its text, so that it tells nothing about the key."""
    return "c" + hashlib.sha256(text.encode()).hexdigest()[:10]


def _choices(texts: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": choice_id(text), "text": text} for text in texts]


def _scattered(texts: Iterable[str]) -> list[dict[str, str]]:
    """Choices in the order of their ids, which is no order: what is stored first is not right first."""
    return sorted(_choices(dict.fromkeys(texts)), key=lambda choice: choice["id"])


def choice_body(prompt: str, choices: Sequence[str], correct: Sequence[str], scoring: str | None = None) -> Body:
    """A body of `single` (no `scoring`) or `multiple`.

    Args:
        choices: texts in the author's order; they differ.
        correct: the right ones of them.
    """
    body: Body = {
        "prompt": prompt,
        "choices": _choices(choices),
        "answer": {"correct": [choice_id(text) for text in choices if text in correct]},
    }
    return body if scoring is None else {**body, "scoring": scoring}


def numeric_body(prompt: str, value: Decimal, tolerance: Decimal = Decimal(0)) -> Body:
    """A body of `numeric`: right is what lies within `value ± tolerance`, the ends included."""
    return {"prompt": prompt, "answer": {"value": plain(value), "tolerance": plain(tolerance)}}


def text_body(prompt: str, accepted: Sequence[str], case_sensitive: bool = False) -> Body:
    """A body of `text`; `accepted` lists every variant that counts."""
    return {"prompt": prompt, "answer": {"accepted": list(accepted), "case_sensitive": case_sensitive}}


def matching_body(
    prompt: str, pairs: Sequence[tuple[str, str]], extra: Sequence[str] = (), scoring: str = PARTIAL
) -> Body:
    """A body of `matching`.

    Args:
        pairs: (left, right); several left ones may share a right one.
        extra: right ones without a pair.
    """
    return {
        "prompt": prompt,
        "sources": _choices(left for left, _right in pairs),
        "targets": _scattered([*(right for _left, right in pairs), *extra]),
        "answer": {"pairs": {choice_id(left): choice_id(right) for left, right in pairs}},
        "scoring": scoring,
    }


def ordering_body(prompt: str, sequence: Sequence[str], scoring: str = ALL) -> Body:
    """A body of `ordering`; `sequence` is the right order."""
    return {
        "prompt": prompt,
        "choices": _scattered(sequence),
        "answer": {"sequence": [choice_id(text) for text in sequence]},
        "scoring": scoring,
    }


def public(body: Mapping[str, Any]) -> Body:
    """The body without its key: the most that a listener's browser may get."""
    return {name: value for name, value in body.items() if name != "answer"}


def texts_of(body: Mapping[str, Any]) -> list[str]:
    """Every text that is shown to the listener."""
    lists = (body.get(name, ()) for name in ("choices", "sources", "targets"))
    return [body["prompt"], *(choice["text"] for choices in lists for choice in choices)]


def text_by_id(body: Mapping[str, Any]) -> dict[str, str]:
    """Texts of all choices, left and right ones by id."""
    lists = (body.get(name, ()) for name in ("choices", "sources", "targets"))
    return {choice["id"]: choice["text"] for choices in lists for choice in choices}


def digest(content: Content, files: Mapping[str, str] | None = None) -> str:
    """SHA-256 of what an item says: topic, kind, points, texts and key, whatever ids its choices have.

    Args:
        files: file key → hash of its bytes, so that the same picture uploaded twice counts as the same.
    """
    texts = {each: _with_hashes(text, files or {}) for each, text in text_by_id(content.body).items()}
    said: Body = {"prompt": _with_hashes(content.body["prompt"], files or {})}
    for name, value in content.body.items():
        if name in ("choices", "sources", "targets"):
            found = [texts[choice["id"]] for choice in value]
            scattered = name == "targets" or content.kind == ORDERING
            said[name] = sorted(found) if scattered else found
        elif name != "prompt":
            said[name] = _with_texts(value, texts)
    facts = [content.topic, content.kind, plain(content.points), said]
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _with_hashes(text: str, files: Mapping[str, str]) -> str:
    for key, content_hash in files.items():
        text = text.replace(f"(file:{key})", f"(sha256:{content_hash})")
    return text


def _with_texts(value: Any, texts: Mapping[str, str]) -> Any:
    """A key with the texts of choices in place of their ids."""
    if isinstance(value, dict):
        return {texts.get(name, name): _with_texts(each, texts) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_texts(each, texts) for each in value]
    return texts.get(value, value) if isinstance(value, str) else value


def plain(value: Decimal) -> str:
    """A decimal as text without exponent and needless zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def number(text: object) -> Decimal | None:
    """A number as people write it (decimal comma, minus sign, spaces between digits); None when it is none."""
    if isinstance(text, bool):
        return None
    cleaned = str(text if text is not None else "").translate(_WRITTEN)
    if not 0 < len(cleaned) <= _LONGEST_NUMBER:
        return None
    try:
        found = Decimal(cleaned)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) <= _LONGEST_NUMBER else None


_WRITTEN = {ord("\u2212"): "-", ord(","): ".", ord(" "): None, ord("\u00a0"): None, ord("\u202f"): None, ord("_"): "x"}
_LONGEST_NUMBER = 40
