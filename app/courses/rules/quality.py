"""Low-quality zones: what the results of a school in a subject say, and how they are told (LIP §5, stage I)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WEAKEST = 5
"""Tasks of a subject that the analyst is offered as typical difficulties."""
Row = Mapping[str, Any]


def share(part: int | None, whole: int) -> float | None:
    """A percentage; None when nothing is known."""
    return None if part is None or not whole else 100 * part / whole


def mean_of_tasks(tasks: Iterable[Row]) -> float | None:
    """Mean percentage of the tasks; None without tasks."""
    found = [float(task["pct"]) for task in tasks]
    return sum(found) / len(found) if found else None


def weakest_tasks(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The tasks that the pupils of all schools did worst, weighted by participants, the worst first."""
    done: dict[tuple[str, str], float] = defaultdict(float)
    pupils: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        for task in row["tasks"]:
            name = str(task["task"]), str(task["skill"])
            done[name] += float(task["pct"]) * int(row["participants"])
            pupils[name] += int(row["participants"])
    found = sorted((done[name] / pupils[name], name) for name in done)
    return [{"task": task, "skill": skill, "pct": round(pct, 1)} for pct, (task, skill) in found[:WEAKEST]]


def low_rows(zone: Row) -> list[Row]:
    """Rows of one subject in which the analyst sees a zone of low quality."""
    return [row for row in zone.get("zones") or () if row.get("low_zone") is True]


def difficulties(zone: Row) -> str:
    """The typical difficulties of a subject as one text."""
    return "; ".join(f"{row['skill']} (№ {row['task']})" for row in zone.get("typical_difficulties") or ())


def summary(year: int, zones: Sequence[Row], names: Mapping[str, str]) -> dict[str, Any]:
    """Subject × school with counts of low zones (processes.md, rmp_analytics step 3).

    Args:
        names: short names of the schools by code.
    """
    schools: dict[str, dict[str, Any]] = {}
    subjects = []
    for zone in zones:
        low = low_rows(zone)
        known = {str(row["school"]) for row in zone.get("zones") or ()}
        subjects.append(
            {"subject": zone["subject"], "low": len(low), "schools": len(known), "difficulties": difficulties(zone)}
        )
        for row in zone.get("zones") or ():
            code = str(row["school"])
            school = schools.setdefault(code, {"school": code, "name": names.get(code, code), "low": 0, "subjects": []})
            if row.get("low_zone") is True:
                school["low"] += 1
                if zone["subject"] not in school["subjects"]:
                    school["subjects"].append(zone["subject"])
    table = sorted(schools.values(), key=lambda row: (-row["low"], str(row["name"])))
    for row in table:
        row["subjects"] = ", ".join(row["subjects"]) or "—"
    return {
        "year": year,
        "schools": len(table),
        "zones": sum(row["low"] for row in table),
        "subjects": sorted(subjects, key=lambda row: (-row["low"], row["subject"])),
        "table": table,
    }


def note(found: Row, missing: Sequence[Row]) -> str:
    """Draft of the analytic note, in Russian: it becomes an official document."""
    lines = [
        f"По результатам оценочных процедур {found['year']} года рассмотрены результаты {found['schools']} школ; "
        f"выявлено зон низкого качества: {found['zones']}."
    ]
    for row in found["subjects"]:
        told = f" Типичные затруднения: {row['difficulties']}." if row["difficulties"] else ""
        lines.append(f"{str(row['subject']).capitalize()}: зон {row['low']}, школ с данными {row['schools']}.{told}")
    if missing:
        lines.append("Нет данных по отдельным школам: " + "; ".join(str(row["text"]) for row in missing) + ".")
    return "\n".join(lines)
