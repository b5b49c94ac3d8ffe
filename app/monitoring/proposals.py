"""What the platform itself knows of an indicator of the municipal monitoring; features register what they know.

    @proposals.proposer("MM-01")
    def programme(municipality: str, year: int) -> Mapping[str, Any] | None:
        ...
        return {"value": "да", "url": "https://…", "on": "2026-04-20", "text": "…"}

The municipality sees the proposal beside its row, with value, link and date filled in, and may change all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Proposer = Callable[[str, int], Mapping[str, Any] | None]
_proposers: dict[str, Proposer] = {}


def proposer(code: str) -> Callable[[Proposer], Proposer]:
    """Register who proposes the row of an indicator.

    Args:
        code: of the indicator, as `MM-01`.
    """

    def register(found: Proposer) -> Proposer:
        _proposers[code] = found
        return found

    return register


def proposed(municipality: str, year: int) -> dict[str, Mapping[str, Any]]:
    """What is known of a municipality in a year, by indicator."""
    return {code: row for code, ask in _proposers.items() if (row := ask(municipality, year)) is not None}
