"""A test taken on a phone in Chromium: saved as it is given, without a connection, on a second device."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from . import acts
from .browser import PHONE, desk_in, findings
from .ways import every_kind
from .world import World

__all__ = ["every_kind"]
pytestmark = pytest.mark.browser
OFFLINE = "net::ERR_INTERNET_DISCONNECTED"
SAVED = "Сохранено"


def question(page: Page, kind: str) -> str:
    """The first question of a kind."""
    return f"#{page.locator(f'fieldset[data-kind={kind}]').first.get_attribute('id')}"


def open_test(page: Page) -> None:
    """From the inbox to the questions."""
    page.goto("/tasks")
    page.get_by_role("link", name=acts.TESTS[0]).click()
    page.get_by_role("link", name="Перейти к тесту").click()


def test_a_test_survives_a_lost_connection_and_goes_on_on_another_device(every_kind: World) -> None:
    with desk_in(every_kind) as desk:
        phone = desk.sit("teacher", PHONE)
        open_test(phone)
        assert findings(phone) == []
        phone.get_by_role("button", name="Начать тест").click()
        expect(phone.locator("[data-island][data-ready=yes]")).to_be_visible()
        assert findings(phone) == []
        radio = phone.locator(f"{question(phone, 'single')} input").first
        radio.focus()
        phone.keyboard.press("Space")
        expect(phone.locator("[data-state]")).to_have_text(SAVED)
        expect(phone.locator("[data-answered]")).to_have_text("1")

        number = f"{question(phone, 'numeric')} input"
        phone.context.set_offline(True)
        phone.locator(number).fill("42")
        expect(phone.locator("[data-state]")).to_have_text("Нет связи, ответы сохранятся")
        phone.context.set_offline(False)
        expect(phone.locator("[data-state]")).to_have_text(SAVED)

        laptop = desk.sit("teacher")
        laptop.goto(phone.url)
        expect(laptop.get_by_text("Тест открыт в другом браузере")).to_be_visible()
        laptop.get_by_role("button", name="Продолжить здесь").click()
        expect(laptop.locator(number)).to_have_value("42")
        expect(laptop.locator(f"{question(laptop, 'single')} input").first).to_be_checked()
        laptop.locator(f"{question(laptop, 'ordering')} select").first.select_option(index=1)
        expect(laptop.locator("[data-state]")).to_have_text(SAVED)

        phone.locator(f"{question(phone, 'text')} input").fill("поздно")
        expect(phone.locator("#test-stop")).to_contain_text("Тест продолжается на другом устройстве")
        laptop.get_by_role("button", name="Завершить тест").click()
        expect(laptop.locator("#confirm-text")).to_contain_text("Вопросов без ответа: 13")
        laptop.get_by_role("button", name="Да, продолжить").click()
        expect(laptop.get_by_text("Тест завершён")).to_be_visible()
        assert findings(laptop) == []
        assert [each for each in desk.failures if OFFLINE not in each] == []
    every_kind.settle()
    assert acts.TESTS[0] not in every_kind["teacher"].names()
