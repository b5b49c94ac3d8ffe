"""From answers to figures: what is counted of every questionnaire, and how figures are called and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import stages

SATISFIED_FROM = 4
"""«Satisfied» are answers 4 and 5 of the overall mark (forms, monitor_satisfaction)."""
LIFE = {"хуже": -1, "без изменений": 0, "лучше": 1}
COMPETENCES = {
    "subject_level": "предметная",
    "method_level": "методическая",
    "psych_level": "психолого-педагогическая",
    "comm_level": "коммуникативная",
}
_SHARES = ("satisfied", "leading:", "below:", "better:")


@dataclass(frozen=True, slots=True)
class Figure:
    """Sum over the people who answered; `code` names it over the stages."""

    area: str
    audience: str
    code: str
    tool: str
    people: int
    total: Decimal


def is_share(code: str) -> bool:
    """Whether a figure is a share (shown in per cent), not a mean."""
    return code.startswith(_SHARES)


def of_answers(form_id: str, audience: str, answers: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """Figures of the anonymous answers to one questionnaire."""
    counts = {
        stages.MOTIVES.form_id: _motives,
        stages.SATISFACTION.form_id: _satisfaction,
        stages.SCHOOL_LIFE.form_id: _school_life,
    }[form_id](answers)
    area = next(tool.area for tool in stages.TOOLS if tool.form_id == form_id)
    return [Figure(area, audience, code, form_id, len(answers), Decimal(total)) for code, total in counts.items()]


def _motives(answers: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for answer in answers:
        for row in answer.get("motives") or ():
            code = f"motive:{row['motive']}"
            found[code] = found.get(code, 0) + int(row["mark"])
        for name in leading(answer.get("motives") or ()):
            found[f"leading:{name}"] = found.get(f"leading:{name}", 0) + 1
    return found


def leading(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The motives with the highest mark; several where they share it."""
    marks = {str(row["motive"]): int(row["mark"]) for row in rows}
    return [name for name, mark in marks.items() if mark == max(marks.values())]


def _satisfaction(answers: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    found = {"overall": 0, "satisfied": 0}
    for answer in answers:
        overall = int(answer["overall"])
        found["overall"] += overall
        found["satisfied"] += overall >= SATISFIED_FROM
        for row in answer.get("items") or ():
            code = f"item:{row['item']}"
            found[code] = found.get(code, 0) + int(row["mark"])
    return found


def _school_life(answers: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for answer in answers:
        for row in answer.get("changes") or ():
            life, better = f"life:{row['change']}", f"better:{row['change']}"
            found[life] = found.get(life, 0) + LIFE[str(row["mark"])]
            found[better] = found.get(better, 0) + (LIFE[str(row["mark"])] > 0)
    return found


def of_levels(levels: Iterable[Mapping[str, Any]]) -> list[Figure]:
    """Figures of the competences that were judged: mean level 0–3 of each."""
    judged = [each for each in levels if each]
    return [
        Figure(
            stages.TEACHING,
            stages.TEACHER,
            f"competence:{name}",
            stages.COMPETENCE.form_id,
            len(judged),
            sum((Decimal(str(each[key])) for each in judged), Decimal(0)),
        )
        for key, name in COMPETENCES.items()
    ]


def of_exams(rows: Iterable[Mapping[str, Any]]) -> list[Figure]:
    """Figures of exam results: mean mark and share below the minimum by procedure and subject.

    Args:
        rows: `{procedure, subject, participants, mean, below_min}`.
    """
    found = []
    for row in rows:
        name, people = f"{row['procedure']}: {row['subject']}", int(row["participants"])
        totals = {f"below:{name}": Decimal(int(row.get("below_min") or 0))}
        if row.get("mean") is not None:
            totals[f"mean:{name}"] = Decimal(str(row["mean"])) * people
        found += [
            Figure(stages.RESULTS, stages.EXAM, code, stages.EXAM_RESULTS.form_id, people, total)
            for code, total in totals.items()
        ]
    return found


def of_statement(rows: Iterable[Mapping[str, Any]]) -> list[Figure]:
    """Figures of the school's own statement about its methodical system: marks 0–2."""
    return [
        Figure(
            stages.METHODICAL,
            stages.SCHOOL,
            f"system:{row['item']}",
            stages.METHODICAL_SYSTEM.form_id,
            1,
            Decimal(int(row["mark"])),
        )
        for row in rows
    ]
