"""Values are exact: compared unrounded, shown with one decimal, half up (indicators.md «Rules»)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from app.indicators.rules import figures
from app.indicators.rules.figures import Figure


def _figure(n: int | str, d: int | None, target: str | None = None, unit: str = "%") -> Figure:
    return Figure(unit, Decimal(n), None if d is None else Decimal(d), Decimal(target) if target else None)


@pytest.mark.parametrize(
    ("n", "d", "target", "shown", "state"),
    [
        (4, 9, "44", "44,4", figures.REACHED),
        (5, 6, "83.3", "83,3", figures.REACHED),
        (3, 9, "30", "33,3", figures.REACHED),
        (3, 9, "44", "33,3", figures.BELOW),
        (38, 50, "78", "76,0", figures.NEAR),
        (39, 50, "78", "78,0", figures.REACHED),
        (3, 5, "62", "60,0", figures.NEAR),
        (7, 28, "25", "25,0", figures.REACHED),
        (0, 0, "25", "—", figures.EMPTY),
        (0, 9, None, "0,0", figures.PLAIN),
    ],
)
def test_a_share_against_its_target(n: int, d: int, target: str | None, shown: str, state: str) -> None:
    figure = _figure(n, d, target)
    assert (figure.shown, figure.state) == (shown, state)


def test_the_target_is_compared_with_the_unrounded_value() -> None:
    figure = _figure(2, 3, "66.67")
    assert figure.shown == "66,7"
    assert figure.exact == Fraction(200, 3)
    assert figure.state == figures.NEAR  # 66.666… < 66.67


@pytest.mark.parametrize(("n", "shown"), [(125, "12,5"), (1245, "124,5"), (1, "0,1"), (1235, "123,5")])
def test_tenths_stay_as_they_are(n: int, shown: str) -> None:
    assert _figure(n, 1000).shown == shown


@pytest.mark.parametrize(("n", "d", "shown"), [(1, 2000, "0,1"), (3, 2000, "0,2"), (5, 2000, "0,3"), (1, 2001, "0,0")])
def test_half_of_a_tenth_is_rounded_up(n: int, d: int, shown: str) -> None:
    """0.05, 0.15 and 0.25 per cent: the nearest even tenth would be wrong."""
    assert _figure(n, d).shown == shown


def test_amber_begins_at_its_share_of_the_target() -> None:
    assert _figure(80, 100, "100").state == figures.NEAR
    assert _figure(799, 1000, "100").state == figures.BELOW


def test_a_count_has_no_decimals() -> None:
    figure = _figure(21, None, "20", unit="чел.")
    assert (figure.shown, figure.state) == ("21", figures.REACHED)
    assert _figure("2.5", None, unit="шт.").shown == "2,5"


def test_a_hidden_figure_tells_nothing() -> None:
    figure = Figure("%", Decimal(3), Decimal(4), Decimal(50), hidden=True)
    assert (figure.exact, figure.number, figure.shown, figure.state) == (None, None, "—", figures.HIDDEN)
