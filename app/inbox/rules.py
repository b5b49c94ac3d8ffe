"""What a reader asks of the inbox, read from an address and written into one; deadlines in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

WHO: dict[str, object] = {
    "assigned": _l("Taken by me"),
    "available": _l("Nobody has taken it"),
    "done": _l("Done by me"),
}
DUE: dict[str, object] = {
    "overdue": _l("Overdue"),
    "today": _l("Today"),
    "week": _l("Within 7 days"),
}
COMMENT_FILES = "task_comment"
"""Kind under which the file store knows the files of comments."""
_LONGEST = 100
_ENDS = re.compile(r"\s*\b(Концы|Конец): [^.]*\.?\s*$")


def printable(text: str) -> str:
    """The text without control characters but line ends and tabs: the database keeps no zero bytes."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


def purpose(documentation: str) -> str:
    """What a process is for: its documentation without the last sentence, which names its ends («Конец: …»)."""
    return _ENDS.sub("", documentation).strip()


@dataclass(frozen=True, slots=True)
class View:
    """A view of the inbox; empty attributes narrow nothing.

    Attributes:
        who: key of `WHO`.
        due: key of `DUE`.
        process, role, organisation, course: ids and codes.
        stands_in: login of the person in whose stead the reader acts.
        q: words of the search.
    """

    role: str = ""
    process: str = ""
    due: str = ""
    who: str = ""
    organisation: str = ""
    course: str = ""
    stands_in: str = ""
    q: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> View:
        """The view of an address or of a saved filter. Nonsense is ignored, so that an old link still opens."""
        values = {f.name: printable(str(arguments.get(f.name) or "")).strip()[:_LONGEST] for f in fields(cls)}
        values["due"] = values["due"] if values["due"] in DUE else ""
        values["who"] = values["who"] if values["who"] in WHO else ""
        return cls(**values)

    def arguments(self, **changes: str) -> dict[str, Any]:
        """The address' arguments of this view, changed in places; empty ones are left out."""
        values = {f.name: getattr(self, f.name) for f in fields(self)} | changes
        return {name: value for name, value in values.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether it shows less than everything."""
        return bool(self.arguments())


def due_span(due: str, today: date, zone: str) -> tuple[datetime | None, datetime | None]:
    """From and to (excluded) of a choice of `DUE` in UTC; (None, None) for the others."""
    days = {"today": 1, "week": 7}.get(due)
    if days is None:
        return None, None
    start = datetime.combine(today, time(), ZoneInfo(zone))
    return start.astimezone(UTC), (start + timedelta(days=days)).astimezone(UTC)
