"""What the form `municipal_programme` says, and what expertise is told (LIP task 1; LEB: 6 tasks, 5 indicators)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from flask_babel import lazy_gettext as _l

from .drafts import Row, Section, text
from .executors import coordinator

GOAL = "цель"
"""What an indicator names that belongs to no single task."""
MUNICIPAL = frozenset(
    ("mouo", "mms", "municipal_coordinator", "programme_coordinator", "mmo", "mmo_head", "school", "school_head")
)
"""Executors of a regional measure that work in a municipality: its rows are proposed to their programmes."""
Content = Mapping[str, Any]


def tasks(content: Content) -> list[dict[str, str]]:
    """Tasks `{number, title}`."""
    return [{"number": text(row.get("number")), "title": text(row.get("title"))} for row in _rows(content, "tasks")]


def mistakes(content: Content) -> dict[str, list[object]]:
    """Rows that belong nowhere, by field of the form; empty when all have their task."""
    numbers = [row["number"] for row in tasks(content)]
    found: dict[str, list[object]] = {}
    if len(set(numbers)) != len(numbers):
        found["tasks"] = [_l("A number is given twice.")]
    for index, row in enumerate(_rows(content, "indicators")):
        if text(row.get("task")).lower() != GOAL and text(row.get("task")) not in numbers:
            found[f"indicators.{index}.task"] = [_l("Name the number of a task, or «%(goal)s».", goal=GOAL)]
    for index, row in enumerate(_rows(content, "plan")):
        if text(row.get("section")) not in numbers:
            found[f"plan.{index}.section"] = [_l("There is no task with this number.")]
    return found


def sections(content: Content) -> list[Section]:
    """The tasks as sections of the roadmap."""
    return [Section(row["number"], row["title"]) for row in tasks(content)]


def rows(content: Content) -> list[Row]:
    """The plan as rows of a roadmap; who is not known by his words is spoken for by the coordinator."""
    found = []
    for number, row in enumerate(_rows(content, "plan"), 1):
        found.append(
            Row(
                sheet="",
                row=number,
                section=text(row.get("section")),
                number=text(row.get("number")),
                title=text(row.get("title")),
                period=text(row.get("period_text")),
                executors=text(row.get("executors")),
                result=text(row.get("result")),
                document=text(row.get("fixing_document")),
                control=text(row.get("control_form")),
                follows=text(row.get("follows")),
            )
        )
    return found


def spoken_for(row: Row, level: str) -> Row:
    """The row with somebody whose task it is."""
    row.roles = row.roles or [coordinator(level)]
    return row


def targets(content: Content, code: str, before: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Indicators as targets of the programme; they are named by the programme until somebody defines them.

    Args:
        before: `{indicator, comparison}` by the words of a target that is there already: they stay.
    """
    names = {row["number"]: f"Задача {row['number']}" for row in tasks(content)}
    left = dict(before)
    taken = {str(each["indicator"]) for each in before.values()}
    free = (name for number in count(1) if (name := f"{code}-I-{number}") not in taken)
    found = []
    for row in _rows(content, "indicators"):
        title = text(row.get("title"))
        target = {
            "level": names.get(text(row.get("task")), "Индикатор цели"),
            "text": title,
            "value": row.get("value"),
            "unit": text(row.get("unit")),
        }
        found.append(target | dict(left.pop(title) if title in left else {"indicator": next(free)}))
    return found


def findings(content: Content) -> list[dict[str, Any]]:
    """What the decision `municipal_programme_checks` judges: `{kind, count, rows}` for every kind."""
    numbers = [row["number"] for row in tasks(content)]
    measured = {text(row.get("task")) for row in _rows(content, "indicators")}
    planned = {text(row.get("section")) for row in _rows(content, "plan")}
    plan = _rows(content, "plan")
    found: dict[str, Iterable[str]] = {
        "task_without_indicator": (number for number in numbers if number not in measured),
        "task_without_measure": (number for number in numbers if number not in planned),
        "indicator_without_value": _named(_rows(content, "indicators"), "value"),
        "indicator_without_formula": _named(_rows(content, "indicators"), "formula"),
        "measure_without_document": (
            text(row.get("number")) for row in plan if not row.get("fixing_document") and not row.get("control_form")
        ),
        "number_twice": _twice(text(row.get("number")) for row in plan),
        "title_twice": _twice(text(row.get("title")) for row in plan),
    }
    listed = {kind: list(rows) for kind, rows in found.items()}
    return [{"kind": kind, "count": len(rows), "rows": ", ".join(rows)} for kind, rows in listed.items()]


def _named(found: Sequence[Mapping[str, Any]], field: str) -> list[str]:
    return [text(row.get("title")) for row in found if row.get(field) in (None, "")]


def _twice(words: Iterable[str]) -> list[str]:
    return sorted(word for word, count in Counter(words).items() if count > 1)


def _rows(content: Content, name: str) -> list[Mapping[str, Any]]:
    return [row for row in content.get(name) or () if isinstance(row, Mapping)]
