"""Scores of tests: kept and compared exactly, shown truncated (forms.md «Scores»; README question 1)."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from app.kernel.errors import Invalid

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,9})?")
MAX_POINTS = Decimal(1_000_000)


class ScoreOutOfRange(Invalid):
    """Points outside 0…maximum: no percentage, no level (acceptance RMP-05: 104 % is refused)."""


def number(value: object) -> Decimal:
    """A number from a form or a spreadsheet cell; the Russian decimal comma is accepted.

    Raises:
        Invalid: it is not a finite number.
    """
    if isinstance(value, bool) or value is None:
        raise Invalid(_l("A number is expected."))
    if isinstance(value, int | Decimal | float):
        text = str(value)
    else:
        text = str(value).replace("\u00a0", "").replace(" ", "").replace("\u2212", "-")
        if not _NUMBER.fullmatch(text):
            raise Invalid(_l("A number is expected."))
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Invalid(_l("A number is expected.")) from None
    if not found.is_finite():
        raise Invalid(_l("A number is expected."))
    return found


def percent(points: Decimal, maximum: Decimal) -> Fraction:
    """The exact percentage, 0 to 100.

    Raises:
        ScoreOutOfRange: the maximum is not positive, or the points lie outside 0…maximum.
    """
    if not 0 < maximum <= MAX_POINTS:
        raise ScoreOutOfRange(_l("The maximum must be greater than 0."), field="max_points")
    if points < 0:
        raise ScoreOutOfRange(_l("The points cannot be negative."), field="points")
    if points > maximum:
        raise ScoreOutOfRange(_l("The result is more than 100 %."), field="points")
    return 100 * Fraction(points) / Fraction(maximum)


def shown(value: Fraction | Decimal | float | None) -> str:
    """A percentage as people see it: cut (not rounded) to one decimal, «94,9» for 94.96; empty for None."""
    if value is None:
        return ""
    tenths = int(Fraction(value) * 10)
    return f"{tenths // 10},{tenths % 10}"


def as_number(value: Fraction) -> float:
    """The percentage as a process variable: the nearest double, so 95 is exactly 95 and 94.96 stays below it."""
    return float(value)


def json_number(value: Decimal) -> int | float:
    """Points as a JSON number: whole ones stay whole."""
    return int(value) if value == value.to_integral_value() else float(value)
