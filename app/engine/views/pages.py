"""Parts of lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list.

    Attributes:
        cursor: give it to the next call for what follows; None at the end.
        total: how many there are in all, counted up to `CAP`; None where it was not asked for.
    """

    items: tuple[T, ...]
    cursor: str | None = None
    total: int | None = None


CAP = 1000
"""Counts stop here: «1000+»."""
