"""Item statistics of classical test theory, and what they say about an item.

- Difficulty: the mean share of the item's points (the p value; for 0/1 items the share of right responses).
- Discrimination: the correlation of the item's share with the share of the rest of the test without the item (corrected
  item-total correlation; for 0/1 items the point-biserial one).

Source: L. Crocker, J. Algina, Introduction to Classical and Modern Test Theory (1986), ch. 14; bounds of discrimination
after R. L. Ebel, Essentials of Educational Measurement (1972): from 0.2 acceptable, below it to be revised, below 0 the
key is suspect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

LEAST_RESPONSES = 10
"""Fewer responses say nothing yet."""
TOO_HARD, TOO_EASY, WEAK = 0.2, 0.95, 0.2
FEW, HARD, EASY, SUSPECT, POOR, GOOD = "few", "hard", "easy", "suspect", "poor", "good"


@dataclass(frozen=True, slots=True)
class Statistics:
    """How an item behaved.

    Attributes:
        count: responses in finished attempts that count.
        difficulty: 0 (nobody) … 1 (everybody), None without responses.
        discrimination: −1 … 1, None where it is not defined (all the same, or no other items).
    """

    count: int
    difficulty: float | None
    discrimination: float | None

    @property
    def verdict(self) -> str:
        """The first of: `few`, `suspect` (key), `hard`, `easy`, `poor` (hardly tells apart), `good`."""
        if self.count < LEAST_RESPONSES or self.difficulty is None:
            return FEW
        if self.discrimination is not None and self.discrimination < 0:
            return SUSPECT
        if self.difficulty < TOO_HARD:
            return HARD
        if self.difficulty > TOO_EASY:
            return EASY
        return POOR if self.discrimination is not None and self.discrimination < WEAK else GOOD


def of_responses(shares: Sequence[tuple[float, float]]) -> Statistics:
    """Statistics of an item.

    Args:
        shares: for every attempt the item's share of its points and the share of the rest of the test.
    """
    count = len(shares)
    if not count:
        return Statistics(0, None, None)
    items, rests = [item for item, _rest in shares], [rest for _item, rest in shares]
    mean, rest_mean = sum(items) / count, sum(rests) / count
    spread = sum((item - mean) ** 2 for item in items) * sum((rest - rest_mean) ** 2 for rest in rests)
    together = sum((item - mean) * (rest - rest_mean) for item, rest in shares)
    return Statistics(count, mean, together / sqrt(spread) if spread > 0 else None)
