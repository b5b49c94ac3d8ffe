"""Anonymous answers of the demo: the head prints the codes, pupils and parents answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from app.kernel.db import db
from app.monitoring.models import MonitoringSchool
from app.monitoring.operations import questionnaires
from app.people import queries as people

_ITEMS = (
    *("преподавание", "безопасность", "отношения", "условия", "информирование"),
    "учёт индивидуальных потребностей",
)
_CHANGES = ("уроки", "отношения", "внеурочная жизнь", "комфорт", "участие в управлении")


def scenes() -> Mapping[str, Callable[..., Mapping[str, Any]]]:
    """Scenes by the name that the stories use."""
    return {"answers": answers}


def answers(head: str, school: str, audience: str, name: str, marks: list[int]) -> Mapping[str, Any]:
    """People of a class answer with these overall marks.

    Args:
        head: login of the head, who prints the sheet.
        school: code.
        audience: `pupil` or `parent`.
        name: of the class.
        marks: one for each who answers.
    """
    with db.unit_of_work():
        query = select(MonitoringSchool).where(MonitoringSchool.school == school)
        of = db.session.scalars(query.order_by(MonitoringSchool.key.desc()).limit(1)).one()
        codes = questionnaires.issue(people.actor_for(head), of.key, audience, name).codes
    for code, mark in zip(codes, marks, strict=False):
        with db.unit_of_work():
            questionnaires.answer(code, _given(mark), None)
    return {}


def _given(mark: int) -> dict[str, dict[str, Any]]:
    better = "лучше" if mark > 3 else "без изменений"
    return {
        "monitor_satisfaction": {"items": [{"item": each, "mark": mark} for each in _ITEMS], "overall": mark},
        "monitor_school_life": {"changes": [{"change": each, "mark": better} for each in _CHANGES]},
    }
