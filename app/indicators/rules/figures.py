"""Values, exact: how they are compared, shown and coloured (indicators.md «Rules»)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from .definition import PERCENT

REACHED, NEAR, BELOW, EMPTY, PLAIN, HIDDEN = "reached", "near", "below", "empty", "plain", "hidden"
STATES = {
    REACHED: (_l("reached"), "green"),
    NEAR: (_l("nearly reached"), "orange"),
    BELOW: (_l("not reached"), "red"),
    EMPTY: (_l("no data"), "secondary"),
    PLAIN: (_l("no target"), "secondary"),
    HIDDEN: (_l("hidden: too few people"), "secondary"),
}
"""State → word and colour; the colour never stands alone."""
DASH = "—"
_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed value.

    Attributes:
        n, d: numerator and denominator; `d` is None when there is none.
        hidden: so few rows stand behind it that it would tell about single persons.
    """

    unit: str
    n: Decimal
    d: Decimal | None
    target: Decimal | None = None
    amber_share: Decimal = Decimal("0.8")
    hidden: bool = False

    @property
    def exact(self) -> Fraction | None:
        """100·n/d, or n; None when the denominator is 0 or nothing may be shown."""
        if self.hidden:
            return None
        if self.d is None:
            return Fraction(self.n)
        if self.d == 0:
            return None
        share = Fraction(self.n) / Fraction(self.d)
        return share * 100 if self.unit == PERCENT else share

    @property
    def number(self) -> Decimal | None:
        """The value with forty digits, for the API and charts."""
        return None if self.exact is None else decimal(self.exact)

    @property
    def shown(self) -> str:
        """With one decimal, rounded half up, as people read it: «44,4»; whole counts without; «—» without data."""
        return shown(self.exact, self.unit)

    @property
    def state(self) -> str:
        """The value against its target, unrounded: 4/9 reaches 44, 3/9 does not."""
        if self.hidden:
            return HIDDEN
        value = self.exact
        if value is None:
            return EMPTY
        if self.target is None:
            return PLAIN
        if value >= Fraction(self.target):
            return REACHED
        return NEAR if value >= Fraction(self.target) * Fraction(self.amber_share) else BELOW


def decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal of forty digits."""
    with localcontext() as context:
        context.prec = _DIGITS
        return Decimal(value.numerator) / Decimal(value.denominator)


def shown(value: Fraction | None, unit: str) -> str:
    """A value as people read it."""
    if value is None:
        return DASH
    if unit != PERCENT and value.denominator == 1:
        return str(value.numerator)
    tenths = decimal(value).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return str(tenths).replace(".", ",")
