"""The form in Chromium: no axe findings, conditions, rows, uploads, search, errors, and life without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from .everything import ENTRIES
from .page import FormPage

Opened = tuple[FormPage, str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab in which no script may fail."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    page.close()
    assert failures == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_axe_finds_nothing(browser: Browser, form_page: Opened, width: int, language: str) -> None:
    state, address = form_page
    state.draft = dict(ENTRIES)
    page = browser.new_page(viewport={"width": width, "height": 900})
    try:
        page.goto(address)
        with page.expect_navigation():
            page.locator(f"button[name=locale][value={language}]").first.evaluate("button => button.click()")
        assert _findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.fill("#f-full_name", "")
        page.fill("#f-modules-0-title", "")
        page.click("button[name=outcome]")
        page.wait_for_selector("#process-form-errors")
        assert _findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        page.close()


def _findings(page: Page) -> list[Any]:
    results = Axe().run(page)
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]])
        for violation in results.response["violations"]
    ]


def test_a_condition_shows_a_field_and_keeps_what_is_typed_elsewhere(tab: Page, form_page: Opened) -> None:
    state, address = form_page
    tab.goto(address)
    expect(tab.locator("#f-education_other")).to_have_count(0)
    tab.get_by_label("другое").check()
    tab.locator("#f-note").press_sequentially("пишу дальше", delay=20)
    expect(tab.locator("#f-education_other")).to_be_visible()
    expect(tab.locator("#f-note")).to_have_value("пишу дальше")
    expect(tab.locator("#f-note")).to_be_focused()
    tab.fill("#f-education_other", "магистратура")
    tab.get_by_label("высшее").check()
    expect(tab.locator("#f-education_other")).to_have_count(0)
    tab.get_by_label("другое").check()
    expect(tab.locator("#f-education_other")).to_have_value("магистратура")
    assert state.draft["education"] == "другое"


def test_rows_are_added_removed_and_summed(tab: Page, form_page: Opened) -> None:
    _, address = form_page
    tab.goto(address)
    tab.fill("#f-modules-0-title", "Теория")
    tab.fill("#f-modules-0-hours", "10,5")
    tab.click("button[name=_add]")
    expect(tab.locator("#f-modules-1-title")).to_be_visible()
    expect(tab.locator("#f-modules-0-title")).to_have_value("Теория")
    tab.fill("#f-modules-1-hours", "2")
    tab.locator("#f-modules-1-hours").blur()
    expect(tab.locator("#f-total")).to_have_text("12,5")
    tab.click("button[name=_remove][value='modules.0']")
    expect(tab.locator("#f-modules-1-title")).to_have_count(0)
    expect(tab.locator("#f-total")).to_have_text("2")


def test_rows_follow_the_competences(tab: Page, form_page: Opened) -> None:
    _, address = form_page
    tab.goto(address)
    tab.get_by_label("методическая компетенция").check()
    tab.locator("textarea[name='f.difficulties.0.text']").fill("Разбор урока")
    tab.get_by_label("предметная компетенция").check()
    expect(tab.locator("textarea[name='f.difficulties.1.text']")).to_have_value("Разбор урока")
    expect(tab.locator("textarea[name='f.difficulties.0.text']")).to_have_value("")


def test_files_are_uploaded_at_once_and_stay(tab: Page, form_page: Opened, tmp_path: Path) -> None:
    state, address = form_page
    good, bad = tmp_path / "Диплом № 1.pdf", tmp_path / "virus.pdf"
    good.write_bytes(b"%PDF-1.7 test")
    bad.write_bytes(b"MZ\x90\x00")
    tab.goto(address)
    tab.fill("#f-note", "до загрузки")
    tab.set_input_files("#f-diploma", bad)
    expect(tab.locator("#f-diploma-error")).to_contain_text("Содержимое файла «virus.pdf» — не PDF")
    expect(tab.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    tab.set_input_files("#f-diploma", good)
    link = tab.get_by_role("link", name="Диплом № 1.pdf")
    expect(link).to_be_visible()
    expect(tab.locator("#f-diploma-error")).to_have_count(0)
    expect(tab.locator("#f-note")).to_have_value("до загрузки")
    with tab.expect_response(f"{address}/refresh"):
        tab.locator("#f-note").press("End")
        tab.locator("#f-note").type("!")
        tab.locator("#f-note").blur()
    assert len(state.draft["diploma"]) == 1
    tab.reload()
    expect(link).to_be_visible()
    tab.get_by_role("button", name="Удалить Диплом").or_(tab.get_by_role("button", name="Убрать Диплом")).click()
    expect(link).to_have_count(0)


class Held:
    """Requests to an address that wait until they are let go."""

    def __init__(self, tab: Page, address: str) -> None:
        self.waiting: list[Route] | None = []
        tab.route(address, self._arrived)

    def _arrived(self, route: Route) -> None:
        if self.waiting is None:
            route.continue_()
        else:
            self.waiting.append(route)

    def let_go(self) -> None:
        """Send what waits, and hold nothing any more."""
        waiting, self.waiting = self.waiting or [], None
        for route in waiting:
            route.continue_()


def test_a_slow_upload_is_not_cut_off_by_what_is_typed_meanwhile(tab: Page, form_page: Opened, tmp_path: Path) -> None:
    state, address = form_page
    file = tmp_path / "diploma.pdf"
    file.write_bytes(b"%PDF-1.7 test")
    tab.goto(address)
    uploads = Held(tab, "**/files/diploma?**")
    with tab.expect_response(f"{address}/refresh"), tab.expect_request("**/files/diploma?**"):
        tab.set_input_files("#f-diploma", file)
    with tab.expect_response(f"{address}/refresh"):
        tab.locator("#f-note").press_sequentially("тем временем")
        tab.locator("#f-note").blur()
    assert state.draft["diploma"] == []
    with tab.expect_response(f"{address}/refresh"):
        uploads.let_go()
    expect(tab.get_by_role("link", name="diploma.pdf")).to_be_visible()
    expect(tab.locator("#f-note")).to_have_value("тем временем")
    assert len(state.draft["diploma"]) == 1


def test_a_row_is_added_although_a_change_is_still_on_its_way(tab: Page, form_page: Opened) -> None:
    state, address = form_page
    tab.goto(address)
    changes = Held(tab, f"{address}/refresh")
    tab.fill("#f-modules-0-title", "Теория")
    with tab.expect_request(f"{address}/refresh"):
        tab.locator("#f-modules-0-title").blur()
    tab.click("button[name=_add]")
    tab.fill("#f-note", "и ещё")
    tab.locator("#f-note").blur()
    changes.let_go()
    expect(tab.locator("#f-modules-1-title")).to_be_visible()
    expect(tab.locator("#f-modules-0-title")).to_have_value("Теория")
    with tab.expect_response(lambda answer: "Практика" in unquote_plus(answer.request.post_data or "")):
        tab.fill("#f-modules-1-title", "Практика")
        tab.locator("#f-modules-1-title").blur()
    assert [row["title"] for row in state.draft["modules"]] == ["Теория", "Практика"]
    assert state.draft["note"] == "и ещё"


def test_a_long_list_is_searched(tab: Page, form_page: Opened) -> None:
    state, address = form_page
    tab.goto(address)
    search = tab.get_by_role("searchbox", name="Поиск: Сопровождающий методист")
    search.press_sequentially("методист 4", delay=20)
    expect(tab.get_by_text("Найдено: 10")).to_be_visible()
    expect(search).to_be_focused()
    tab.get_by_label("Методист 42 Петрович").check()
    search.fill("методист 07")
    expect(tab.get_by_label("Методист 07 Петрович")).to_be_visible()
    expect(tab.get_by_label("Методист 42 Петрович")).to_be_checked()
    assert state.draft["tutor"] == "p42"


def test_enter_saves_and_does_not_send_or_delete(tab: Page, form_page: Opened) -> None:
    state, address = form_page
    tab.goto(address)
    tab.fill("#f-modules-0-title", "Теория")
    with tab.expect_response(f"{address}/refresh"):
        tab.locator("#f-modules-0-title").press("Enter")
    expect(tab.locator("#f-modules-0-title")).to_have_value("Теория")
    assert state.draft["modules"][0]["title"] == "Теория"
    assert state.submitted is None


def test_mistakes_are_listed_with_links_and_nothing_is_lost(tab: Page, form_page: Opened) -> None:
    state, address = form_page
    state.draft = {**ENTRIES, "age": "abc", "full_name": "Ян"}
    tab.goto(address)
    tab.click("button[name=outcome]")
    summary = tab.locator("#process-form-errors")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(["Фамилия, имя, отчество", "Возраст"])
    expect(tab.locator("#f-age")).to_have_value("abc")
    summary.get_by_role("link", name="Возраст").click()
    expect(tab.locator("#f-age")).to_be_in_viewport()
    tab.fill("#f-age", "41")
    tab.fill("#f-full_name", "Иванова Мария Петровна")
    tab.click("button[name=outcome]")
    expect(tab.locator("#sent")).to_be_visible()
    assert state.submitted is not None
    assert state.submitted["total"] == 46.5


def test_without_javascript(browser: Browser, form_page: Opened, tmp_path: Path) -> None:
    state, address = form_page
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.fill("#f-modules-0-title", "Теория")
    page.click("button[name=_add]")
    expect(page.locator("#f-modules-1-title")).to_be_visible()
    expect(page.locator("#f-modules-0-title")).to_have_value("Теория")
    page.check("text=другое")
    page.fill("input[name='q.tutor']", "методист 33")
    page.click("text=Найти")
    expect(page.get_by_label("Методист 33 Петрович")).to_be_visible()
    expect(page.locator("#f-education_other")).to_be_visible()
    file = tmp_path / "diploma.pdf"
    file.write_bytes(b"%PDF-1.4")
    page.set_input_files("#f-diploma", file)
    page.click("text=Найти")
    expect(page.get_by_role("link", name="diploma.pdf")).to_be_visible()
    page.click("button[name=_remove][value='modules.1']")
    expect(page.locator("#f-modules-1-title")).to_have_count(0)
    page.click("button[name=outcome]")
    expect(page.locator("#process-form-errors")).to_be_visible()
    assert [row["title"] for row in state.draft["modules"]] == ["Теория"]
    context.close()
