"""Answers the commonest expressions in Python, without crossing into V8, where the answer is beyond doubt.

`path`, `path op path` and `path op literal`, with a comparison or with `+ - *` of whole numbers: gateway conditions,
counters and mappings. A crossing costs as much as the rest of an action (`make bench`, the loop).
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from typing import Any

Lookup = Callable[[str], Any]

SLOW = object()
"""The answer of a shortcut that leaves the expression to V8."""

_PATH = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_LITERAL = r'-?\d+(?:\.\d+)?|"[^"\\]*"|true|false'
_QUICK = re.compile(rf"^({_PATH})(?:\s*(<=|>=|!=|=|<|>|\+|-|\*)\s*({_LITERAL}|{_PATH}))?$")
_SAFE = 2**53
"""Whole numbers below it are the same in JavaScript."""
_KEYWORDS = frozenset(
    [
        "true",
        "false",
        "null",
        "if",
        "for",
        "some",
        "every",
        "not",
        "in",
        "between",
        "and",
        "or",
        "then",
        "else",
        "return",
        "satisfies",
        "function",
        "instance",
        "of",
        "item",
        "partial",
    ]
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def shortcut(source: str) -> Callable[[Lookup], Any] | None:
    """A function that evaluates `source` in Python, or None where only V8 may.

    It answers only if every step of a path is a context that holds the name and both sides have the same type
    (numbers, or texts and booleans for `=` and `!=`; whole numbers for arithmetic); else it returns `SLOW`.
    """
    match = _QUICK.match(source.strip())
    if not match:
        return None
    left = _path(match[1])
    if left is None:
        return None
    if match[2] is None:
        return left
    right = _constant(match[3]) if re.fullmatch(_LITERAL, match[3]) else _path(match[3])
    if right is None:
        return None
    combine = _arithmetic(match[2]) if match[2] in _ARITHMETIC else _comparison(match[2])

    def run(lookup: Lookup) -> Any:
        first = left(lookup)
        second = right(lookup)
        return SLOW if first is SLOW or second is SLOW else combine(first, second)

    return run


def _path(text: str) -> Callable[[Lookup], Any] | None:
    """Reads a path; None when it holds a word of the language."""
    head, *rest = text.split(".")
    if head in _KEYWORDS or not _KEYWORDS.isdisjoint(rest):
        return None

    def read(lookup: Lookup) -> Any:
        try:
            value = lookup(head)
            for key in rest:
                if type(value) is not dict:
                    return SLOW
                value = value[key]
        except KeyError:
            return SLOW
        return value

    return read


def _constant(text: str) -> Callable[[Lookup], Any]:
    value = json.loads(text)
    return lambda _: value


def _comparison(sign: str) -> Callable[[Any, Any], Any]:
    compare = _COMPARISONS[sign]
    equality = sign in ("=", "!=")

    def run(left: Any, right: Any) -> Any:
        kind = type(left)
        if kind in (int, float):
            return compare(left, right) if type(right) in (int, float) else SLOW
        return compare(left, right) if equality and kind in (str, bool) and type(right) is kind else SLOW

    return run


def _arithmetic(sign: str) -> Callable[[Any, Any], Any]:
    reckon = _ARITHMETIC[sign]

    def run(left: Any, right: Any) -> Any:
        if type(left) is not int or type(right) is not int:
            return SLOW
        value = reckon(left, right)
        return value if -_SAFE < value < _SAFE and -_SAFE < left < _SAFE and -_SAFE < right < _SAFE else SLOW

    return run
