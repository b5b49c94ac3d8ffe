"""The main menu in Chromium: one line for every role, by keyboard, without scripts, on a phone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.inbox.test_browser import PHONE, Desk, address, desk, findings

__all__ = ["address", "desk"]
ONE_LINE = 70
"""Pixels; two lines of entries are higher."""
_HEIGHT = "document.querySelector('header').offsetHeight"


def test_the_menu_is_one_line_and_opens_by_keyboard(desk: Desk) -> None:
    for login in ("school_head", "auditor", "region_coordinator"):
        page = desk.sit(login)
        page.goto(f"{desk.address}/people")
        assert page.evaluate(_HEIGHT) < ONE_LINE, login
        page.context.close()
    page = desk.sit("auditor")
    first, second = page.locator(".menu > summary").all()[:2]
    first.focus()
    page.keyboard.press("Enter")
    links = page.locator(".menu[open] a")
    expect(links.first).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(links).to_have_count(0)
    expect(first).to_be_focused()
    second.click()
    first.click()
    expect(page.locator(".menu[open]")).to_have_count(1)
    page.mouse.click(640, 800)
    expect(page.locator(".menu[open]")).to_have_count(0)


def test_the_menu_needs_no_scripts_and_pushes_the_page_down_on_a_phone(desk: Desk) -> None:
    page = desk.sit("auditor", scripts=False)
    page.locator(".menu > summary", has_text="Управление").click()
    page.locator(".menu[open] a", has_text="Люди").click()
    expect(page.locator("h1")).to_have_text("Люди")
    page.context.close()

    phone = desk.sit("auditor", PHONE)
    phone.goto(f"{desk.address}/people")
    phone.get_by_role("button", name="Меню").click()
    phone.locator(".menu > summary", has_text="Управление").click()
    expect(phone.locator(".menu[open] a", has_text="Администрирование")).to_be_visible()
    head, main = phone.locator("header").bounding_box(), phone.locator("main").bounding_box()
    assert head is not None
    assert main is not None
    assert head["y"] + head["height"] <= main["y"], "the page stands below the open menu"
    assert findings(phone) == []
