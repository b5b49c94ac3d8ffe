"""LIP-13: a municipality develops its programme after the meeting, through the pages of everybody who takes part."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.indicators import queries as indicators
from app.indicators.operations import loading
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.programmes import queries
from tests.programmes import scenes

from .task import Task
from .world import World

COORDINATOR, EXPERT, HEAD = "municipal_coordinator", "expert_consultant", "mouo_head"
MEETING, COUNCIL = date(2026, 4, 15), date(2026, 5, 12)
CODE = "MP-lebedyan-2026"
TITLE = "Повышение качества образования в Лебедянском районе"
PASSPORT: dict[str, Any] = {
    "title": TITLE,
    "problem": "Результаты двух школ ниже средних по области",
    "goal": "Преодолеть разрыв в результатах школ района",
    "staffing": "Методисты ММС и школьные команды",
    "changes_decree": False,
}


def meet(world: World, secretary: str, chair: str, members: tuple[str, ...], on: date, **protocol: Any) -> None:
    """A meeting from its agenda to the signed protocol."""
    agenda = world[secretary].task("Повестка")
    agenda.fill(held_on=f"{on.isoformat()}T10:00", mode="очно")
    for number, login in enumerate(members):
        agenda.pick(f"members.{number}.login", world.name(login), login)
    agenda.fill(chair=chair).done()
    world.settle()
    world.wait(on)
    world.wait(on.replace(day=on.day + 1))
    task = world[secretary].task("Отметить присутствие")
    there = task.rows("attendance", "user")
    task.fill({f"attendance.{there[login]}.present": "да" for login in members}).done()
    task = world[secretary].task("Протокол")
    task.fill(decisions=[{"decision": "Программу подготовить"}], secretary_signature=True, **protocol).done()
    world[chair].task("Подписать протокол").done("Подписать")
    world.settle()


def after_the_meeting(world: World) -> Task:
    """The region meets once for all; the municipality's coordinator gets the passport."""
    with world.app.app_context():
        scenes.draft(approve=True, measures=[{"title": "Семинары с МОС", "executors": "ИРО, МОС", "period": "май"}])
        with db.unit_of_work():
            loading.load_own(only="LIP-I-MUN")
    world["region_coordinator"].start("municipal_programme").fill(municipalities=["lebedyan"]).done()
    meet(world, "region_coordinator", "region_wg_member", ("region_wg_member", "iro_coordinator"), MEETING)
    return world[COORDINATOR].task("Паспорт программы")


def approved(world: World) -> None:
    """The working group supports the programme, the head of the authority signs the order."""
    members = (HEAD, "municipal_wg_member", "mms_methodist")
    meet(world, COORDINATOR, HEAD, members, COUNCIL, verdict="поддержать")
    world[COORDINATOR].task("Подготовить приказ").done()
    world[HEAD].task("Подписать приказ").done("Подписать")
    world.settle()


def figure(world: World) -> float | None:
    """LIP-I-MUN of the region."""
    with world.app.app_context(), db.unit_of_work():
        return indicators.value_of("LIP-I-MUN", "region", 2026)


def test_lip_13_a_municipal_programme_becomes_measures_and_mm_01(region: World) -> None:
    world = region
    task = after_the_meeting(world)
    assert task.value("plan.0.title") == "Семинары с МОС"
    assert task.value("plan.0.follows") == "ТСТ-2026:1.1"
    assert task.values("participants") == ["lebedyan-1", "lebedyan-2"]
    assert figure(world) == 0
    refused = task.press("Отправить")
    assert refused.status == 422
    missing = Task(refused).errors
    assert {"goal", "problem", "staffing", "changes_decree"} <= set(missing)

    task = world[COORDINATOR].task("Паспорт программы")
    tasks = [{"number": "1", "title": "Условия"}, {"number": "2", "title": "Кадры"}]
    indicator = {"task": "1", "title": "Доля школ с программой", "unit": "%", "value": 100, "formula": "школы / школы"}
    task.fill(PASSPORT, tasks=tasks, indicators=[indicator]).done()
    world.settle()
    world["school_head"].task("Предложения школы").done("Предложений нет")
    world.wait(date(2026, 4, 24))

    expertise = world[EXPERT].task("Экспертиза")
    assert "Задача без показателя" in expertise.text
    assert "Задача без мероприятия" in expertise.text
    expertise.fill(computable="да", covers="частично", opinion="Можно утверждать").done("Рекомендовать")
    world.settle()
    approved(world)

    page = world["school_head"].get(f"/programmes/{CODE}")
    assert TITLE in page.text
    assert "Документ программы" in page.text
    plan = world[COORDINATOR].get(f"/programmes/{CODE}/roadmap")
    assert "Семинары с МОС" in plan.text
    with world.app.app_context(), db.unit_of_work():
        found = queries.programme(PLATFORM, CODE)
        measure = queries.measure(PLATFORM, f"{CODE}:1.1")
        assert (found.parent and found.parent.code, measure.follows) == ("ТСТ-2026", "ТСТ-2026:1.1")
        assert (measure.state, measure.instance_key is None) == ("running", False)
    assert figure(world) == 50
    proposed(world)


def proposed(world: World) -> None:
    """The next stage of the municipal monitoring proposes MM-01 with the public page."""
    card = {"year": 2026, "stage_month": 6, "municipalities": ["lebedyan"]}
    world["iro_coordinator"].start("municipal_monitoring").fill(card).done()
    world.settle()
    rows = world[COORDINATOR].task("Заполнить показатели")
    assert rows.value("rows.0.value") == "да"
    address = rows.value("rows.0.url")
    assert address.endswith(f"/programmes/{CODE}/published")
    assert rows.value("rows.1.value") == ""
    anybody = world.app.test_client().get(f"/programmes/{CODE}/published")
    assert anybody.status_code == 200
    assert TITLE in anybody.get_data(as_text=True)
