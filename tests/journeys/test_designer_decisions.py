"""Decisions and forms in Chromium: RMP-06 in the editor, Excel in and out, the form's fields and its preview."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from app.designer import operations, queries
from app.engine.views import Resource
from app.kernel.db import db
from app.people.queries import actor_for
from tests.designer import building

from .browser import PHONE, Desk, findings, overflow, resize
from .test_browser import seated
from .test_rmp_testing import who_comes_later_passes_with_60
from .ways import IMPORT, Ways
from .world import ROOT, World

pytestmark = pytest.mark.browser
LIMITS, LEVEL = "Пороги тестирования", "Уровень владения предметными компетенциями"
OWN = ["#editor .editor-bar", "#editor .editor-findings", "#editor [data-rows]", "#comments"]
EVERY_KIND = """async () => {
  const editor = document.getElementById('editor').editor;
  const kinds = new Map(editor.get('formFieldRegistry').getAll().map((field) => [field.type, field]));
  for (const field of kinds.values()) {
    editor.get('selection').set(field);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  return [...kinds.keys()];
}"""
"""Selects a field of every kind, one after the other: all that the panel can say is said."""
SELECT = """(key) => {
  const editor = document.getElementById('editor').editor;
  editor.get('selection').set(editor.get('formFieldRegistry').getAll().find((field) => field.key === key));
}"""

SAVED = """(revision) => {
  const { dataset } = document.getElementById('editor-state');
  return dataset.state === 'saved' && Number(dataset.revision) >= revision;
}"""


@pytest.fixture
def course_desk(running: World) -> Iterator[Desk]:
    """A desk while a course is on its way."""
    yield from seated(running)


@pytest.fixture
def desk(people: World) -> Iterator[Desk]:
    """A desk among the people of the region."""
    yield from seated(people)


def begun(desk: Desk, *files: Resource) -> list[str]:
    """A draft of the designer with these files: the addresses of their editors, by name."""

    def begin() -> list[str]:
        with desk.world.app.app_context(), db.unit_of_work():
            actor = actor_for("designer")
            key = operations.drafts.create(actor, "Проба", files=files)
            return [f"/designer/drafts/{key}/files/{file.key}" for file in queries.drafts.draft(actor, key).files]

    return desk.apart(begin)


def ready(page: Page) -> None:
    """Wait until the editor stands and the server has checked the file."""
    page.locator("#editor[data-ready=yes]").wait_for()
    page.locator("#editor [data-checked]").wait_for()


def saved(page: Page, revision: int) -> None:
    """Wait until everything is on the server, in that revision or, when typing had a pause, in a later one."""
    page.wait_for_function(SAVED, arg=revision)


def untranslated(page: Page) -> list[str]:
    """What the editors had no Russian word for."""
    found: list[str] = page.evaluate("[...globalThis.untranslated]")
    return found


def add_row(page: Page, number: int, score: str, level: str) -> None:
    """A test row: so many percent, and the level that is expected."""
    page.locator("[data-decision=test_level]").get_by_role("button", name="Добавить строку").click()
    page.get_by_label(f"Строка {number}, Процент выполнения, без округления").fill(score)
    page.get_by_label(f"Строка {number}, Должно быть: Уровень").fill(level)


def only(part: dict[str, Any], key: str) -> dict[str, Any]:
    """The component with that key, however deep."""
    inner = [only(each, key) for each in part.get("components", ())]
    return part if part.get("key") == key else next((found for found in inner if found), {})


def test_rmp_06_in_the_editor_a_changed_threshold_counts_for_who_comes_later(course_desk: Desk) -> None:
    page = course_desk.sit("designer")
    page.goto("/designer?kind=decisions&q=Уровень владения")
    page.get_by_role("button", name=re.compile(f"Изменить: {LEVEL}")).click()
    draft = page.url
    page.locator("a[href*='/files/']").filter(has_text=LEVEL).first.click()
    ready(page)
    expect(page.locator("#editor-state")).to_have_text("Изменений пока нет")
    page.get_by_role("button", name=LIMITS).click()
    page.locator(".literal-expression .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("{sufficient_min: 95, pass_min: 60}")
    page.get_by_role("button", name=LEVEL).click()
    saved(page, 2)
    for number, (score, level) in enumerate(
        (("80", "допустимый"), ("59", "неудовлетворительный"), ("97", "достаточный")), 1
    ):
        add_row(page, number, score, level)
    expect(page.get_by_text("Все строки дают то, что ожидалось: 3")).to_be_visible()
    assert untranslated(page) == []

    page.goto(draft)
    page.get_by_role("button", name="Передать на проверку").click()
    expect(page.locator("[name=act][value=withdraw]")).to_be_visible()
    second = course_desk.sit("designer2")
    second.goto(draft)
    second.locator("[name=act][value=approve]").click()
    second.get_by_role("link", name="Перейти к публикации").click()
    expect(second.get_by_text("Строки проверки", exact=True)).to_be_visible()
    second.locator("[name=note]").fill("Порог прохождения — 60 %")
    second.locator("main form button.btn-primary").click()
    expect(second.get_by_text("Порог прохождения — 60 %")).to_be_visible()
    course_desk.apart(who_comes_later_passes_with_60, Ways(course_desk.world, IMPORT))


def test_a_table_goes_to_excel_and_comes_back_after_a_shown_difference(desk: Desk, tmp_path: Path) -> None:
    (address,) = begun(desk, building.decision())
    page = desk.sit("designer")
    page.goto(address)
    ready(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="В Excel").click()
    book = load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    book.worksheets[0]["B5"].value = '"приемлемый"'
    book.save(tmp_path / "таблица.xlsx")
    broken = book.worksheets[0]
    broken["B6"].value = "низкий"
    book.save(tmp_path / "с ошибкой.xlsx")

    def choose(name: str) -> None:
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Из Excel").click()
        chooser.value.set_files(tmp_path / name)

    choose("с ошибкой.xlsx")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("строка 6, столбец B")
    dialog.get_by_role("button", name="Закрыть").click()
    choose("таблица.xlsx")
    expect(dialog.locator(".change-cell")).to_have_text(['"допустимый"', '"приемлемый"'])
    assert findings(page) == []
    dialog.get_by_role("button", name="Заменить правила").click()
    saved(page, 2)
    page.get_by_role("button", name=LEVEL).click()
    expect(page.locator(".dmn-decision-table-container")).to_contain_text("приемлемый")
    assert untranslated(page) == []
    resize(page, PHONE)
    page.reload()
    page.locator("#editor[data-ready=yes]").wait_for()
    expect(page.get_by_role("button", name="Из Excel")).to_have_count(0)
    assert overflow(page) == []


def test_a_form_is_drawn_from_lists_and_seen_as_the_server_shows_it(desk: Desk) -> None:
    source = ROOT / "forms" / "rmp_enrolment" / "technical_assignment.form"
    (address,) = begun(desk, Resource(source.name, source.read_bytes()))
    page = desk.sit("designer")
    page.goto(address)
    ready(page)
    kinds = page.evaluate(EVERY_KIND)
    assert len(kinds) > 6
    expect(page.locator(".fjs-palette-field[data-field-type=iframe]")).to_be_hidden()
    page.evaluate(SELECT, "position_experience_years")
    page.locator("[data-group-id=group-platform] .bio-properties-panel-group-header-title").click()
    page.get_by_label("Видно только ролям").select_option(label="Педагог")
    saved(page, 2)
    expected = json.loads(source.read_bytes()) | {"schemaVersion": 19}
    only(expected, "position_experience_years").setdefault("properties", {})["showFor"] = "teacher"
    assert page.evaluate("async (url) => (await fetch(url)).json()", f"{address}/content") == expected, (
        "nothing made up"
    )
    page.get_by_role("button", name="Просмотр", exact=True).click()
    wide, phone = (page.frame_locator(f"iframe[name=preview-{name}]") for name in ("wide", "phone"))
    expect(wide.get_by_label("Возраст")).to_be_visible()
    expect(wide.get_by_label("Стаж работы в должности")).to_have_count(0)
    page.get_by_label("Глазами роли").select_option(label="Педагог")
    expect(phone.get_by_label("Стаж работы в должности")).to_be_visible()
    phone.get_by_role("button", name="Проверить заполнение").click()
    expect(phone.locator("#process-form-errors")).to_contain_text("Возраст")
    assert untranslated(page) == []
    assert overflow(page) == []
