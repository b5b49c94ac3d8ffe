"""School years, as `2025-2026`."""

from __future__ import annotations

import re

_YEAR = re.compile(r"(20\d\d)-(20\d\d)")


def is_school_year(text: str) -> bool:
    """Whether this is a school year: two years, one after the other."""
    found = _YEAR.fullmatch(text)
    return found is not None and int(found[2]) == int(found[1]) + 1


def school_year_of(year: int) -> str:
    """The school year in which a calendar year begins: 2026 → `2025-2026` (lists are approved from February)."""
    return f"{year - 1}-{year}"
