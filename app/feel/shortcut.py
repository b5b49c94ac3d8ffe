"""Answers `path` and `path op literal` in Python, without crossing into V8, where the answer is beyond doubt."""

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
_QUICK = re.compile(rf"^({_PATH})(?:\s*(<=|>=|!=|=|<|>)\s*({_LITERAL}))?$")
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
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def shortcut(source: str) -> Callable[[Lookup], Any] | None:
    """A function that evaluates `source` in Python, or None where only V8 may.

    It answers only if every step of the path is a context that holds the name and both sides of a comparison
    have the literal's type; else it returns `SLOW`.
    """
    match = _QUICK.match(source.strip())
    if not match or any(part in _KEYWORDS for part in match[1].split(".")):
        return None
    head, *rest = match[1].split(".")
    compare = _OPERATORS.get(match[2])
    literal = json.loads(match[3]) if match[3] else None
    if isinstance(literal, str | bool) and match[2] not in ("=", "!="):
        return None

    def run(lookup: Lookup) -> Any:
        try:
            value = lookup(head)
            for key in rest:
                if type(value) is not dict:
                    return SLOW
                value = value[key]
        except KeyError:
            return SLOW
        if compare is None:
            return value
        if type(value) is type(literal) or _both_numbers(value, literal):
            return compare(value, literal)
        return SLOW

    return run


def _both_numbers(left: Any, right: Any) -> bool:
    return type(left) in (int, float) and type(right) in (int, float)
