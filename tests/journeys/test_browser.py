"""The scenarios in which the browser matters, acted out in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from . import acts
from .browser import PHONE, Desk, desk_in, findings, open_task, resize
from .task import PASSWORD
from .test_bpm import IVANOVA, KUZNETSOV, PROPOSE, history_of
from .ways import e_test
from .world import World

__all__ = ["e_test"]
pytestmark = pytest.mark.browser
FILL, SIGN = "Заполнить техническое задание", "Подписать техническое задание"


def seated(world: World) -> Iterator[Desk]:
    """A desk; nothing may have failed in its tabs."""
    with desk_in(world) as desk:
        yield desk
        assert desk.failures == []


@pytest.fixture
def course_desk(course: World) -> Iterator[Desk]:
    """A desk at the stage `course`."""
    yield from seated(course)


@pytest.fixture
def tested_desk(tested: World) -> Iterator[Desk]:
    """A desk at the stage `tested`."""
    yield from seated(tested)


def fill_all_but_competences(page: Page) -> None:
    """Enter Appendix 1 by its labels."""
    page.get_by_label("Место работы, должность").fill("МБОУ СОШ № 1 г. Лебедянь, учитель математики")
    page.get_by_label("Возраст").fill("41")
    page.get_by_label("Стаж работы в должности").fill("15")
    page.get_by_label("высшее").check()
    page.get_by_label("Номер диплома об образовании").fill("ВСА 0123456")
    page.get_by_label("Дата выдачи диплома").fill("2007-06-25")
    page.get_by_label("Специальность по диплому об образовании").fill("учитель математики")
    page.get_by_label("Курс (группа, сроки)").select_option("МАТ-72-2026-1")
    page.get_by_label("Подпись педагога").check()


def press(page: Page, label: str, password: str = "") -> None:
    """Press a button of the task."""
    if password:
        page.locator("#password").fill(password)
    page.locator(".task-actions").get_by_role("button", name=label, exact=True).click()


def apply(page: Page) -> None:
    """A teacher starts the process and sends the whole assignment."""
    page.goto("/tasks")
    page.get_by_role("link", name="Начать процесс").click()
    page.locator("a[href*='rmp_enrolment']").first.click()
    page.locator("main").get_by_role("button", name="Начать").first.click()
    expect(page.get_by_role("heading", name=FILL)).to_be_visible()
    fill_all_but_competences(page)


def test_rmp_01_the_form_shows_what_is_missing_and_follows_the_choice(course_desk: Desk) -> None:
    page = course_desk.sit("teacher")
    apply(page)
    press(page, "Отправить", PASSWORD)
    expect(page.locator("#process-form-errors")).to_contain_text("Потребность в повышении профессионального уровня")
    expect(page.get_by_label("Номер диплома об образовании")).to_have_value("ВСА 0123456")
    assert findings(page) == []
    resize(page, PHONE)
    assert findings(page) == []

    texts = page.get_by_label("Затруднения", exact=True)
    expect(texts).to_have_count(0)
    page.get_by_label(acts.SUBJECT).check()
    page.get_by_label(acts.METHOD).check()
    expect(texts).to_have_count(2)
    page.get_by_label(acts.METHOD).uncheck()
    expect(texts).to_have_count(1)
    page.get_by_label(acts.METHOD).check()
    expect(texts).to_have_count(2)
    for number, row in enumerate(acts.ASSIGNMENT["difficulties"]):
        texts.nth(number).fill(row["text"])
    press(page, "Отправить", PASSWORD)
    expect(page.get_by_text("Выполнено: «Заполнить техническое задание»")).to_be_visible()


def test_a_draft_that_arrives_after_its_task_was_sent_alarms_nobody(tested_desk: Desk) -> None:
    """The answer "already done" comes while the page still stands: what was entered went with the task."""
    tested_desk.apart(acts.assign_practice, tested_desk.world, "teacher")
    page = tested_desk.sit("teacher")
    open_task(page, "Выполнить практическое задание")
    late: list[Route] = []
    answers: list[tuple[int, int]] = []

    def completing(route: Route) -> None:
        done = route.fetch()
        with page.expect_response("**/draft") as refused:
            late.pop().continue_()
        answers.append((done.status, refused.value.status))
        route.fulfill(response=done)

    page.route("**/draft", lambda route: late.append(route))
    page.route("**/complete*", completing)
    with page.expect_request("**/draft"):
        page.get_by_label("Ответ/описание выполнения").fill("Урок проведён")
        page.get_by_label("Ответ/описание выполнения").blur()
    press(page, "Отправить")
    expect(page.get_by_text("Выполнено:")).to_be_visible()
    assert answers == [(204, 409)]


def test_rmp_02_and_03_the_head_returns_then_signs(course_desk: Desk) -> None:
    desk = course_desk
    desk.apart(lambda: acts.fill_assignment(desk.world, "teacher").done())
    head, other, teacher = (desk.sit(login) for login in ("school_head", "school_head2", "teacher"))
    open_task(head, SIGN)
    address = head.url
    expect(head.locator("#task-form [name^='f.']:visible")).to_have_count(0)
    expect(head.locator("#detail")).to_contain_text("ВСА 0123456")
    press(head, "Вернуть на доработку", PASSWORD)
    expect(head.locator("#comment-error")).to_be_visible()
    expect(head.locator("#comment")).to_have_attribute("aria-invalid", "true")
    assert findings(head) == []
    head.locator("#comment").fill("Уточните тему затруднений")
    press(head, "Вернуть на доработку", PASSWORD)
    expect(head.get_by_text("Выполнено:")).to_be_visible()

    open_task(teacher, FILL)
    expect(teacher.locator("#detail .alert-warning")).to_contain_text("Уточните тему затруднений")
    teacher.get_by_label("Затруднения", exact=True).first.fill("Задачи с параметром в 11 классе")
    teacher.get_by_label("Подпись педагога").check()
    press(teacher, "Отправить", PASSWORD)
    expect(teacher.get_by_text("Выполнено:")).to_be_visible()

    expect_missing(other, address)
    open_task(head, SIGN)
    press(head, "Согласовать", "не тот пароль")
    expect(head.locator("#password-error")).to_be_visible()
    press(head, "Согласовать", PASSWORD)
    expect(head.get_by_text("Выполнено:")).to_be_visible()
    teacher.goto("/documents")
    teacher.get_by_role("link", name="Техническое задание: Иванова Марина Петровна").click()
    expect(teacher.locator("main")).to_contain_text("Соколова Мария Александровна")
    expect(teacher.locator("main")).to_contain_text("06.04.2026 09:00")
    expect_missing(other, teacher.url)


def expect_missing(page: Page, address: str) -> None:
    """The address does not exist for this reader."""
    page.goto("/tasks")
    expect(page.get_by_text("Задач нет")).to_be_visible()
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("main")).to_contain_text("Страница не найдена")


def test_rmp_10_the_leader_moves_a_listener(e_test: World) -> None:
    for login, points in acts.RESULTS.items():
        acts.take_test(e_test, login, points)
    for login in acts.RESULTS:
        acts.diagnose(e_test, login)
    e_test.wait(acts.START.replace(day=18))
    for desk in seated(e_test):
        page = desk.sit(acts.LEADER)
        open_task(page, "Сформировать подгруппы")
        row = page.locator("fieldset", has_text=IVANOVA).last
        expect(row).to_contain_text("96,0")
        expect(row.get_by_label("Подгруппа")).to_have_value("Б — методическая")
        row.get_by_label("Подгруппа").select_option("Г — углублённая (открытый урок, наставничество)")
        assert findings(page) == []
        press(page, "Отправить")
        expect(page.get_by_text("Выполнено:")).to_be_visible()
        page.goto(f"/courses/{acts.COURSE}/groups")
        journal = page.get_by_role("row", name=re.compile("Миронова"))
        expect(journal).to_have_count(1)
        expect(journal).to_contain_text(IVANOVA)
        assert findings(page) == []


def test_rmp_11_a_listener_hands_in_practice_by_phone(tested: World) -> None:
    acts.assign_practice(tested, "teacher")
    for desk in seated(tested):
        page = desk.sit("teacher")
        resize(page, PHONE)
        open_task(page, "Выполнить практическое задание")
        page.get_by_label("Ответ/описание выполнения").fill("Урок проведён, конспект приложен")
        page.locator("input[type=file]").set_input_files(
            {"name": "конспект.pdf", "mimeType": "application/pdf", "buffer": acts.PDF}
        )
        expect(page.get_by_role("link", name="конспект.pdf")).to_be_visible()
        assert findings(page) == []
        press(page, "Отправить")
        expect(page.get_by_text("Выполнено:")).to_be_visible()
        check = desk.sit("iro_methodist")
        open_task(check, "Проверить задание")
        expect(check.get_by_role("link", name="конспект.pdf")).to_be_visible()


def test_bpm_03_the_travelled_path_is_drawn(finished: World) -> None:
    address = history_of(finished, "rmp_listener", IVANOVA).path
    for desk in seated(finished):
        page = desk.sit("auditor")
        page.goto(address)
        drawing = page.locator("[data-island='bpmn-view']")
        expect(drawing.locator("svg [data-element-id='entry_test']").first).to_be_visible()
        expect(drawing.locator("svg [data-element-id='certified']").first).to_be_visible()
        expect(page.locator("main form")).to_have_count(0)
        expect(page.locator("main")).to_contain_text("Открытие этой страницы записано в журнал")
        travelled = drawing.locator("svg .djs-element[class*='done']")
        assert travelled.count() > 10
        assert findings(page) == []
        resize(page, PHONE)
        assert findings(page) == []


def test_bpm_04_two_people_press_at_once(running: World) -> None:
    grant = running["admin"].get("/admin/people/curator_500").form("/roles")
    for name, value in {"role": "mms_methodist", "organisation": "lebedyan-mms"}.items():
        grant.enter(name, value)
    grant.press()
    acts.answer_survey(running, "teacher")
    running.wait(acts.START.replace(day=18))
    acts.report_survey(running)
    for desk in seated(running):
        first, second = desk.sit("mms_methodist"), desk.sit("curator_500")
        for page in (first, second):
            open_task(page, PROPOSE)
            expect(page.get_by_role("button", name="Взять в работу")).to_be_visible()
        first.get_by_role("button", name="Взять в работу").click()
        expect(first.get_by_text("Задача взята в работу")).to_be_visible()
        second.get_by_role("button", name="Взять в работу").click()
        expect(second.locator("body")).to_contain_text("Карпова Инна Валерьевна")
        assert findings(second) == []
        first.get_by_role("button", name="Вернуть в очередь").click()
        open_task(second, PROPOSE)
        second.get_by_role("button", name="Взять в работу").click()
        expect(second.get_by_role("button", name="Вернуть в очередь")).to_be_visible()


def test_bpm_09_a_substitute_signs_for_the_absent(tested: World) -> None:
    acts.make_plan(tested, "teacher2")
    for desk in seated(tested):
        absent, deputy = desk.sit("iro_methodist"), desk.sit("iro_methodist2")
        absent.goto("/profile/substitutions")
        absent.locator("[name=substitute]").fill("iro_methodist2")
        absent.get_by_label("Первый день").fill("2026-04-16")
        absent.get_by_label("Последний день").fill("2026-04-30")
        assert findings(absent) == []
        absent.locator("main form button", has_text="Назначить").click()
        expect(absent.locator("main")).to_contain_text("Белов Роман Олегович")

        open_task(deputy, "Согласовать план")
        expect(deputy.locator("#detail")).to_contain_text("Вы действуете за")
        press(deputy, "Согласовать", PASSWORD)
        expect(deputy.get_by_text("Выполнено:")).to_be_visible()
        desk.apart(tested.settle)
        signed = desk.apart(history_of, tested, "rmp_remediation", KUZNETSOV).text
        assert "Подпись: Белов Роман Олегович, Методист ИРО, за: Воронова Татьяна Юрьевна" in signed
