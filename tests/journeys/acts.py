"""What people of a course do at pages, step by step; tests put the steps together."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from werkzeug.datastructures import MultiDict

from app.kernel.db import db
from tests.assessment import building

from .page import Page
from .task import Task
from .world import World

LEADER, CHAIR, MEMBER = "course_leader", "attestation_commission_member", "attestation_commission_member2"
HEADS = {
    "teacher": "school_head",
    "school_team_member": "school_head",
    "teacher2": "school_head2",
    "teacher3": "school_head3",
    "teacher4": "school_head3",
    "teacher5": "school_head4",
    "teacher6": "school_head5",
    "teacher7": "school_head5",
    "teacher8": "school_head6",
    "teacher9": "school_head6",
}
LISTENERS = ("teacher", "teacher2", "teacher3", "teacher4", "teacher5")
RESULTS = {"teacher": 96, "teacher2": 70, "teacher4": 96, "teacher5": 100}
"""Percent of the entry test at the stage `tested`; `teacher3` did not come."""
START = date(2026, 4, 13)
ATTEST = date(2026, 5, 12)
RESERVE = date(2026, 5, 19)
RESIT = date(2026, 5, 26)
CARD: dict[str, Any] = {
    "programme": "МАТ-72",
    "hours": 72,
    "form": "очная",
    "places_min": 1,
    "places_max": 25,
    "enrol_until": "2026-04-10",
    "start": START.isoformat(),
    "end": "2026-05-15",
    "attest_on": ATTEST.isoformat(),
    "attest_reserve_on": RESERVE.isoformat(),
    "attest_resit_on": RESIT.isoformat(),
    "commission": [CHAIR, MEMBER],
    "commission_chair": CHAIR,
    "max_retests": 1,
}
CARD_TITLE = "Преподавание математики"
COURSE = "МАТ-72-2026-1"
"""Code of the course of the stages."""
TESTS = ("Пройти входное электронное тестирование", "Пройти повторную диагностику")
PLACE = {"time": "10:00", "place": "ауд. 5"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SUBJECT, METHOD = "предметная компетенция", "методическая компетенция"
ASSIGNMENT: dict[str, Any] = {
    "workplace_position": "МБОУ СОШ № 1 г. Лебедянь, учитель математики",
    "age": 41,
    "position_experience_years": 15,
    "education_level": "высшее",
    "diploma_number": "ВСА 0123456",
    "diploma_date": "2007-06-25",
    "diploma_speciality": "учитель математики",
    "competences": [SUBJECT, METHOD],
    "difficulties": [
        {"text": "Решение задач с параметром и стереометрия"},
        {"text": "Организация работы с разными группами учеников"},
    ],
}


def open_course(world: World, **changes: Any) -> None:
    """The leader starts the process and opens a course."""
    task = world[LEADER].start("course_run")
    assert task.name == "Открыть курс"
    task.fill({**CARD, **changes})
    task.done("Открыть курс")
    world.settle()


def fill_assignment(world: World, login: str, **changes: Any) -> Task:
    """A teacher starts «Направление на курсы» and fills in the technical assignment, without sending it."""
    task = world[login].start("rmp_enrolment")
    assert task.name == "Заполнить техническое задание"
    (course,) = task.offered("course")
    return task.fill({**ASSIGNMENT, "course": course, "teacher_signature": True, **changes})


def enrol(world: World, login: str, **changes: Any) -> None:
    """A teacher applies, her head signs, the leader accepts."""
    fill_assignment(world, login, **changes).done()
    name = world.name(login)
    world[HEADS.get(login, "school_head")].task("Подписать техническое задание", name).done("Согласовать")
    world[LEADER].task("Принять заявку", name).done("Зачислить")
    world.settle()


def begin_course(world: World, enrol_until: date = date(2026, 4, 10), start: date = START) -> None:
    """Applications end, the order is signed, the course begins."""
    world.wait(enrol_until + timedelta(days=1))
    world[LEADER].task("Сформировать группу").done()
    world.settle()
    approve_order(world)
    world.wait(start)


def approve_order(world: World) -> None:
    """The leader prepares the order, the director of the institute signs it."""
    world[LEADER].task("Подготовить приказ").done()
    world["iro_head"].task("Подписать приказ").done("Подписать")
    world.settle()


def import_results(
    world: World, results: dict[str, tuple[float, float]], kind: str = "входной", course: str = COURSE
) -> Page:
    """The leader fills in the course's Excel file (points, maximum by login), uploads it and records the good rows."""
    leader, address = world[LEADER], f"/courses/{course}/results"
    book = load_workbook(BytesIO(leader.get(f"{address}/template").body))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        login = row[heads.index("Логин")].value
        if login in results:
            row[heads.index("Баллы")].value, row[heads.index("Максимум")].value = results[login]
    stream = BytesIO()
    book.save(stream)
    form = leader.get(address).form("file")
    form.enter("kind", kind)
    form.enter("file", (BytesIO(stream.getvalue()), "результаты.xlsx"))
    report = form.press()
    assert report.status == 200, report.text
    taken = report.form("/take").press()
    assert taken.status == 200, taken.text
    world.settle()
    return taken


def offer_test(world: World, copies: int = 2) -> None:
    """The institute has a test for the course: 16 questions of 16 or 32 (`copies`), 100 points, an hour."""
    with world.app.app_context(), db.unit_of_work():
        building.specification(minutes=60, copies=copies)


def take_test(world: World, login: str, points: float, *, finish: bool = True) -> Page:
    """The listener opens the test from her task, answers for so many points, each answer as the page's script sends
    it, and finishes."""
    person = world[login]
    (entry,) = [each for each in person.inbox() if each.name in TESTS]
    task = person.open(entry.key)
    page = task.page.follow("Перейти к тесту")
    assert page.status == 200, page.text
    if "Начать тест" in page.buttons:
        page = page.form("Начать тест").press()
    window = int(page.path.rpartition("/")[2])
    with world.app.app_context(), db.unit_of_work():
        answers = building.worth(building.key_of(window), Decimal(str(points)))
    token = page.root.xpath("//meta[@name='csrf-token']/@content")[0]
    for number, answer in enumerate(answers, 1):
        form = MultiDict([("csrf_token", token), ("position", answer.position), ("seq", number)])
        for value in answer.values:
            form.add("v", value)
        for source, target in answer.pairs.items():
            form.add(f"p.{source}", target)
        saved = person.post(f"{page.path}/answers", form)
        assert saved.status == 200, saved.body
    page = person.get(page.path)
    if finish:
        page = page.form("/finish").press("Завершить тест")
        world.settle()
    return page


def diagnose(world: World, login: str, mark: int = 2) -> None:
    """The leader rates a listener's methods."""
    task = world[LEADER].task("Диагностика методической компетентности", world.name(login))
    task.fill(dict.fromkeys(("lesson_design", "methods", "assessment", "differentiation", "reflection"), mark)).done()
    world.settle()


def form_groups(world: World, **moved: str) -> None:
    """The leader accepts the proposed subgroups, but for who is moved (login=group)."""
    task = world[LEADER].task("Сформировать подгруппы")
    rows = task.rows("groups", "listener_id")
    task.fill({f"groups.{rows[login]}.group": group for login, group in moved.items()}).done()
    world.settle()


def assign_practice(world: World, login: str) -> None:
    """The leader gives a listener one practical task."""
    task = world[LEADER].task("Назначить практические задания", world.name(login))
    row = {
        "title": "Разработать урок",
        "competence": "методическая",
        "based_on": ["результат входного тестирования", "техническое задание"],
        "due": "2026-05-04",
    }
    task.fill(supervisor="iro_methodist", tasks=[row]).done()
    world.settle()


def do_practice(world: World, login: str) -> None:
    """The listener does the task, the methodist accepts it."""
    task = world[login].task("Выполнить практическое задание")
    task.fill(answer="Урок проведён, конспект приложен", files=(BytesIO(PDF), "конспект.pdf")).done()
    world["iro_methodist"].task("Проверить задание", world.name(login)).done("Зачтено")
    world.settle()


def choose_attestation(world: World, login: str, form: str = "зачёт") -> None:
    """The listener chooses how to be attested."""
    world[login].task("Выбрать форму итоговой аттестации").fill(form=form, topic="Квадратные уравнения").done()
    world.settle()


def learn(world: World, *logins: str) -> None:
    """From the diagnostics' end to the chosen form of attestation."""
    for login in logins:
        assign_practice(world, login)
        do_practice(world, login)
        choose_attestation(world, login)


def plan_attestation(world: World) -> None:
    """The leader plans who comes when."""
    task = world[LEADER].task("Расписание итоговой аттестации")
    rows = task.rows("schedule", "listener_id")
    task.fill({f"schedule.{number}.{key}": value for number in rows.values() for key, value in PLACE.items()}).done()
    world.settle()


def fill_sheet(world: World, results: dict[str, dict[str, Any]]) -> None:
    """The secretary of the commission fills in the group's sheet; who is not named was successful."""
    task = world[MEMBER].task("Заполнить ведомость")
    values: dict[str, Any] = {}
    for login, number in task.rows("results", "listener_id").items():
        row = {"result": "успешно", **results.get(login, {})}
        values |= {f"results.{number}.{key}": value for key, value in row.items()}
    task.fill(values).done()
    world.settle()


def sign_sheet(world: World) -> None:
    """Chair and member sign, each in a task of their own."""
    for login in (CHAIR, MEMBER):
        world[login].task("Подписать ведомость").done("Подписать")
    world.settle()


def conclude(world: World) -> None:
    """The leader sums up; order and certificates follow."""
    world[LEADER].task("Итоги курса").done()
    world.settle()
    approve_order(world)


ACTIVITIES: list[dict[str, Any]] = [
    {
        "activity": "Модуль «Задачи с параметром»",
        "kind": "курсовая подготовка",
        "until": "2026-04-24",
        "report_form": "решённые задачи",
    },
    {
        "activity": "Пособие по стереометрии",
        "kind": "самообразование",
        "until": "2026-04-28",
        "report_form": "конспект",
    },
]


def make_plan(world: World, login: str, activities: list[dict[str, Any]] | None = None) -> None:
    """The listener writes the plan of her remediation."""
    task = world[login].task("Разработать план повышения предметной компетентности")
    task.fill(activities=activities or ACTIVITIES).done()
    world.settle()


def agree_plan(world: World, login: str) -> None:
    """The tutor agrees to the plan."""
    world["iro_methodist"].task("Согласовать план", world.name(login)).done("Согласовать")
    world.settle()


def carry_out(world: World, login: str) -> None:
    """The listener reports on the next activity of her plan."""
    task = world[login].task("Отметить выполнение")
    task.fill(done_on="2026-04-13", evidence="Выполнено полностью, отчёт у методиста").done()
    world.settle()


def answer_survey(world: World, login: str) -> None:
    """A teacher says what is difficult."""
    task = world[login].task("Отметить свои затруднения")
    rows = task.rows("items", "difficulty")
    often = {f"items.{number}.frequency": "часто" for number in rows.values()}
    task.fill({**often, "help_needed": ["консультация"]}).done()
    world.settle()


def report_survey(world: World) -> None:
    """The leader writes the note on the survey."""
    task = world[LEADER].task("Аналитическая справка")
    task.fill(
        aims="Узнать затруднения", conclusions="Чаще всего — задачи с параметром", recommendations="Семинар"
    ).done()
    world.settle()
