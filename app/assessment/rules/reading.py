"""What a file of items holds: a draft for every row that can be read, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.web.spreadsheets import Problem

from .drafts import Draft

MOST_ITEMS = 10_000
"""The most items of one file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item as it stands in the file.

    Attributes:
        columns: field of `rules.checking` → Excel letter.
    """

    sheet: str
    row: int
    draft: Draft
    columns: Mapping[str, str] = field(default_factory=dict)

    def problem(self, name: str, message: object) -> Problem:
        """A problem of one field."""
        return Problem(self.sheet, self.row, self.columns.get(name, ""), message)


@dataclass(slots=True)
class Reading:
    """Rows, problems, and notes: what was left out without harm."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
