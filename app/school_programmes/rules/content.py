"""What must hold in a programme before it may be submitted (processes.md, `school_programme` 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Content = Mapping[str, Any]
NO_MEASURE, NO_INDICATOR, OUTSIDE_TERM = "no_measure", "no_indicator", "outside_term"
STAGE_FIELDS: Mapping[str, str] = {"1": "stage1", "2": "stage2", "final": "target"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a programme may not be submitted yet.

    Attributes:
        field: path of the field that is marked.
        kind: one of the constants above.
        about: the risk without a measure or indicator, or the measure outside the term.
    """

    field: str
    kind: str
    about: str


def faults(content: Content) -> list[Fault]:
    """Everything that is missing: a measure and an indicator for every chosen risk, measures inside the term."""
    found = []
    for risk in content.get("risks") or ():
        if not any(row.get("risk") == risk for row in rows(content, "measures")):
            found.append(Fault("measures", NO_MEASURE, str(risk)))
        if not any(row.get("risk") == risk and _valued(row) for row in rows(content, "indicators")):
            found.append(Fault("indicators", NO_INDICATOR, str(risk)))
    start, end = _day(content.get("period_from")), _day(content.get("period_to"))
    for index, row in enumerate(rows(content, "measures")):
        due = _day(row.get("due"))
        if due is not None and ((start and due < start) or (end and due > end)):
            found.append(Fault(f"measures.{index}.due", OUTSIDE_TERM, str(row.get("measure") or "")))
    return found


def rows(content: Content, name: str) -> list[Mapping[str, Any]]:
    """Rows of a table of the form; none when it is empty."""
    return [row for row in content.get(name) or () if isinstance(row, Mapping)]


def indicators_changed(before: Content, after: Content) -> bool:
    """Whether values of indicators differ: they are agreed in an interview, so another one is needed."""
    return _values(before) != _values(after)


def with_changes(content: Content, wanted: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The programme with the final values that the interview asked for (YAR-08), by the names of indicators."""
    changes = {str(row.get("indicator")): row["new_target"] for row in wanted if row.get("new_target") is not None}
    changed = [
        {**row, "target": changes.get(str(row.get("indicator")), row.get("target"))}
        for row in rows(content, "indicators")
    ]
    return {**content, "indicators": changed}


def measure_rows(content: Content, key: int, version: int) -> list[dict[str, Any]]:
    """Measures as the tracker of measures takes them, each under a key of its own in every edition."""
    edition = "" if version == 1 else f"{version}."
    return [
        {
            "row_key": f"school-programme:{key}:{edition}{number}",
            "number": str(number),
            "title": str(row.get("measure") or ""),
            "due": row.get("due"),
            "responsible": row.get("responsible"),
            "result": row.get("result"),
            "document": row.get("document"),
        }
        for number, row in enumerate(rows(content, "measures"), 1)
    ]


def report_rows(content: Content, stage: str) -> dict[str, list[dict[str, Any]]]:
    """What the report of a stage begins with: the programme's measures, and indicators with the plan of the stage."""
    field = STAGE_FIELDS[stage]
    measures = [{"measure": row.get("measure"), "due": row.get("due")} for row in rows(content, "measures")]
    planned: Sequence[Mapping[str, Any]] = rows(content, "indicators")
    indicators = [
        {
            "indicator": row.get("indicator"),
            "unit": row.get("unit"),
            "initial": row.get("initial"),
            "plan": row.get(field) if row.get(field) is not None else row.get("target"),
        }
        for row in planned
    ]
    return {"measures": measures, "indicators": indicators}


def _valued(row: Mapping[str, Any]) -> bool:
    return row.get("initial") is not None and row.get("target") is not None


def _values(content: Content) -> list[tuple[Any, ...]]:
    names = ("indicator", "unit", "initial", "stage1", "stage2", "target")
    return [tuple(row.get(name) for name in names) for row in rows(content, "indicators")]


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
