"""The values a process may hold: JSON, copied on the way in and out so that no change escapes the journal."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_SCALARS = (str, bool, type(None))
_BIGGEST = 2**63


DEEPEST = 100


def plain(value: Any, depth: int = 0) -> Any:
    """A deep copy of a value as JSON: tuples become lists; dates and times ISO text; decimals numbers.

    Raises:
        ValueError: it has no JSON form (an object, a set, NaN, an integer beyond 64 bits, a key that is no text),
            or is nested deeper than `DEEPEST`.
    """
    kind = type(value)
    if kind in _SCALARS:
        return value
    if depth > DEEPEST:
        raise ValueError("the value is nested too deeply")
    if kind is dict:
        return {_key(key): plain(item, depth + 1) for key, item in value.items()}
    if kind in (list, tuple):
        return [plain(item, depth + 1) for item in value]
    if kind is int:
        if not -_BIGGEST <= value < _BIGGEST:
            raise ValueError(f"the number is too large: {str(value)[:40]}")
        return value
    if kind is float:
        if not math.isfinite(value):
            raise ValueError(f"not a number: {value}")
        return value
    return _converted(value, depth)


def _key(key: Any) -> str:
    if type(key) is not str:
        raise ValueError(f"a key must be text: {key!r}")
    return key


def _converted(value: Any, depth: int) -> Any:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(int(value) if value == value.to_integral_value() else float(value))
    if isinstance(value, dict):
        return plain(dict(value), depth)
    if isinstance(value, list):
        return plain(list(value), depth)
    for base in (str, bool, int, float):  # subclasses such as enumerations
        if isinstance(value, base):
            return plain(base(value))
    raise ValueError(f"not a JSON value: {type(value).__name__}")


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal in type and content: 1 and true differ, also deep inside."""
    if type(left) is not type(right):
        return False
    if type(left) is dict:
        return left.keys() == right.keys() and all(same(item, right[key]) for key, item in left.items())
    if type(left) is list:
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def with_path(base: Any, path: list[str], value: Any) -> dict[str, Any]:
    """A copy of the context `base` (anything else counts as empty) in which the nested `path` holds `value`."""
    copy = dict(base) if isinstance(base, dict) else {}
    head, *rest = path
    copy[head] = with_path(copy.get(head), rest, value) if rest else value
    return copy


def quoted(text: str | None) -> str:
    """A text as a FEEL string literal."""
    return json.dumps(text or "", ensure_ascii=False)
