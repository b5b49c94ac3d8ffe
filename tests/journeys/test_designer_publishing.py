"""BPM-01: a designer changes a task and publishes; new instances follow the new version, running ones keep theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.engine import operations
from app.kernel.db import db
from app.people.queries import actor_for, person_name

from .browser import PHONE, Desk, findings, resize, shoot
from .test_browser import seated
from .world import World

pytestmark = pytest.mark.browser
PROCESS, TASK = "consultation", "journal"
OLD, NEW = "Запись в журнал", "Записать итог консультации"
THEME = "Риски программы перехода"
_DUE = """([id, due]) => document.querySelector('[data-island=modeler]').modeler.get('elementRegistry').get(id)
  .businessObject.extensionElements.values.some((each) => each.dueDate === due)"""


@pytest.fixture
def desk(region: World) -> Iterator[Desk]:
    """A desk in the region with all models."""
    yield from seated(region)


def begin(desk: Desk) -> None:
    """The head of a school asks for a consultation."""

    def start() -> None:
        with desk.world.app.app_context(), db.unit_of_work():
            head = actor_for("school_head")
            variables = {"organisation": "lebedyan-1", "school_id": "lebedyan-1", "theme": THEME}
            operations.start_instance(head, PROCESS, variables, internal=True)
        desk.world.settle()

    desk.apart(start)


class Watched:
    """A designer's tab: what it shows is read at every step, for it must not name anybody from a school."""

    def __init__(self, desk: Desk, login: str) -> None:
        self.page: Page = desk.sit(login, (1600, 1000))
        self._secrets = desk.apart(self._personal, desk)

    @staticmethod
    def _personal(desk: Desk) -> list[str]:
        with desk.world.app.app_context(), db.unit_of_work():
            return [person_name("school_head").split()[0], THEME, "Лебедянь"]

    def look(self, name: str = "") -> None:
        """Nothing personal is on the page, axe finds nothing; `name` keeps a picture."""
        text = self.page.locator("main").inner_text()
        assert [secret for secret in self._secrets if secret in text] == []
        if name:
            shoot(self.page, name)

    def press(self, label: str) -> None:
        """Press a button of the page."""
        self.page.locator("main").get_by_role("button", name=label, exact=True).click()

    def go(self, label: str, within: str = "main") -> None:
        """Follow a link of the page."""
        self.page.locator(within).get_by_role("link", name=label, exact=True).first.click()


def redraw(page: Page) -> None:
    """Give the task another label and another deadline in the modeler."""
    expect(page.locator("[data-island=modeler]")).to_have_attribute("data-ready", "yes")
    page.goto(f"{page.url}?element={TASK}")
    expect(page.locator("[data-island=modeler]")).to_have_attribute("data-ready", "yes")
    for label, text in (("Название", NEW), ("Срок, рабочих дней", "4")):
        field = page.locator(".modeler-panel").get_by_label(label, exact=True)
        field.fill(text)
        field.blur()
    page.wait_for_function(_DUE, arg=[TASK, "4 wd"])
    expect(page.locator("#editor-state")).to_contain_text("Сохранено")  # not while it is being sent
    expect(page.locator("#editor-state")).to_have_attribute("data-state", "saved")


def explain(tab: Watched) -> None:
    """Say that the change needs no scenario of its own."""
    tab.go("Консультация по запросу", within="[aria-labelledby=h-scenarios]")
    tab.look()
    tab.page.locator("[name=note]").fill("Меняются только название и срок одной задачи")
    tab.press("Сохранить пояснение")
    expect(tab.page.get_by_text("Пояснение сохранено.")).to_be_visible()


def counts(page: Page) -> list[list[str]]:
    """Version, running and ended of every version, as the page of versions says."""
    rows = page.locator("main table tbody tr")
    cells = [rows.nth(number).locator("td") for number in range(rows.count())]
    return [[row.nth(place).inner_text().split()[0] for place in (0, 3, 4)] for row in cells]


def test_bpm_01_a_changed_task_is_published_and_what_runs_stays_as_it_was(desk: Desk) -> None:
    begin(desk)
    begin(desk)
    author = Watched(desk, "designer")
    author.page.goto(f"/designer/processes/{PROCESS}")
    author.look("publishing_versions_before")
    assert counts(author.page) == [["1", "2", "0"]]
    author.press("Изменить")
    expect(author.page.locator("#h-files")).to_be_visible()
    address = author.page.url
    author.go("Консультация по запросу")
    redraw(author.page)
    author.look()
    author.page.goto(address)
    told = f"Задача «{OLD}»: название «{NEW}» вместо «{OLD}»; срок 4 рабочих дня вместо 2"
    expect(author.page.get_by_text(told, exact=True)).to_be_visible()
    author.look("publishing_draft")
    explain(author)
    author.page.goto(address)
    author.go("Сравнить рядом и посмотреть, что это затронет")
    expect(author.page.locator("[data-island=diff-view]")).to_have_attribute("data-ready", "yes")
    author.page.get_by_role("button", name=f"Задача «{OLD}»").click()
    expect(
        author.page.locator(f".diff-canvas[data-side=after] [data-element-id='{TASK}'].diff-changed.diff-chosen")
    ).to_be_visible()
    author.look("publishing_changes")
    assert findings(author.page) == []
    resize(author.page, PHONE)
    shoot(author.page, "publishing_changes_phone")
    assert findings(author.page) == []
    resize(author.page, (1600, 1000))
    author.page.goto(address)
    author.press("Передать на проверку")
    expect(author.page.get_by_role("button", name="Взять обратно и изменить")).to_be_visible()

    judge = Watched(desk, "designer2")
    judge.page.goto(address)
    judge.look("publishing_judge")
    judge.press("Согласовать")
    expect(judge.page.get_by_role("link", name="Перейти к публикации")).to_be_visible()

    author.page.goto(address)
    author.go("Перейти к публикации")
    author.look("publishing_publish")
    assert findings(author.page) == []
    author.page.get_by_label("Что нового").fill("Запись в журнал переименована, срок — четыре дня")
    author.press("Опубликовать")
    expect(author.page.get_by_text("Опубликовано. Всё, что начнётся теперь")).to_be_visible()
    author.look("publishing_published")
    begin(desk)
    author.page.goto(f"/designer/processes/{PROCESS}")
    expect(author.page.locator("[data-island=bpmn-view]")).to_have_attribute("data-ready", "yes")
    expect(author.page.locator(f"[data-element-id='{TASK}']").first).to_contain_text(NEW.split()[0])
    author.look("publishing_versions")
    assert counts(author.page) == [["2", "1", "0"], ["1", "2", "0"]]
    assert findings(author.page) == []
    resize(author.page, PHONE)
    shoot(author.page, "publishing_versions_phone")
    assert findings(author.page) == []
