"""Concept documents: their kinds, their clauses, and what «было/стало» makes of them (YAR 1.3, LEB 1.1, 1.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

STATUTE, ROADMAP, SCHEDULE = (
    "положение о системе работы с ШНОР и ШНСУ",
    "дорожная карта",
    "план-график методической поддержки",
)
COUNCIL_PLAN, PROGRAMME, OTHER = "план работы координационного совета", "муниципальная программа", "иной"
KINDS = (STATUTE, ROADMAP, SCHEDULE, COUNCIL_PLAN, PROGRAMME, OTHER)
"""The words of the form `concept_document`; analyses propose corrections by them."""
PARTS = {"мероприятие": "title", "результат": "result", "документ": "fixing_document", "исполнители": "executors"}
"""What of a row of a roadmap is reworded, and its attribute."""
TITLE = "мероприятие"
_CLAUSE = re.compile(r"^\s*(\d+(?:\.\d+)+|\d+(?=\.))\.?\s+(\S.*)$")
"""«1. Общее», «1.1 Школы», «1.1. Школы»; a bare number («2 раза в год») continues the line before."""


def read_clauses(text: str) -> list[dict[str, str]]:
    """Clauses of a text typed in: a line that begins with a number begins a clause, other lines continue it.

    >>> read_clauses("1. Общее\\n1.1. Школы выявляют\\nраз в год")
    [{'point': '1', 'text': 'Общее'}, {'point': '1.1', 'text': 'Школы выявляют раз в год'}]
    """
    found: list[dict[str, str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _CLAUSE.match(line)
        if match is not None:
            found.append({"point": match[1], "text": match[2]})
        elif found:
            found[-1]["text"] += f" {line}"
        else:
            found.append({"point": "0", "text": line})
    return found


def twice(clauses: Sequence[Mapping[str, Any]]) -> list[str]:
    """Numbers of clauses that stand there more than once."""
    points = [str(each["point"]) for each in clauses]
    return sorted({point for point in points if points.count(point) > 1})


def part_of(change: Mapping[str, Any]) -> str | None:
    """Which part of a row a change of a roadmap concerns; None for the clause of a text."""
    return str(change["part"]) if change.get("part") else None


def current(clauses: Sequence[Mapping[str, Any]], change: Mapping[str, Any]) -> str | None:
    """«Было»: how the clause that a change names stands now; None when there is none."""
    wanted = (str(change.get("point") or "").strip(), part_of(change))
    return next((str(each["text"]) for each in clauses if (each["point"], each.get("part")) == wanted), None)


def faults(clauses: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]]) -> list[object]:
    """Why changes cannot be made: nothing or something twice, an excluded clause that is not there or is only a part of
    a row, no difference."""
    found: list[object] = [] if changes else [_l("Name at least one change.")]
    seen: set[tuple[str, str | None]] = set()
    for change in changes:
        point, before = str(change.get("point") or "").strip(), current(clauses, change)
        if (point, part_of(change)) in seen:
            found.append(_l("Clause %(point)s is changed twice.", point=point))
        seen.add((point, part_of(change)))
        if change.get("exclude") and before is None:
            found.append(_l("There is no clause %(point)s that could be excluded.", point=point))
        elif change.get("exclude") and part_of(change) not in (None, TITLE):
            found.append(
                _l("Row %(point)s is excluded as a whole: choose the part «%(part)s».", point=point, part=TITLE)
            )
        elif not change.get("exclude") and before == str(change.get("after") or "").strip():
            found.append(_l("Clause %(point)s stays as it was.", point=point))
    return found


def changed(clauses: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The text after its changes, its clauses in the order of their numbers."""
    texts = {str(each["point"]): str(each["text"]) for each in clauses}
    for change in changes:
        point = str(change["point"]).strip()
        if change.get("exclude"):
            texts.pop(point, None)
        else:
            texts[point] = str(change["after"]).strip()
    return [{"point": point, "text": texts[point]} for point in sorted(texts, key=_order)]


def _order(point: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdecimal() else (10**9, part) for part in point.split("."))
