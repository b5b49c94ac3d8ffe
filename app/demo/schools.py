"""What the stories of the list, curators and schools' programmes need: figures of schools, and everybody's acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from app.curators import operations as curators
from app.curators import queries as appointments
from app.engine import operations as engine
from app.engine.models import ProcessInstance, UserTask
from app.engine.scenarios import Scene
from app.kernel import clock
from app.kernel.db import db
from app.people import queries as people
from app.schools.operations import results

from .performers import performer
from .quality import workbook

_FIELDS = (
    *("students_total", "students_single_parent", "students_both_parents_higher_ed", "students_registered"),
    *("students_non_native_russian", "students_ovz", "territorial_status", "distance_km"),
    *("teachers_total", "teachers_higher_category", "teachers_higher_ed", "vacancies"),
)
_SUBJECTS = ("математика", "русский язык")
_EXAMS = (("ОГЭ", 9), ("ВПР", 6))
_YEARS = 2


@cache
def figures() -> dict[str, dict[str, Any]]:
    """Context data and results by school, from `figures.yaml`."""
    content: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "figures.yaml").read_text())
    return content


def scenes(now: datetime, password: str) -> Mapping[str, Scene]:
    """The scenes by name.

    Args:
        now: the present moment, at which results of the two years before are known.
        password: what everybody signs with.
    """

    def whoever(
        task: str,
        of: str | None = None,
        at: str | None = None,
        answers: Mapping[str, Any] | None = None,
        outcome: str = "submit",
        comment: str | None = None,
    ) -> Mapping[str, Any]:
        """All open tasks of an element (of one process, one organisation) are done alike by those who have them."""
        for key in _open(task, of, at):
            _complete(key, answers or {}, outcome, comment)
        return {}

    def contexts(late: list[str]) -> Mapping[str, Any]:
        """The heads enter the data of their schools, but for these."""
        for key in _open("fill_context"):
            with db.unit_of_work() as session:
                school = people.actor_for(performer(session.get_one(UserTask, key))).assignments[0].organisation
            if school not in late:
                _complete(key, context_of(school))
        return {}

    def past_results() -> Mapping[str, Any]:
        """The assessment centre has imported the results of the two years before."""
        for year in range(now.year - _YEARS, now.year):
            with db.unit_of_work():
                analyst = people.actor_for("cmoko_analyst")
                run = results.upload_results(analyst, f"Результаты_{year}.xlsx", workbook(_rows(year, now.year - year)))
                results.take_results(analyst, run.key)
        return {}

    def replace_curator(school: str, by: str, reason: str) -> Mapping[str, Any]:
        """Somebody presses «Заменить куратора»."""
        with db.unit_of_work():
            row = appointments.active_for(school)
            assert row is not None
            curators.ask_replacement(people.actor_for(by), row.key, reason)
        return {}

    def _complete(key: int, answers: Mapping[str, Any], outcome: str = "submit", comment: str | None = None) -> None:
        with db.unit_of_work() as session:
            actor = people.actor_for(performer(session.get_one(UserTask, key)))
            engine.complete_user_task(actor, key, answers, outcome=outcome, comment=comment, password=password)

    def put_off(process: str, at: str, by: str, reason: str) -> Mapping[str, Any]:
        """The owner ends what has begun by itself at a place, with a reason."""
        query = select(ProcessInstance.key).where(
            ProcessInstance.process_id == process,
            ProcessInstance.organisation == at,
            ProcessInstance.status == "active",
        )
        with db.unit_of_work() as session:
            for key in session.scalars(query.where(ProcessInstance.parent_key.is_(None))).all():
                engine.cancel_instance(people.actor_for(by), key, reason)
        return {}

    told: tuple[Scene, ...] = (whoever, contexts, past_results, replace_curator, put_off)
    return {scene.__name__: scene for scene in told}


def context_of(school: str) -> dict[str, Any]:
    """What the form of the context data asks of a school."""
    return dict(zip(_FIELDS, figures()[school]["context"], strict=True))


def _rows(year: int, ago: int) -> list[list[Any]]:
    """Results of all schools that have any. The weak ones take turns in being the lowest."""
    rows = []
    for school, known in figures().items():
        for place, (procedure, grade) in enumerate(_EXAMS):
            for number, (count, mean, below) in enumerate(known.get("results", ())):
                if known.get("lowest_in") == (place + number + ago) % 2:
                    mean, below = mean - 0.4, below + count // 4
                rows.append([school, _SUBJECTS[number], procedure, year, grade, count, round(mean, 1), below])
    return [[*row, None, None, None] for row in rows]


def _open(element: str, process: str | None = None, organisation: str | None = None) -> list[int]:
    """Keys of the open tasks of an element that began by now."""
    query = select(UserTask.key).where(
        UserTask.element_id == element, UserTask.state == "open", UserTask.created_at <= clock.now()
    )
    if process is not None:
        query = query.where(UserTask.process_id == process)
    if organisation is not None:
        query = query.where(UserTask.organisation == organisation)
    with db.unit_of_work() as session:
        return list(session.scalars(query.order_by(UserTask.key)))
