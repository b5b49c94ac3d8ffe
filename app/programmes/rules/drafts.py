"""A row of a roadmap on its way in: the one shape that YAML, Excel, forms and copies of last year share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .periods import SCHEDULE

TEXTS = (
    *("number", "title", "full_title", "period", "executors", "result", "document", "control"),
    *("process", "follows", "key", "section", "carried_from"),
)
LISTS = ("roles", "groups", "months", "windows", "thresholds")
LONGEST = 4000


@dataclass(slots=True)
class Section:
    """A task, section or track."""

    number: str
    title: str
    goal: str = ""
    groups: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A measure as a file or a form says it; `place` is where it stands («Лист1», 7)."""

    sheet: str
    row: int
    section: str = ""
    number: str = ""
    title: str = ""
    full_title: str = ""
    period: str = ""
    kind: str = ""
    months: list[int] = field(default_factory=list)
    windows: list[dict[str, str]] = field(default_factory=list)
    executors: str = ""
    roles: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    result: str = ""
    document: str = ""
    control: str = ""
    process: str = ""
    thresholds: list[dict[str, Any]] = field(default_factory=list)
    follows: str = ""
    key: str = ""
    carried_from: str = ""
    warnings: list[str] = field(default_factory=list)

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def take_over(row: Row, before: Row) -> None:
    """Give a row of a form what the same measure had before and no form shows."""
    for name in ("full_title", "process", "thresholds", "groups", "carried_from"):
        setattr(row, name, getattr(before, name))
    if row.period == before.period and before.kind != SCHEDULE:
        row.kind, row.months, row.windows = before.kind, before.months, before.windows
    if row.executors == before.executors:
        row.roles = before.roles


@dataclass(slots=True)
class Reading:
    """What a file holds: sections, readable rows, and what could not be read."""

    title: str = ""
    sections: list[Section] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)


def text(value: Any) -> str:
    """A cell or a YAML value as one line of text; empty for nothing."""
    return "" if value is None else " ".join(str(value).split())[:LONGEST]


def problem(sheet: str, row: int, message: object, column: str = "") -> dict[str, Any]:
    """A remark about a row, as reports keep it."""
    return {"sheet": sheet, "row": row, "column": column, "message": str(message)}


def restored(stored: Mapping[str, Any]) -> Row:
    """A row as `Row.stored` kept it."""
    return Row(**stored)
