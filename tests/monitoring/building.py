"""Rounds, answers and cells for tests, made by the operations of the monitoring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.forms.operations import deploy_form
from app.kernel.db import db
from app.kernel.ids import next_key
from app.monitoring.models import MonitoringRound, MonitoringSchool, MunicipalRound
from app.monitoring.operations import municipal, questionnaires, rounds
from app.monitoring.rules import figures, stages
from app.monitoring.rules import municipal as rules
from app.people import queries as people

FORMS = Path(__file__).resolve().parents[2] / "forms" / "school_monitoring"
SITE = "https://rayon.example/"
MOTIVES = (
    *("материальное вознаграждение", "признание", "интерес к работе", "профессиональный рост"),
    *("общественная польза", "стабильность", "отношения в коллективе"),
)
ITEMS = (
    *("преподавание", "безопасность", "отношения", "условия", "информирование"),
    "учёт индивидуальных потребностей",
)
CHANGES = ("уроки", "отношения", "внеурочная жизнь", "комфорт", "участие в управлении")


def deploy_questionnaires() -> None:
    """The questionnaires as the repository has them."""
    for tool in stages.TOOLS:
        deploy_form((FORMS / f"{tool.form_id}.form").read_bytes(), 1)


def open_round(
    *codes: str, stage: str = "I", opens_on: date = date(2026, 4, 1), until: date = date(2026, 4, 22)
) -> MonitoringRound:
    """A round of some schools."""
    return rounds.open_round(
        stage=stage,
        year=opens_on.year,
        opens_on=opens_on,
        window_until=until,
        group=None,
        codes=codes,
        instance_key=next_key(),
    )


def only_school(of: MonitoringRound) -> MonitoringSchool:
    """The school of a round that has one."""
    (found,) = rounds.schools_of(of)
    return found


def classes(of: MonitoringSchool, *rows: tuple[str, int, int]) -> None:
    """Name the classes: name, pupils, parents."""
    rounds.set_classes(of, [{"name": name, "pupils": pupils, "parents": parents} for name, pupils, parents in rows])


def answers(audience: str, stage: str = "I", mark: int = 4, comment: str | None = None) -> dict[str, dict[str, Any]]:
    """Answers to all questionnaires of an audience, every mark the same."""
    every: Mapping[str, dict[str, Any]] = {
        stages.MOTIVES.form_id: {"motives": [{"motive": each, "mark": mark} for each in MOTIVES]},
        stages.SATISFACTION.form_id: {
            "items": [{"item": each, "mark": mark} for each in ITEMS],
            "overall": mark,
            "comment": comment,
        },
        stages.SCHOOL_LIFE.form_id: {"changes": [{"change": each, "mark": "лучше"} for each in CHANGES]},
    }
    return {tool.form_id: every[tool.form_id] for tool in stages.asked_of(stage, audience)}


def answer(of: MonitoringSchool, head: str, audience: str, class_name: str, marks: Iterable[int]) -> list[str]:
    """Codes of a class, of which as many are answered with as there are marks. Returns all codes."""
    codes = questionnaires.issue(people.actor_for(head), of.key, audience, class_name).codes
    for code, mark in zip(codes, marks, strict=False):
        questionnaires.answer(code, answers(audience, of.round.stage, mark), "10.0.0.1")
    return codes


def judge(of: MonitoringSchool, levels: Mapping[str, int]) -> None:
    """The deputy head's levels: login and the level of all four competences."""
    for login, level in levels.items():
        values = {**dict.fromkeys(figures.COMPETENCES, level), "improve_directions": ["методическая"]}
        rounds.record_levels(of, login, values, None)
        rounds.record_levels(of, login, values, "deputy_head")


def municipal_round(month: int, year: int = 2026, *places: str, held_on: date | None = None) -> MunicipalRound:
    """A municipal stage with the empty rows of its municipalities."""
    of = municipal.open_round(year, month, held_on, next_key())
    for place in places:
        municipal.rows_for(of, place)
    return of


def filled(month: int, **values: Any) -> list[dict[str, Any]]:
    """Rows of a stage: «да» with a link, or what is given by `MM_01={…}`."""
    rows = []
    for each in rules.active(month):
        row = {"indicator": each.name, "value": rules.YES, "url": SITE + each.code}
        if each.update_of:
            row["published_on"] = f"2026-{month:02d}-01"
        rows.append(row | values.get(each.code.replace("-", "_"), {}))
    return rows


def checks(month: int, **values: Any) -> list[dict[str, Any]]:
    """The institute confirms, unless `MM_01={…}` says otherwise."""
    return [
        {"indicator": each.name, "check_result": rules.CONFIRMED} | values.get(each.code.replace("-", "_"), {})
        for each in rules.active(month)
    ]


def forget() -> None:
    """Rows are read anew."""
    db.session.expire_all()
