"""Points of a response, exact (forms.md «Scores»): decimals in hundredths, compared unrounded.

All-or-nothing is the rule; `scoring: partial` gives parts:

- `multiple`: every right choice counts +1/n, every wrong one −1/n (n right ones), never below 0 (the response mapping
  of IMS QTI 2.1 with a lower bound);
- `matching`: the share of sources that have their target;
- `ordering`: the share of choices that stand in their place.

A part is cut, not rounded, to hundredths of a point: it never grows into the whole.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from .items import MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT, number

HUNDREDTH = Decimal("0.01")
_NOTHING, _WHOLE = Fraction(0), Fraction(1)


def score(body: Mapping[str, Any], kind: str, points: Decimal, response: object) -> Decimal:
    """Points of a response.

    Args:
        body: of the item version that was shown, with its `answer`.
        kind: of the item.
        points: greatest number of points.
        response: `single` an id, `multiple` and `ordering` a list of ids, `numeric` and `text` a text, `matching` a
            mapping of source ids to target ids; None when nothing was answered. Whatever does not fit scores 0.

    Returns:
        0 … points; exactly `points` when the response is right.
    """
    share = _share(body, kind, response)
    if share == _WHOLE:
        return points
    if share == _NOTHING or body.get("scoring") != PARTIAL:
        return Decimal(0)
    exact = Fraction(points) * share
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(HUNDREDTH, ROUND_DOWN)


def percent(points: Decimal, maximum: Decimal) -> Fraction:
    """The exact percentage: a fraction, since 19 of 30 is no decimal; 94.96 is not 95.

    Raises:
        ValueError: the maximum is not positive, or the points lie outside 0…maximum.
    """
    if maximum <= 0 or not 0 <= points <= maximum:
        raise ValueError(f"{points} of {maximum}")
    return 100 * Fraction(points) / Fraction(maximum)


def _share(body: Mapping[str, Any], kind: str, response: object) -> Fraction:
    """Which part of the item the response answers: 1 = right."""
    answer = body["answer"]
    if kind == SINGLE:
        return Fraction(answer["correct"] == [response])
    if kind == NUMERIC:
        return Fraction(_within(answer, response))
    if kind == TEXT:
        return Fraction(_accepted(answer, response))
    if kind == MULTIPLE:
        return _chosen(answer["correct"], response)
    if kind == MATCHING:
        return _matched(answer["pairs"], response)
    if kind == ORDERING:
        return _placed(answer["sequence"], response)
    raise ValueError(f"unknown kind of item: {kind}")


def _within(answer: Mapping[str, str], response: object) -> bool:
    found = number(response)
    return found is not None and abs(found - Decimal(answer["value"])) <= Decimal(answer["tolerance"])


def _accepted(answer: Mapping[str, Any], response: object) -> bool:
    if not isinstance(response, str):
        return False
    exact = bool(answer.get("case_sensitive"))
    return written(response, exact) in {written(variant, exact) for variant in answer["accepted"]}


def written(text: str, case_sensitive: bool = False) -> str:
    """A short answer as it is compared: outer and double spaces, «ё» and, as a rule, capitals do not matter."""
    text = " ".join(unicodedata.normalize("NFC", text).split()).replace("ё", "е").replace("Ё", "Е")
    return text if case_sensitive else text.casefold()


def _chosen(correct: list[str], response: object) -> Fraction:
    if not isinstance(response, list | tuple):
        return _NOTHING
    chosen = {str(choice) for choice in response}
    right, wrong = len(chosen & set(correct)), len(chosen - set(correct))
    return max(Fraction(right - wrong, len(correct)), _NOTHING)


def _matched(pairs: Mapping[str, str], response: object) -> Fraction:
    if not isinstance(response, Mapping):
        return _NOTHING
    return Fraction(sum(response.get(source) == target for source, target in pairs.items()), len(pairs))


def _placed(sequence: list[str], response: object) -> Fraction:
    if not isinstance(response, list | tuple) or len(response) > len(sequence):
        return _NOTHING
    return Fraction(sum(here == there for here, there in zip(sequence, response, strict=False)), len(sequence))
