"""Two designers at one draft, in the browser: autosave, take-over, a comment on an element, review."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from .browser import Desk, desk_in, findings
from .world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(region: World) -> Iterator[Desk]:
    """A desk in the region."""
    with desk_in(region) as found:
        yield found
        assert found.failures == []


def opened(page: Page, address: str) -> None:
    """Open an editor and wait until it stands."""
    page.goto(address)
    page.locator("[data-island][data-ready=yes]").wait_for()


def named(page: Page, element: str, name: str) -> None:
    """Give an element of the drawing another name, as typing into it does."""
    page.evaluate(
        """([id, name]) => {
            const modeler = document.getElementById('editor').modeler;
            modeler.get('modeling').updateLabel(modeler.get('elementRegistry').get(id), name);
        }""",
        [element, name],
    )


def test_two_designers_at_one_draft(desk: Desk) -> None:
    first, second = desk.sit("designer"), desk.sit("designer2")
    first.goto("/designer/new")
    first.fill("[name=name]", "Выдача справки")
    first.get_by_label("С дорожкой для каждой роли").check()
    first.get_by_text("Роли участников").click()
    first.locator("[name=lanes][value=teacher]").check()
    first.get_by_role("button", name="Начать").click()
    first.wait_for_url("**/files/*")
    editor, draft = first.url, first.url.partition("/files/")[0]
    opened(first, editor)
    state = first.locator("#editor-state")
    expect(state).to_have_text("Изменений пока нет")
    held: list[Route] = []
    first.route("**/content", lambda route: held.append(route))
    named(first, "start", "Просьба учителя")
    expect(state).to_have_attribute("data-state", "saving")  # the answer is not there yet
    for each in held:
        each.continue_()
    first.unroute("**/content")
    expect(state).to_have_text("Сохранено 09:00")  # in the organisation's zone
    expect(state).to_have_attribute("data-state", "saved")

    # The tab must not ask about its lock now: this is about what a save hears that comes too late.
    first.route("**/lock", lambda asked: asked.fulfill(json={"held_by_me": True}))
    opened(second, editor)
    theirs = second.locator("#editor-state")
    expect(theirs).to_contain_text("Файл редактирует Кравцов Илья Андреевич")
    second.get_by_role("button", name="Взять на себя").click()
    second.locator("#confirm [value=yes]").click()
    expect(theirs).to_have_text("Изменений пока нет")
    second.locator("[data-island][data-ready=yes]").wait_for()

    named(first, "start", "Заявление учителя")
    expect(state).to_contain_text("осталось в истории файла")
    second.locator("[data-element-id=start]").first.click()
    expect(second.locator("#comments [data-about]")).to_contain_text("Просьба учителя")
    second.locator("#comments textarea").fill("Кто ещё может попросить?")
    second.get_by_role("button", name="Отправить комментарий").click()
    expect(second.locator("#comments")).to_contain_text("Логинова")
    named(second, "start", "Просьба")
    expect(theirs).to_contain_text("Сохранено")

    first.goto(f"{editor}/history")
    expect(first.locator("tbody tr")).to_have_count(4)
    expect(first.locator("tbody")).to_contain_text("в файл не вошло")
    first.unroute("**/lock")
    assert findings(first) == []
    first.goto(draft)
    assert findings(first) == []
    expect(first.locator("main")).to_contain_text("Кто ещё может попросить?")
    first.get_by_role("button", name="Передать на проверку").click()
    expect(first.locator("main")).to_contain_text("сейчас редактирует коллега")
    second.goto(draft)
    second.get_by_role("button", name="Передать на проверку").click()
    expect(second.locator("[name=act][value=withdraw]")).to_be_visible()
    first.goto(draft)
    expect(first.locator("[name=act][value=withdraw]")).to_be_visible()
    expect(first.locator("[name=act][value=approve]")).to_have_count(0)
    opened(first, editor)
    expect(first.locator(".modeler-readonly")).to_be_visible()
