"""A scenario is recorded by clicks to its end, and what it reaches is shown on the diagram."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.designer import operations
from app.people.queries import actor_for
from tests.designer.sandbox_models import files

from .browser import PHONE, Desk, findings, resize, shoot
from .playing import warm
from .test_browser import seated
from .world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(people: World) -> Iterator[Desk]:
    """A desk in a region where nothing is deployed."""
    yield from seated(people)


def begun() -> int:
    """A draft of the small process; its key."""
    from app.kernel.db import db

    with db.unit_of_work():
        return operations.drafts.create(actor_for("designer"), "Помощь", files=files())


def test_a_scenario_is_recorded_to_its_end_by_clicks(desk: Desk) -> None:
    key = desk.apart(begun)
    warm(desk)
    page = desk.sit("designer")
    page.goto(f"/designer/drafts/{key}")
    page.get_by_role("link", name="Записать сценарий").click()
    page.fill("[name=title]", "Директор отказал")
    shoot(page, "scenario-new-1280")
    assert findings(page) == []
    page.get_by_role("button", name="Начать запись").click()
    page.locator("[data-island=bpmn-view][data-ready=yes]").wait_for()
    page.get_by_role("link", name="Выполнить задачу: Описать просьбу").click()
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    page.fill("[name='f.what']", "Книги")
    page.fill("[name='f.hours']", "2")
    shoot(page, "scenario-task-1280")
    assert findings(page) == []
    page.get_by_role("button", name="Отправить").click()
    page.get_by_role("link", name="Выполнить задачу: Решить").click()
    page.fill("[name=comment]", "Нет времени")
    page.get_by_role("button", name="Отказать").click()
    page.get_by_text("Процесс завершился: Отказано.").wait_for()
    page.get_by_role("button", name="Записать ожидание").click()
    page.get_by_text("процесс завершился: «Отказано»").wait_for()
    page.get_by_text("прошёл", exact=True).wait_for()
    page.locator("[data-island=bpmn-view][data-ready=yes] .step-done[data-element-id=refused]").wait_for()
    shoot(page, "scenario-1280")
    assert findings(page) == []
    resize(page, PHONE)
    shoot(page, "scenario-390")
    assert findings(page) == []
    page.get_by_role("link", name="Что охватывают сценарии").click()
    page.locator("[data-island=bpmn-view][data-ready=yes] .step-stopped[data-element-id=helped]").wait_for()
    shoot(page, "coverage-390")
    assert findings(page) == []
    expect(page.locator("#h-missed + ul")).to_contain_text("Через три дня → Помогли")
