"""Which figures would tell about single persons: small groups, and totals that give a small group away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows stand behind a figure.

    Attributes:
        d: None without a denominator.
        apart: the numerator is a part of the denominator, so that the rest of it is known too.
    """

    n: int
    d: int | None
    apart: bool = True

    def small(self, least: int) -> bool:
        """Whether one of the groups is too small: those counted, all, or the others (none of 40 tells about all 40)."""
        if self.d is None:
            return self.n < least
        return min(self.n, self.d, self.d - self.n if self.apart else self.d) < least

    def without(self, other: Size) -> Size:
        """What is left when a part is taken away."""
        return Size(self.n - other.n, None if self.d is None else self.d - (other.d or 0), self.apart)

    def __bool__(self) -> bool:
        return bool(self.n or self.d)


def hidden(sizes: Mapping[str, Size], paths: Mapping[str, tuple[str, ...]], least: int) -> set[str]:
    """Places whose figure is shown nowhere: it is small, or the shown ones below it leave a small rest.

    Args:
        sizes: of the places and of all below them.
        paths: the place itself comes last; from below to above.
    """
    found: set[str] = set()
    covered: dict[str, list[Size]] = {}
    secret: dict[str, int] = {}
    for code in sorted(sizes, key=lambda one: len(paths[one]), reverse=True):
        size, parts = sizes[code], covered.get(code, [])
        rest = size
        for part in parts:
            rest = rest.without(part)
        kept_back = secret.get(code, 0)
        if size.small(least) or kept_back == 1 or (kept_back and rest.small(least)):
            found.add(code)
        above = paths[code][-2] if len(paths[code]) > 1 else ""
        covered.setdefault(above, []).extend(parts if code in found else [size])
        secret[above] = secret.get(above, 0) + bool(size and code in found)
    return found
