"""What a browser sends as the response to an item, read and limited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .items import MATCHING, MULTIPLE, NUMERIC, ORDERING, SINGLE, TEXT

LONGEST = 500
"""Signs of a short answer."""
_MOST = 60
"""Choices of an item."""


def read(kind: str, values: Sequence[str], pairs: Mapping[str, str]) -> Any:
    """The response as `rules.scoring` knows it; None when nothing was answered.

    Args:
        kind: of the item.
        values: what the controls of the item hold, in their order.
        pairs: source id → target id (matching).

    Raises:
        ValueError: it is too long.
    """
    given = [value.strip() for value in values]
    if len(given) > _MOST or len(pairs) > _MOST or any(len(each) > LONGEST for each in (*given, *pairs.values())):
        raise ValueError("too long")
    if kind in (SINGLE, NUMERIC, TEXT):
        return given[0] if given and given[0] else None
    if kind == MULTIPLE:
        return list(dict.fromkeys(each for each in given if each)) or None
    if kind == ORDERING:
        return given if any(given) else None
    if kind == MATCHING:
        return {source: target for source, target in pairs.items() if target} or None
    raise ValueError(f"unknown kind of item: {kind}")


def right(body: Mapping[str, Any], kind: str) -> tuple[list[str], dict[str, str]]:
    """Values and pairs of the response that has every point: the demo's people answer by it.

    Args:
        body: with its `answer`.
    """
    answer = body["answer"]
    if kind in (SINGLE, MULTIPLE):
        return list(answer["correct"]), {}
    if kind == NUMERIC:
        return [str(answer["value"])], {}
    if kind == TEXT:
        return [str(answer["accepted"][0])], {}
    if kind == MATCHING:
        return [], dict(answer["pairs"])
    if kind == ORDERING:
        return list(answer["sequence"]), {}
    raise ValueError(f"unknown kind of item: {kind}")
