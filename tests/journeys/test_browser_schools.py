"""A school's data in Chromium: shares at once, a refused figure, the index with its parameters; one school left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.engine import operations as engine
from app.engine import queries
from app.kernel.db import db
from app.people.queries import actor_for

from .browser import PHONE, WIDE, Desk, findings, open_task, resize, shoot
from .person import PASSWORD
from .test_browser import press, seated
from .world import World

pytestmark = pytest.mark.browser
FIGURES = {
    "Общая численность обучающихся": 400,
    "Из неполных семей": 420,
    "Из семей, где оба родителя имеют высшее образование": 90,
    "На внутришкольном и других видах учёта (девиантное поведение)": 12,
    "Русский язык не родной": 20,
    "Педагогов всего": 30,
    "С первой или высшей категорией": 12,
}
SHARES = ("30,0 %", "22,5 %", "3,0 %", "5,0 %")


@pytest.fixture
def region_desk(region: World) -> Iterator[Desk]:
    """A desk at the stage `region`."""
    yield from seated(region)


def begun(world: World) -> int:
    """The district has begun its list; its schools are asked for their data."""
    with world.app.app_context(), db.unit_of_work():
        owner = actor_for("municipal_coordinator")
        instance = engine.start_instance(owner, "school_identification")
    with world.app.app_context(), db.unit_of_work():
        task = queries.open_task(instance, "set_up")
        assert task is not None
        engine.complete_user_task(owner, task, {})
    world.settle()
    return instance


def go_on_without(page: Page, school: str, reason: str) -> None:
    """The owner leaves a school out on the page of the step."""
    row = page.get_by_label(school, exact=True)
    row.locator("summary").click()
    row.get_by_label("Причина").fill(reason)
    row.get_by_role("button", name="Идти дальше без ответа").click()
    expect(page.get_by_text("Процесс идёт дальше без этой организации.")).to_be_visible()


def test_kem_01_shares_stand_beside_the_figures_and_the_index_names_its_parameters(region_desk: Desk) -> None:
    instance = region_desk.apart(begun, region_desk.world)
    head = region_desk.sit("school_head")
    open_task(head, "Контекстные данные школы")
    for label, value in FIGURES.items():
        head.get_by_label(label, exact=True).fill(str(value))
    head.get_by_label("городской округ").check()
    press(head, "Отправить")
    expect(head.locator("[aria-invalid=true]").first).to_be_visible()
    expect(head.get_by_label("Из неполных семей", exact=True)).to_have_value("420")
    head.get_by_label("Из неполных семей", exact=True).fill("120")
    head.get_by_label("Из неполных семей", exact=True).blur()
    for share in SHARES:
        expect(head.locator("main").get_by_text(share, exact=True).first).to_be_visible()
    assert findings(head) == []
    shoot(head, "school_context")
    press(head, "Отправить")
    expect(head.get_by_text("Выполнено:")).to_be_visible()

    owner = region_desk.sit("municipal_coordinator")
    owner.goto(f"{region_desk.address}/processes/{instance}")
    owner.get_by_role("link", name="Контекстные данные всех школ").click()
    expect(owner.get_by_text("1 из 3")).to_be_visible()
    for size in (PHONE, WIDE):
        resize(owner, size)
        assert findings(owner) == []
        shoot(owner, f"fan_{size[0]}")
    go_on_without(owner, "СОШ № 3 Лебедянь", "Школа на ремонте")
    go_on_without(owner, "СОШ № 2 Лебедянь", "Директор в больнице")
    open_task(owner, "Подтвердить данные")
    owner.get_by_label("Данные подтверждаю").check()
    press(owner, "Подтвердить", PASSWORD)
    expect(owner.get_by_text("Выполнено:")).to_be_visible()
    region_desk.apart(region_desk.world.settle)
    owner.goto(f"{region_desk.address}/schools/lebedyan-1")
    for text in (*SHARES, "индекс: версия 1, категории: версия 1"):
        expect(owner.locator("main").get_by_text(text).first).to_be_visible()
    assert findings(owner) == []
    shoot(owner, "school_index")


def test_the_pages_of_groups_fit_every_window(region_desk: Desk) -> None:
    page = region_desk.sit("region_coordinator")
    page.goto(f"{region_desk.address}/schools/groups")
    for name, link in (("groups", ""), ("group", "ШНОР")):
        if link:
            page.get_by_role("link", name=link, exact=True).click()
        page.get_by_text("Новая группа" if name == "groups" else "Добавить школы").first.click()
        for size in (PHONE, WIDE):
            resize(page, size)
            assert findings(page) == []
            shoot(page, f"{name}_{size[0]}")
