"""RMP-01 to RMP-03: a teacher applies for a course, her head signs."""

from __future__ import annotations

from datetime import date

from . import acts
from .world import World

APPENDIX_1 = {
    "Ф.И.О. учителя": "Иванова Марина Петровна, учитель математики",
    "Место работы, должность": "МБОУ СОШ № 1 г. Лебедянь, учитель математики",
    "Возраст": "41",
    "Стаж работы в должности": "15",
    "Образование": "высшее",
    "Номер диплома об образовании": "ВСА 0123456",
    "Дата выдачи диплома": "25.06.2007",
    "Специальность по диплому об образовании": "учитель математики",
    "Потребность в повышении профессионального уровня": "предметная компетенция, методическая компетенция",
}
"""The items of Appendix 1 as the head reads them; the ninth is the table of difficulties."""
RETURNED = "Вернуть на доработку"


def test_rmp_01_a_competence_is_demanded_and_as_many_difficulties(course: World) -> None:
    teacher = course["teacher"]
    task = teacher.start("rmp_enrolment")
    without = {key: acts.ASSIGNMENT[key] for key in acts.ASSIGNMENT if key not in ("competences", "difficulties")}
    task.fill(without, course=task.offered("course")[0], teacher_signature=True)
    assert task.offered("competences") == [
        "предметная компетенция",
        "методическая компетенция",
        "психолого-педагогическая компетенция",
        "коммуникативная компетенция",
    ]
    assert not task.has("difficulties.0.text")

    refused = task.press("Отправить", password="demo")
    assert refused.status == 422
    assert list(task.errors) == ["competences"]
    assert "Потребность в повышении профессионального уровня" in refused.said
    assert task.value("diploma_number") == "ВСА 0123456", "nothing that was entered is lost"

    task.fill(competences=[acts.SUBJECT, acts.METHOD])
    assert task.has("difficulties.1.text")
    assert not task.has("difficulties.2.text"), "exactly two texts are asked for"
    refused = task.press("Отправить", password="demo")
    assert refused.status == 422
    assert set(task.errors) == {"difficulties.0.text", "difficulties.1.text"}

    task.fill(difficulties=acts.ASSIGNMENT["difficulties"]).done()
    assert course["school_head"].names() == ["Подписать техническое задание"]


def test_rmp_02_the_head_of_her_school_signs(course: World) -> None:
    acts.open_course(course, enrol_until="2026-04-07")
    course.wait(date(2026, 4, 8))
    teacher, head, other = course["teacher"], course["school_head"], course["school_head2"]
    task = teacher.start("rmp_enrolment")
    (open_now,) = task.offered("course")
    assert open_now == "МАТ-72-2026-1", "applications for the second course have ended"
    task.fill({**acts.ASSIGNMENT, "course": open_now, "teacher_signature": True}).done()

    signing = head.task("Подписать техническое задание")
    for item, said in APPENDIX_1.items():
        assert signing.page.fact(item) == said
    difficulties = signing.page.table("Затруднения")
    assert [row["Затруднения"] for row in difficulties] == [row["text"] for row in acts.ASSIGNMENT["difficulties"]]
    assert acts.CARD_TITLE in signing.page.fact("Курс (группа, сроки)")
    assert not signing.has("course")
    assert not signing.has("competences"), "the head reads and cannot change"

    assert other.names() == []
    assert other.get(f"/tasks/{signing.key}").status == 404
    refused = signing.press("Согласовать", password="not-hers")
    assert refused.status == 422
    assert "password" in signing.errors
    signing.done("Согласовать")

    (address,) = teacher.get("/documents").links("/documents/2")
    document = teacher.get(address)
    signed = {row["Подписал"]: row["Когда"] for row in document.table("Подписал")}
    assert signed == {"Иванова Марина Петровна": "08.04.2026 09:00", "Соколова Мария Александровна": "08.04.2026 09:00"}
    assert head.get(address).status == 200
    for elsewhere in (address, f"/tasks/{signing.key}", f"/processes/{teacher.process_of(task.key)}"):
        assert other.get(elsewhere).status == 404
    assert not other.get("/documents").links("/documents/2")


def test_rmp_03_a_return_needs_a_comment_and_makes_a_second_version(course: World) -> None:
    teacher, head = course["teacher"], course["school_head"]
    sent = acts.fill_assignment(course, "teacher")
    sent.done()
    process = teacher.process_of(sent.key)

    signing = head.task("Подписать техническое задание")
    refused = signing.press(RETURNED, password="demo")
    assert refused.status == 422
    assert list(signing.errors) == ["comment"]
    assert teacher.names() == [], "nothing has happened yet"
    signing.done(RETURNED, comment="Уточните тему затруднений")

    again = teacher.task("Заполнить техническое задание")
    assert "Уточните тему затруднений Соколова Мария Александровна" in again.page.said
    assert again.value("difficulties.0.text") == acts.ASSIGNMENT["difficulties"][0]["text"]
    again.fill({"difficulties.0.text": "Задачи с параметром в 11 классе", "teacher_signature": True}).done()

    signing = head.task("Подписать техническое задание")
    assert "Задачи с параметром в 11 классе" in signing.text
    signing.done("Согласовать")
    history = teacher.get(f"/processes/{process}/history")
    assert "Версия 2: что изменено по сравнению с прошлым разом" in history.text
    change = next(row for row in history.table("Было") if row["Поле"].endswith("Затруднения"))
    assert change["Было"] == acts.ASSIGNMENT["difficulties"][0]["text"], "version 1 can still be read"
    assert change["Стало"] == "Задачи с параметром в 11 классе"
    assert "«Уточните тему затруднений»" in history.text
    document = teacher.get(next(iter(teacher.get("/documents").links("/documents/2"))))
    assert "Задачи с параметром в 11 классе" in document.text
    assert acts.ASSIGNMENT["difficulties"][0]["text"] not in document.text


def test_a_head_applies_for_her_teachers_where_a_teacher_begins_for_herself(course: World) -> None:
    head = course["school_head"].get("/processes/start")
    assert "/processes/start/rmp_enrolment" not in head.links("/processes/start/")
    assert head.follow("Начать для других").heading == "Заявка на обучение"
    assert course["school_head"].get("/processes/start/rmp_enrolment").path == "/courses/apply"
    assert "/courses/apply" not in course["teacher"].get("/processes/start").links("/")


def test_a_head_who_teaches_begins_for_herself_and_for_others(course: World) -> None:
    grant = course["admin"].get("/admin/people/school_head").form("/roles")
    for name, value in {"role": "teacher", "organisation": "lebedyan-1"}.items():
        grant.enter(name, value)
    grant.press()
    page = course["school_head"].get("/processes/start")
    assert "/courses/apply" in page.links("/courses/apply")
    assert course["school_head"].start("rmp_enrolment").name == "Заполнить техническое задание"
