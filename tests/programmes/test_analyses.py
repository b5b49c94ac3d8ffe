"""YAR-05: eleven schools of «500+» 2021 analyse their measures until 18 May, through the real processes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.documents.models import Record
from app.engine import operations as engine
from app.engine import queries as processes
from app.engine.models import Message, UserTask
from app.engine.scenarios import read_scenario, run
from app.engine.views import TaskFilter
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.notifications.models import Notice
from app.people import operations as people
from app.people.queries import actor_for
from app.school_programmes.queries import analyses
from app.schools.operations import put_into_group
from tests.conftest import MONDAY
from tests.processes.conftest import PASSWORD, ROOT, region, stage  # noqa: F401
from tests.programmes import scenes

pytestmark = pytest.mark.usefixtures("stage")
GROUP, SCHOOLS = "p500_2021", [f"yar-{number}" for number in range(1, 12)]
ANALYSIS: dict[str, Any] = {
    "measures": [
        {"measure": "Наставничество", "done": "да", "effective": "частично", "evidence": "Журнал успеваемости"}
    ],
    "indicators": [{"indicator": "Доля успевающих", "plan": 90, "fact": 80, "reached": "нет"}],
    "results_dynamics": [],
    "conclusions": "Наставничество помогло не всем ученикам",
    "corrections": [{"document": "дорожная карта", "change": "Добавить консультации"}],
}


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off() + engine.fire_due(100):
        pass


def until(day: str) -> None:
    """Let the clock come to the morning of a day."""
    clock.move(datetime.fromisoformat(f"{day}T09:00:00+03:00"))
    settle()


def do(login: str, element: str, values: dict[str, Any], outcome: str = "submit") -> None:
    """Complete the open task of an element as somebody, and let everything that follows happen."""
    with db.unit_of_work():
        actor = actor_for(login)
        page = processes.tasks_for(actor, TaskFilter())
        key = next(task.key for task in page.items if task.element_id == element)
        engine.complete_user_task(actor, key, values, outcome=outcome)
    settle()


def head(school: str) -> str:
    """Login of the head of a school."""
    return f"head-{school}"


def begun() -> None:
    """Eleven schools of the district with their heads; the analysis begins by itself on 20 April."""
    with db.unit_of_work():
        for number, school in enumerate(SCHOOLS, 1):
            people.create_organisation(
                PLATFORM, school, "school", f"Школа {number}", short_name=school, parent="lebedyan"
            )
            people.create_person(
                PLATFORM,
                head(school),
                last_name="Директорова",
                first_name="Анна",
                middle_name="",
                email=f"{school}@example.org",
                position="директор",
                organisation=school,
                password=PASSWORD,
                must_change_password=False,
                roles=[("school_head", school)],
                consent=True,
            )
        put_into_group(PLATFORM, GROUP, SCHOOLS, since=MONDAY.date(), reason="Проект «500+»")
    until("2026-04-20")


def open_analyses() -> list[UserTask]:
    """Tasks of the eleven schools that wait for their analysis."""
    with db.unit_of_work() as session:
        pages = [processes.tasks_for(actor_for(head(school)), TaskFilter()) for school in SCHOOLS]
        keys = [task.key for page in pages for task in page.items if task.element_id == "analyse"]
        return list(session.scalars(select(UserTask).where(UserTask.key.in_(keys))))


def told(subject: str) -> set[str]:
    """Who has got a notice whose subject begins so."""
    with db.unit_of_work() as session:
        return set(session.scalars(select(Notice.login).where(Notice.subject.startswith(subject))))


def test_yar_05_late_on_19_may_and_no_new_programme_before_the_analysis() -> None:
    begun()
    assert len(open_analyses()) == 11
    for school in SCHOOLS[:9]:
        do(head(school), "analyse", ANALYSIS)
        do("municipal_coordinator", "check", {}, outcome="approve")
    until("2026-05-18")
    assert {task.overdue for task in open_analyses()} == {False}, "the whole of 18 May is theirs"
    until("2026-05-19")
    late = open_analyses()
    assert (len(late), {task.overdue for task in late}) == (2, {True})
    ours = {*map(head, SCHOOLS), "municipal_coordinator"}
    assert told("Анализ просрочен") & ours == {head("yar-10"), head("yar-11"), "municipal_coordinator"}
    _programme_waits("yar-10")


def analysed(school: str) -> bool:
    """Whether the analysis of a school counts."""
    with db.unit_of_work():
        return analyses.has_analysis(school)


def _programme_waits(school: str) -> None:
    """The new programme of a late school is refused before its analysis is accepted, and goes on afterwards."""
    with db.unit_of_work():
        engine.start_instance(actor_for(head(school)), "school_programme", {"school_id": school})
        roles = ("deputy_head", "school_team_member", "school_team_member")
        for number, role in enumerate(roles):
            _colleague(f"{school}-{number}", role, school)
    settle()
    team = [head(school), *(f"{school}-{number}" for number in range(3))]
    do(head(school), "form_team", {"kinds": ["midterm"], "team": team})
    said = {"self_analysis": "Результаты ниже средних по району.", "risks": ["низкая учебная мотивация обучающихся"]}
    writer = f"{school}-1"
    assert not analysed(school)
    with pytest.raises(Invalid) as refused:
        do(writer, "analyse", said)
    assert "анализ" in str(refused.value.errors["self_analysis"][0])
    do(head(school), "analyse", ANALYSIS)
    assert not analysed(school), "sent, but nobody has accepted it yet"
    do("municipal_coordinator", "check", {}, outcome="approve")
    assert analysed(school)
    do(writer, "analyse", said)
    with db.unit_of_work() as session:
        record = session.scalars(
            select(Record).where(Record.kind == analyses.KIND, Record.organisation == school)
        ).one()
    assert record.data["rating"] == {
        **{"effective": 0, "partly": 1, "not_effective": 0},
        **{"measures_done_pct": 100.0, "indicators_reached_pct": 0.0},
    }


def _colleague(login: str, role: str, school: str) -> None:
    people.create_person(
        PLATFORM,
        login,
        last_name="Учителева",
        first_name="Вера",
        middle_name="",
        email=f"{login}@example.org",
        position="учитель",
        organisation=school,
        password=PASSWORD,
        must_change_password=False,
        roles=[(role, school)],
        consent=True,
    )


def test_only_a_programme_that_took_the_advice_is_told_to_correct_itself() -> None:
    story = read_scenario(ROOT / "workflows/effectiveness_analysis/region.scenario.yaml")
    run(story, actor_of=actor_for, scenes=scenes.SCENES, password=PASSWORD, cold=False)
    with db.unit_of_work() as session:
        told_of = session.scalars(select(Message.correlation_key).where(Message.name == "recommendations.issued"))
        assert list(told_of) == ["lebedyan-1"], "the school of Gryazi has advice, but no programme that took it"
