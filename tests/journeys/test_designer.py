"""From an empty page to work done, in one browser: a process with two forms, a decision and a timer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.engine.models import ProcessInstance
from app.kernel.db import db

from . import drawing
from .browser import Desk, open_task, shoot
from .playing import warm
from .test_browser import press, seated
from .world import World

pytestmark = pytest.mark.browser
TEACHER, HEAD = "Педагог", "Руководитель ОО (директор)"
HOLDS = """async (texts) => {
  const ends = performance.now() + 60_000;
  for (;;) {
    const file = await (await fetch(document.getElementById('editor').dataset.contentUrl)).text();
    const missing = texts.filter((text) => !file.includes(text));
    if (!missing.length) return;
    if (performance.now() > ends) throw new Error(`the server has not got: ${missing}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}"""
ASK, GIVE = "Попросить справку", "Выдать справку"


@pytest.fixture
def desk(people: World) -> Iterator[Desk]:
    """A desk among the people of the region; nothing is deployed."""
    yield from seated(people)


def begin(page: Page, what: str, name: str, draft: str = "") -> str:
    """Begin something new; the address of its draft."""
    page.goto(f"/designer/new?what={what}" + (f"&draft={draft.rpartition('/')[2]}" if draft else ""))
    page.fill("[name=name]", name)
    page.get_by_role("button", name="Начать").click()
    page.wait_for_url("**/files/*")
    page.locator("[data-island][data-ready=yes]").wait_for()
    return page.url.partition("/files/")[0]


def stored(page: Page, *texts: str) -> None:
    """Wait until the server's file holds these texts."""
    page.evaluate(HOLDS, list(texts))


def make_form(page: Page, draft: str, title: str, key: str, label: str) -> None:
    """A form with one field, entered with the keyboard."""
    begin(page, "form", title, draft)
    page.locator(".fjs-palette-field[data-field-type=textfield]").focus()
    page.keyboard.press("Enter")
    page.locator(".fjs-form-field-textfield").click()
    page.locator(".bio-properties-panel-group-header", has_text="Основное").click()
    page.locator("[data-entry-id=key] input").fill(key)
    page.locator("[data-entry-id=label]").locator("[contenteditable], textarea, input").first.fill(label)
    stored(page, key, label)


def make_decision(page: Page, draft: str, title: str, name: str, answer: str) -> None:
    """A table with one rule: whatever `name` is, the answer is this."""
    begin(page, "decision", title, draft)
    page.get_by_role("button", name=title).first.click()
    page.locator("th.input-cell").dblclick()
    page.locator(".input-edit .cm-content").fill(name)
    page.keyboard.press("Escape")
    page.locator(".add-rule-add button").click()
    page.locator("td.output-cell").first.click()
    page.keyboard.type(f'"{answer}"')
    stored(page, name, answer)


def draw(page: Page) -> None:
    """Who asks, what the table says, a day's wait, who gives."""
    drawing.pick(page, "Владелец процесса", HEAD)
    starters = page.locator(".bio-properties-panel-group-header", has_text="Кто может начать")
    starters.locator(".bio-properties-panel-add-entry").click()
    drawing.pick(page, "Роль", TEACHER)
    ask = drawing.append(page, "start", "Задача человека", ASK)
    drawing.pick(page, "Роль", TEACHER)
    drawing.pick(page, "Форма", "Просьба о справке")
    table = drawing.append(page, ask, "Решение по таблице", "Определить срок")
    drawing.pick(page, "Решение", "Срок справки")
    timer = drawing.append(page, table, "Ожидание: таймер", "Сутки")
    drawing.unfold(page, "Таймер")
    drawing.pick(page, "Вид", "Через сколько")
    drawing.write(page, "Значение", "P1D")
    give = drawing.append(page, timer, "Задача человека", GIVE)
    drawing.pick(page, "Роль", HEAD)
    drawing.pick(page, "Форма", "Готовая справка")
    drawing.write(page, "Срок, рабочих дней", "3")
    drawing.append(page, give, "Завершение", "Выдана")
    drawing.saved(page)
    expect(page.locator(".modeler-findings")).to_contain_text("Исправить: 0")
    shoot(page, "journey_drawn")


def record(page: Page, draft: str) -> None:
    """A run in the sandbox, to the end of the process."""
    page.goto(draft)
    page.get_by_role("link", name="Записать сценарий").click()
    page.fill("[name=title]", "Справку выдали")
    page.get_by_role("button", name="Начать запись").click()
    page.get_by_role("link", name=f"Выполнить задачу: {ASK}").click()
    page.fill("[name='f.purpose']", "В банк")
    page.get_by_role("button", name="Отправить", exact=True).click()
    page.get_by_role("button", name="Дождаться: Сутки").click()
    page.get_by_role("link", name=f"Выполнить задачу: {GIVE}").click()
    page.fill("[name='f.number']", "17")
    page.get_by_role("button", name="Отправить", exact=True).click()
    expect(page.get_by_text("Процесс завершился: Выдана.")).to_be_visible()
    page.get_by_role("button", name="Записать ожидание").click()
    page.get_by_text("прошёл", exact=True).wait_for()


def publish(page: Page, colleague: Page, draft: str) -> None:
    """The colleague approves what the author has given; the author publishes it."""
    page.goto(draft)
    page.get_by_role("button", name="Передать на проверку").click()
    expect(page.get_by_role("button", name="Взять обратно и изменить")).to_be_visible()
    colleague.goto(draft)
    colleague.get_by_role("button", name="Согласовать").click()
    expect(colleague.get_by_role("link", name="Перейти к публикации")).to_be_visible()
    page.goto(draft)
    page.get_by_role("link", name="Перейти к публикации").click()
    page.locator("[name=note]").fill("Справки выдаются через сутки")
    page.get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_text("Справки выдаются через сутки").first).to_be_visible()


def ask_and_give(desk: Desk) -> None:
    """A teacher asks, a day later the head gives."""
    teacher = desk.sit("teacher")
    teacher.goto("/tasks")
    teacher.get_by_role("link", name="Начать процесс").click()
    teacher.locator("a[href*='vydacha_spravki']").first.click()
    teacher.locator("main").get_by_role("button", name="Начать").first.click()
    teacher.get_by_label("Цель справки").fill("В банк")
    press(teacher, "Отправить")
    expect(teacher.get_by_text("Выполнено:")).to_be_visible()
    desk.apart(desk.world.wait, timedelta(days=1))
    head = desk.sit("school_head")
    open_task(head, GIVE)
    head.get_by_label("Номер справки").fill("17")
    press(head, "Отправить")
    expect(head.get_by_text("Выполнено:")).to_be_visible()
    assert desk.apart(ended, desk) == ["vydacha_spravki"]


def ended(desk: Desk) -> list[str]:
    """Processes of the instances that came to their end."""
    with desk.world.app.app_context(), db.unit_of_work():
        return [each.process_id for each in db.session.scalars(select(ProcessInstance)) if each.status == "completed"]


def test_a_process_goes_from_an_empty_page_to_work_done(desk: Desk) -> None:
    page = desk.sit("designer", (1600, 1000))
    draft = begin(page, "process", "Выдача справки")
    model = page.url
    make_form(page, draft, "Просьба о справке", "purpose", "Цель справки")
    make_form(page, draft, "Готовая справка", "number", "Номер справки")
    make_decision(page, draft, "Срок справки", "purpose", "один день")
    page.goto(model)
    drawing.ready(page)
    draw(page)
    warm(desk)
    record(page, draft)
    publish(page, desk.sit("designer2"), draft)
    ask_and_give(desk)
