"""Running processes move to another version, in the browser: one, then a hundred with a pause, and all the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.jobs import working
from app.kernel.db import db
from tests.designer import moving

from .browser import PHONE, Desk, desk_in, findings, open_task, resize
from .world import World

pytestmark = pytest.mark.browser
MANY = 100


@pytest.fixture
def desk(people: World) -> Iterator[Desk]:
    """A desk among people without any process."""
    with desk_in(people) as found:
        yield found
        assert found.failures == []


@dataclass(frozen=True)
class Stage:
    """Keys of both versions and of the instances of the first."""

    old: int
    new: int
    keys: list[int]


def staged(world: World, count: int) -> Stage:
    """Two versions, the first with running instances."""
    with world.app.app_context(), db.unit_of_work():
        old = moving.deploy(moving.first())
        keys = moving.start(count)
        return Stage(old, moving.deploy(moving.second()), keys)


def work_off(world: World) -> None:
    """What the worker does."""
    with world.app.app_context():
        working.work_off()


def on(key: int) -> int:
    """How many instances are on a version."""
    with db.engine.connect() as connection:
        query = text("SELECT count(*) FROM process_instance WHERE definition_key = :key")
        return int(connection.execute(query, {"key": key}).scalar_one())


def chosen(page: Page) -> None:
    """From the list of processes to the page with both versions chosen."""
    page.goto("/designer")
    page.get_by_role("link", name=re.compile("^Перенос идущих процессов: Перенос")).click()
    page.select_option("[name=from]", "1")
    page.select_option("[name=to]", "2")
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("[name='map-collect']")).to_have_value("gather")
    expect(page.locator(".canvas svg g.step-now, .canvas .step-now").first).to_be_visible()


def press_confirmed(page: Page, label: str) -> None:
    """Press a button that asks, say yes, and wait for the page that follows: the work is put down then."""
    page.get_by_role("button", name=label, exact=True).first.click()
    with page.expect_navigation():
        page.locator("#confirm [value=yes]").click()


def told(page: Page, word: str) -> None:
    """Wait until the state of the work is told by this word."""
    expect(page.locator("[role=status] .badge", has_text=word)).to_be_visible()


def test_one_running_process_moves_and_goes_on(desk: Desk) -> None:
    world = desk.world
    stage = desk.apart(staged, world, 1)
    designer = desk.sit("designer")
    chosen(designer)
    assert findings(designer) == []
    designer.get_by_role("button", name="Проверить, ничего не меняя").click()
    expect(designer.locator("#trial")).to_contain_text("Можно перенести: 1.")
    assert on(stage.new) == 0
    resize(designer, PHONE)
    assert findings(designer) == []
    press_confirmed(designer, "Перенести")
    designer.wait_for_url("**/designer/migrations/*")
    told(designer, "ждёт очереди")
    desk.apart(work_off, world)
    told(designer, "готово")
    assert findings(designer) == []
    designer.get_by_role("button", name="Вернуть", exact=True).click()
    expect(designer.get_by_text("Экземпляр снова на прежней версии.")).to_be_visible()
    assert (on(stage.old), on(stage.new)) == (1, 0)
    chosen(designer)
    press_confirmed(designer, "Перенести")
    desk.apart(work_off, world)
    told(designer, "готово")
    teacher = desk.sit("teacher")
    teacher.goto("/tasks")
    open_task(teacher, "Сбор сведений")
    teacher.get_by_role("button", name="Отправить", exact=True).click()
    head = desk.sit("school_head")
    head.goto("/tasks")
    expect(head.locator(".task-row", has_text="Подпись")).to_be_visible()


def test_a_hundred_move_with_a_pause_and_come_back(desk: Desk) -> None:
    world = desk.world
    stage = desk.apart(staged, world, MANY)
    designer = desk.sit("designer")
    chosen(designer)
    press_confirmed(designer, "Перенести")
    designer.wait_for_url("**/designer/migrations/*")
    with ThreadPoolExecutor(1) as worker, db.engine.connect() as elsewhere:
        # Somebody else holds one of them: the worker stands still there until the pause was pressed.
        held = "SELECT key FROM process_instance WHERE key = :key FOR UPDATE"
        elsewhere.execute(text(held), {"key": stage.keys[MANY // 2]})
        ended = worker.submit(work_off, world)
        expect(designer.locator(".card [role=status]")).to_contain_text(f"{MANY // 2} из {MANY}")
        designer.get_by_role("button", name="Приостановить").click()
        expect(designer.locator(".card [role=status]")).to_contain_text("Приостановится после текущей строки.")
        elsewhere.rollback()
        ended.result()
    assert on(stage.new) == MANY // 2 + 1
    told(designer, "приостановлено")
    designer.get_by_role("button", name="Продолжить").click()
    desk.apart(work_off, world)
    told(designer, "готово")
    assert on(stage.new) == MANY
    designer.goto(f"/designer/processes/{moving.PROCESS}/migrate")
    designer.get_by_role("link", name="Перенос на другую версию: 1 → 2").click()
    press_confirmed(designer, "Вернуть все")
    desk.apart(work_off, world)
    told(designer, "готово")
    assert (on(stage.old), on(stage.new)) == (MANY, 0)
