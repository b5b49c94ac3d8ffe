"""Drawing processes in Chromium: from an empty page, checked while drawn, saved by itself, in Russian."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from app.designer import operations, queries
from app.engine import queries as engine
from app.kernel.db import db
from app.people.queries import actor_for
from tests.designer import building

from . import drawing
from .browser import Desk, findings, shoot
from .test_browser import seated
from .world import World

pytestmark = pytest.mark.browser
NAMES = {"b": "http://www.omg.org/spec/BPMN/20100524/MODEL", "z": "http://camunda.org/schema/zeebe/1.0"}


@pytest.fixture
def desk(people: World) -> Iterator[Desk]:
    """A desk among the people of the region."""
    yield from seated(people)


def begun(desk: Desk, content: bytes) -> tuple[int, int]:
    """A draft of the designer with one diagram: its key and the file's."""

    def begin() -> tuple[int, int]:
        with desk.world.app.app_context(), db.unit_of_work():
            key = building.draft(content=content)
            operations.drafts.add_file(actor_for("designer"), key, "probe_form.form", building.form())
            return key, queries.drafts.draft(actor_for("designer"), key).files[0].key

    return desk.apart(begin)


def stored(desk: Desk, file: int) -> bytes:
    """What the server has."""

    def read() -> bytes:
        with desk.world.app.app_context(), db.unit_of_work():
            return queries.drafts.content(actor_for("designer"), file)

    return desk.apart(read)


def at(desk: Desk, key: int, file: int, login: str = "designer", language: str = "ru") -> Page:
    """The designer at the modeler."""
    page = desk.sit(login, (1600, 1000), language)
    page.goto(f"/designer/drafts/{key}/files/{file}")
    drawing.ready(page)
    return page


def first(tree: etree._Element, path: str) -> Any:
    """The one answer to an XPath."""
    found: Any = tree.xpath(path, namespaces=NAMES)
    assert len(found) == 1, path
    return found[0]


def test_a_process_is_drawn_from_an_empty_page(desk: Desk) -> None:
    key, file = begun(desk, building.drawn())
    page = at(desk, key, file)
    task = drawing.append(page, "start", "Задача человека", "Рассмотреть заявку")
    drawing.pick(page, "Роль", "Руководитель ОО (директор)")
    drawing.pick(page, "Форма", "probe_form")
    drawing.write(page, "Срок, рабочих дней", "5")
    gateway = drawing.append(page, task, "Выбор одного пути", "Согласна?")
    timer = drawing.append(page, gateway, "Ожидание: таймер", "Неделя")
    drawing.unfold(page, "Таймер")
    drawing.pick(page, "Вид", "Через сколько")
    drawing.write(page, "Значение", "P7D")
    end = drawing.append(page, timer, "Завершение", "Решено")
    other = drawing.connect(page, gateway, end)
    drawing.choose(page, other)
    drawing.unfold(page, "Условие")
    drawing.express(page, "conditionExpression", 'word = "да"')
    drawing.choose(page, drawing.flow(page, gateway, timer))
    with drawing.changed(page):
        page.get_by_label("Этот путь, если не подошёл другой").check()
    shoot(page, "modeler_drawn")
    drawing.saved(page)

    tree = etree.fromstring(stored(desk, file))
    assert first(tree, "//b:userTask/@name") == "Рассмотреть заявку"
    assert first(tree, "//b:userTask//z:assignmentDefinition/@candidateGroups") == "school_head"
    assert first(tree, "//b:userTask//z:formDefinition/@formId") == "probe_form"
    assert first(tree, "//b:userTask//z:taskSchedule/@dueDate") == "5 wd"
    assert first(tree, "//b:exclusiveGateway/@default") == drawing.flow(page, gateway, timer)
    assert first(tree, f"//b:sequenceFlow[@id='{other}']/b:conditionExpression/text()") == '=word = "да"'
    assert first(tree, "//b:timeDuration/text()") == "P7D"
    assert findings(page) == []
    assert page.evaluate("[...untranslated]") == []


def test_a_template_is_taken_from_the_menu_and_exchanged_in_the_panel(desk: Desk) -> None:
    key, file = begun(desk, building.drawn())
    page = at(desk, key, file)
    notice = drawing.take(page, "start", "Известить", "marshrut.notify")
    task = drawing.take(page, notice, "Подписать", "marshrut.task.sign")
    drawing.pick(page, "Роль", "Руководитель ОО (директор)")
    drawing.pick(page, "Форма", "probe_form")
    drawing.pick(page, "Шаблон", "Согласовать")
    drawing.pick(page, "Шаблон", "без шаблона")
    drawing.pick(page, "Шаблон", "Подписать")
    drawing.pick(page, "Шаблон", "Согласовать")
    drawing.choose(page, notice)
    shoot(page, "modeler_template")
    drawing.pick(page, "Тип задания", "Зарегистрировать документ")
    page.get_by_role("button", name="Отменить", exact=True).click()
    drawing.saved(page)

    tree = etree.fromstring(stored(desk, file))
    assert first(tree, "//b:serviceTask/@name") == "Известить людей"
    assert first(tree, "//b:serviceTask/@z:modelerTemplate") == "marshrut.notify"
    assert first(tree, "//b:serviceTask//z:taskDefinition/@type") == "notify"
    assert tree.xpath("//z:input/@source", namespaces=NAMES) == ["=to", "=subject", "=text", "=link"]
    properties = {
        each.get("name"): each.get("value") for each in tree.xpath("//b:userTask//z:property", namespaces=NAMES)
    }
    assert properties == {"outcomes": "approve:Согласовать|return:Вернуть на доработку", "readonly_form": "true"}
    assert first(tree, "//b:userTask/@name") == "Согласовать"
    assert first(tree, "//b:userTask//z:formDefinition/@formId") == "probe_form"
    assert desk.apart(errors, desk, key, {notice, task}) == []
    assert page.evaluate("[...untranslated]") == []


def test_bpm_02_findings_stand_at_their_elements_and_publishing_is_refused(desk: Desk) -> None:
    """Gateway without a default, task without a role: in Russian, while it is drawn."""
    key, file = begun(desk, building.drawn())
    page = at(desk, key, file)
    task = drawing.append(page, "start", "Задача человека", "Рассмотреть заявку")
    gateway = drawing.append(page, task, "Выбор одного пути", "Согласна?")
    first_end = drawing.append(page, gateway, "Завершение", "Да")
    second_end = drawing.append(page, gateway, "Завершение", "Нет")
    for end in (first_end, second_end):
        drawing.choose(page, drawing.flow(page, gateway, end))
        drawing.unfold(page, "Условие")
        drawing.express(page, "conditionExpression", f'word = "{end}"')
    list_of = page.get_by_label("Замечания")
    role = list_of.get_by_role("button", name=re.compile("«Рассмотреть заявку»: Не сказано, кто"))
    default = list_of.get_by_role("button", name=re.compile("«Согласна[?]»: Нет потока по умолчанию"))
    expect(default).to_be_visible()
    role.click()
    expect(drawing.shape(page, task)).to_have_class(drawing.SELECTED)
    for element in (task, gateway):
        expect(page.locator(f".djs-overlays[data-container-id='{element}'] .bjsl-icon-error")).to_be_visible()
    drawing.saved(page)
    page.goto(f"/designer/drafts/{key}")
    page.get_by_role("button", name="Передать на проверку").click()
    expect(page.get_by_role("button", name="Взять обратно и изменить")).to_be_visible()
    colleague = desk.sit("designer2")
    colleague.goto(f"/designer/drafts/{key}")
    expect(colleague.get_by_text("Не сказано, кто выполняет задачу").first).to_be_visible()
    colleague.get_by_role("button", name="Согласовать").click()
    expect(colleague.get_by_role("link", name="Перейти к публикации")).to_be_visible()
    page.goto(f"/designer/drafts/{key}/publish")
    page.locator("[name=note]").fill("Первая версия")
    page.get_by_role("button", name="Опубликовать").click()
    expect(page.locator("main")).to_contain_text("нельзя опубликовать")
    assert desk.apart(processes, desk) == []


def errors(desk: Desk, key: int, elements: set[str]) -> list[str]:
    """What of some elements the checks of a draft refuse."""
    with desk.world.app.app_context(), db.unit_of_work():
        found = queries.checks.of_draft(actor_for("designer"), key)
        return [each.text for each in found if each.element_id in elements and each.severity == "error"]


def processes(desk: Desk) -> list[str]:
    """What is deployed."""
    with desk.world.app.app_context(), db.unit_of_work():
        return [each.process_id for each in engine.definitions(actor_for("designer"))]


def test_every_kind_of_element_is_told_in_russian(desk: Desk) -> None:
    key, file = begun(desk, building.drawn())
    page = at(desk, key, file)
    answer = page.evaluate((Path(__file__).parent / "every_element.js").read_text())
    assert answer["kinds"] > 40
    assert answer["missing"] == []
    assert answer["english"] == [], answer["english"]


def test_what_is_not_changed_is_not_written_and_what_is_foreign_stays(desk: Desk) -> None:
    key, file = begun(desk, building.foreign())
    page = at(desk, key, file)
    before = stored(desk, file)
    assert before == building.foreign()
    drawing.choose(page, "task")
    drawing.write(page, "Срок, рабочих дней", "3")
    page.get_by_role("button", name="Отменить", exact=True).click()
    drawing.saved(page)
    assert stored(desk, file) == before
    drawing.write(page, "Срок, рабочих дней", "4")
    drawing.saved(page)
    tree = etree.fromstring(stored(desk, file))
    assert first(tree, "//z:taskSchedule/@dueDate") == "4 wd"
    foreign = {"o": "urn:other-tool"}
    assert tree.xpath("//b:userTask/@o:colour", namespaces=NAMES | foreign) == ["red"]
    assert tree.xpath("//b:userTask/b:extensionElements/o:note/text()", namespaces=NAMES | foreign) == ["сохранить"]
    assert tree.xpath("//z:taskSchedule/@o:kept", namespaces=NAMES | foreign) == ["yes"]
