"""Nothing that was drawn or written is lost in Chromium: answers that do not come, slow answers, foreign files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from app.engine.views import Resource
from tests.designer import building

from . import drawing
from .browser import Desk
from .test_browser import seated
from .test_designer_decisions import add_row, begun, ready
from .test_designer_drafts import named
from .world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(people: World) -> Iterator[Desk]:
    """A desk among the people of the region."""
    yield from seated(people)


def lose(route: Route) -> None:
    """The server does it, and its answer breaks off on its way."""
    route.fetch()
    route.fulfill(status=200, content_type="application/json", body="{")


def take_in(page: Page, name: str, content: bytes) -> None:
    """Take another file into the editor."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Загрузить из файла").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})


def refused(page: Page) -> None:
    """The editor says that it cannot read a file."""
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Этот файл здесь не читается")
    dialog.get_by_role("button", name="Закрыть").click()


def test_a_lost_answer_a_foreign_file_and_a_half_written_comment(desk: Desk) -> None:
    (address,) = begun(desk, Resource("probe.bpmn", building.drawn()))
    page = desk.sit("designer")
    page.goto(address)
    drawing.ready(page)
    state = page.locator("#editor-state")
    page.route("**/content", lose, times=1)
    named(page, "start", "Первое имя")
    expect(state).to_contain_text("Нет связи")
    expect(state).to_have_attribute("data-state", "unsaved")
    named(page, "start", "Второе имя")
    drawing.saved(page)
    expect(state).to_have_attribute("data-revision", "3")  # the lost one was known again, not refused
    content = page.evaluate("async (url) => (await fetch(url)).text()", f"{address}/content")
    assert "Второе имя" in content

    take_in(page, "probe.bpmn", b"<html/>")
    refused(page)
    expect(page.locator("[data-element-id=start]").first).to_be_visible()
    drawing.saved(page)
    assert page.evaluate("async (url) => (await fetch(url)).text()", f"{address}/content") == content

    comments = page.locator("#comments")
    comment, answer = comments.locator("form[data-parent=''] textarea"), comments.locator("li textarea")
    comment.fill("Кто просит?")
    page.get_by_role("button", name="Отправить комментарий").click()
    comments.get_by_role("button", name="Ответить").click()
    answer.fill("Учитель, и ещё")
    comment.fill("А почему?")
    comments.locator("form[data-parent='']").get_by_role("button").click()
    expect(comment).to_have_value("")
    comment.fill("И когда")
    comments.get_by_role("button", name="Решено").click()
    expect(comments.locator(".badge")).to_be_visible()
    expect(answer).to_have_value("Учитель, и ещё")
    expect(comment).to_have_value("И когда")


def test_rows_written_during_a_slow_answer_are_kept(desk: Desk) -> None:
    (address,) = begun(desk, building.decision())
    page = desk.sit("designer")
    page.clock.install()
    page.goto(address)
    ready(page)
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route("**/rows", hold)
    add_row(page, 1, "80", "неудовлетворительный")
    with page.expect_request("**/rows"):
        page.clock.run_for(700)
    add_row(page, 2, "97", "достаточный")
    page.clock.run_for(3000)
    assert len(asked) == 1, "the next waits for the answer"
    lose(asked[0])
    page.clock.run_for(3000)
    expect(page.get_by_text("Все строки дают то, что ожидалось: 2")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Все строки дают то, что ожидалось: 2")).to_be_visible()
