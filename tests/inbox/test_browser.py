"""The inbox in Chromium: layout, drafts, a lost connection, a double click, the drawing, no axe findings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from tests.inbox import work
from tests.web.conftest import Open

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def address(app: Flask, request_process: None) -> Iterator[str]:
    """The application on a port; one request at a time, since all of them share the test's transaction."""
    server = make_server("127.0.0.1", 0, app, threaded=False)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Desk:
    """Opens tabs for people; no script may fail in them.

    Chromium starts with the first tab: from then on this thread runs an event loop, in which FEEL refuses to work. So a
    test makes its data first; what people do in their tabs runs in the server's thread.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.failures: list[str] = []
        self._playwright: Playwright | None = None

    @cached_property
    def chromium(self) -> Browser:
        """Debian's Chromium."""
        self._playwright = sync_playwright().start()
        return self._playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"]
        )

    def leave(self) -> None:
        """Close everything."""
        if self._playwright is not None:
            self.chromium.close()
            self._playwright.stop()

    def sit(self, login: str, size: dict[str, Any] = WIDE, *, scripts: bool = True) -> Page:
        """A signed-in person at a new tab."""
        page = self.chromium.new_context(viewport=size, java_script_enabled=scripts).new_page()  # type: ignore[arg-type]
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.goto(f"{self.address}/login")
        page.fill("[name=login]", login)
        page.fill("[name=password]", "demo")
        page.click("main form button")
        return page


@pytest.fixture
def desk(address: str) -> Iterator[Desk]:
    """Tabs on the application."""
    found = Desk(address)
    yield found
    found.leave()
    assert found.failures == []


def findings(page: Page) -> list[Any]:
    """What axe finds, and whether the page is wider than the screen."""
    found = [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in Axe().run(page).response["violations"]]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth"), page.url
    return found


def in_english(page: Page) -> None:
    """Choose the other language."""
    with page.expect_navigation():
        page.locator("button[name=locale][value=en]").first.evaluate("button => button.click()")


def test_list_and_task_stand_side_by_side_and_on_a_phone_one_at_a_time(desk: Desk, browse: Open) -> None:
    work.start(browse("teacher"))
    page = desk.sit("teacher")
    page.click(".task-row")
    expect(page.locator("#detail")).to_contain_text("Опишите, с чем нужна помощь")
    expect(page.locator("#list")).to_be_visible()
    expect(page.locator(".task-row.active")).to_have_attribute("aria-current", "true")
    assert "/tasks/" in page.url
    page.go_back()
    expect(page.locator("#detail")).to_contain_text("Выберите задачу слева")
    phone = desk.sit("teacher", PHONE)
    expect(phone.locator("#list")).to_be_visible()
    phone.click(".task-row")
    expect(phone.locator("#detail")).to_contain_text("Тема")
    expect(phone.locator("#list")).to_be_hidden()
    phone.get_by_role("link", name="К списку").click()
    expect(phone.locator("#list")).to_be_visible()


def test_what_is_typed_is_kept_by_itself(desk: Desk, browse: Open) -> None:
    work.start(browse("teacher"))
    page = desk.sit("teacher")
    page.click(".task-row")
    page.fill("[name='f.topic']", "Проценты")
    page.press("[name='f.topic']", "Tab")
    expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    page.reload()
    expect(page.locator("[name='f.topic']")).to_have_value("Проценты")


def test_a_lost_connection_loses_nothing(desk: Desk, browse: Open) -> None:
    work.start(browse("teacher"))
    page = desk.sit("teacher")
    page.click(".task-row")
    page.context.set_offline(True)
    page.fill("[name='f.topic']", "Дроби")
    page.select_option("[name='f.kind']", "urgent")
    page.fill("[name='f.question']", "Как объяснить?")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("#failure")).to_contain_text("Нет связи")
    expect(page.locator("[name='f.question']")).to_have_value("Как объяснить?")
    page.context.set_offline(False)
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("#detail")).to_contain_text("Что дальше")
    expect(page.locator("#detail")).to_contain_text("Согласовать заявку")


def test_a_wrong_entry_is_shown_where_it_is(desk: Desk, browse: Open) -> None:
    work.start(browse("teacher"))
    page = desk.sit("teacher")
    page.click(".task-row")
    page.fill("[name='f.question']", "Как объяснить?")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("[name='f.topic']")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name='f.question']")).to_have_value("Как объяснить?")
    expect(page.locator("#list")).to_be_visible()
    assert findings(page) == []


def test_a_double_click_completes_once_and_scripts_are_not_needed(desk: Desk, browse: Open) -> None:
    teacher = browse("teacher")
    work.asked(teacher)
    work.start(teacher)
    page = desk.sit("teacher")
    page.click(".task-row")
    page.fill("[name='f.topic']", "Дроби")
    page.select_option("[name='f.kind']", "usual")
    page.fill("[name='f.question']", "Как объяснить?")
    page.get_by_role("button", name="Отправить").dblclick()
    expect(page.locator("#detail")).to_contain_text("Что дальше")
    plain = desk.sit("school_head", scripts=False)
    assert plain.locator(".task-row").count() == 2
    plain.click(".task-row")
    plain.fill("[name=password]", "demo")
    plain.get_by_role("button", name="Согласовать").click()
    expect(plain.locator("#detail")).to_contain_text("Следующая задача: Согласовать заявку")


def test_the_drawing_shows_where_one_is(desk: Desk, browse: Open) -> None:
    work.asked(browse("teacher"))
    page = desk.sit("school_head")
    page.click(".task-row")
    page.get_by_role("link", name="Схема: вы здесь").click()
    expect(page.locator(".canvas")).to_have_attribute("data-ready", "yes")
    expect(page.locator(".canvas .badge")).to_have_text("вы здесь")
    assert page.locator(".step-now[data-element-id=review]").count() == 1
    assert page.locator(".flow-taken[data-element-id=f_fill_review]").count() == 1
    assert page.locator(".flow-taken[data-element-id=f_agreed_urgency]").count() == 0
    expect(page.locator(".narrative .step-now")).to_contain_text("Согласовать заявку")
    page.get_by_role("button", name="Крупнее").press("Enter")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_axe_finds_nothing(desk: Desk, browse: Open, size: dict[str, Any], language: str) -> None:
    teacher, head = browse("teacher"), browse("school_head")
    key = work.asked(teacher)
    teacher.post(f"/processes/{key}/comments", text="План урока")
    work.complete(head, work.task(head, "Согласовать заявку"), "approve", password="demo")
    methodist = browse("iro_methodist")
    task = work.task(methodist, "Дать консультацию")
    places = {
        "iro_methodist": (
            "/tasks",
            f"/tasks/{task}",
            f"/tasks/{task}?tab=talk",
            f"/tasks/{task}/hand-on",
            f"/tasks/sheet/{task}",
            f"/processes/{key}/diagram?task={task}",
            f"/processes/{key}/history",
            "/tasks?due=overdue&q=x",
            "/notices",
            "/notices/settings",
        ),
        "iro_coordinator": ("/processes?whose=all", f"/processes/{key}", f"/tasks/{task}/owner", "/processes/start"),
        "auditor": ("/audit", f"/audit/{key}", "/audit/access", "/audit/changes"),
        "admin": ("/incidents", "/admin/mail"),
    }
    wrong = []
    for login, paths in places.items():
        page = desk.sit(login, size)
        if language == "en":
            in_english(page)
        for path in paths:
            page.goto(desk.address + path)
            if page.locator(".canvas").count():
                expect(page.locator(".canvas")).to_have_attribute("data-ready", "yes")
            wrong += [(path, finding) for finding in findings(page)]
    assert wrong == []
