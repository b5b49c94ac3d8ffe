"""Counts, filters, search, saved and shared views."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations as people
from tests.inbox import work
from tests.web.conftest import Open

pytestmark = pytest.mark.usefixtures("request_process")


def test_deadlines_sort_and_show_how_urgent_a_task_is(browse: Open) -> None:
    teacher = browse("teacher")
    first = work.asked(teacher)
    assert first
    clock.move(timedelta(days=1))
    work.start(teacher)
    clock.move(timedelta(hours=1))
    work.start(teacher)
    page = teacher.get("/tasks")
    assert re.findall(r'class="badge due due-(\w+)', page.text)[:2] == ["info", "info"]
    assert "через 3 дня" in work.main_of(page)
    clock.move(timedelta(days=3))
    assert "сегодня" in work.main_of(teacher.get("/tasks"))
    clock.move(timedelta(days=2))
    key = next(iter(work.tasks(teacher)))
    text = work.main_of(teacher.get(f"/tasks/{key}"))
    assert "просрочено на 2 дня" in text
    assert "опоздание 0 рабочих дней" not in text
    assert len(work.tasks(teacher, "?due=overdue")) == 2


def test_the_detail_counts_working_days(browse: Open) -> None:
    """Three working days from Thursday end on Tuesday: five days, three of them worked."""
    teacher = browse("teacher")
    clock.move(timedelta(days=3))
    work.start(teacher)
    key = work.task(teacher, "Заполнить заявку")
    text = work.main_of(teacher.get(f"/tasks/{key}"))
    assert "через 5 дней" in text
    assert "осталось 3 рабочих дня" in text


def test_counts_per_role_and_the_role_filter(browse: Open) -> None:
    """One person with two roles sees the tasks of each apart."""
    with db.unit_of_work():
        people.assign_role(PLATFORM, "school_head", "iro_methodist", "iro")
    teacher, head = browse("teacher"), browse("school_head")
    work.asked(teacher)
    other = browse("teacher2")
    work.asked(other)
    second = browse("school_head2")
    work.complete(second, work.task(second, "Согласовать заявку"), "approve", password="demo")
    page = head.get("/tasks")
    chips = re.findall(r'<a class="chip[^"]*"[^>]*>([^<]+)<span[^>]*>(\d+)</span>', page.text)
    counts = {name.strip(): int(count) for name, count in chips}
    assert counts == {"Руководитель ОО (директор)": 1, "Методист ИРО": 1}
    assert list(work.tasks(head, "?role=school_head").values()) == ["Согласовать заявку"]
    assert list(work.tasks(head, "?role=iro_methodist").values()) == ["Дать консультацию"]
    assert 'class="badge bg-red text-red-fg ms-1 flex-shrink-0">2</span>' in page.text


def test_search_process_place_and_holder(browse: Open) -> None:
    for teacher, head, topic in (("teacher", "school_head", "Дроби"), ("teacher2", "school_head2", "Причастия")):
        author, chief = browse(teacher), browse(head)
        key = int(re.search(r"/tasks/(\d+)", work.start(author).location)[1])  # type: ignore[index]
        work.complete(author, key, **{**work.FILLED, "f.topic": topic})
        work.complete(chief, work.task(chief, "Согласовать заявку"), "approve", password="demo")
    methodist = browse("iro_methodist")
    everything = work.tasks(methodist)
    assert len(everything) == 2
    assert len(work.tasks(methodist, "?q=причаст")) == 1
    assert len(work.tasks(methodist, "?organisation=gryazi")) == 1
    assert len(work.tasks(methodist, "?process=request")) == 2
    assert work.tasks(methodist, "?process=other") == {}
    key = min(everything)
    methodist.post(f"/tasks/{key}/claim")
    assert list(work.tasks(methodist, "?who=assigned")) == [key]
    assert key not in work.tasks(methodist, "?who=available")
    work.complete(methodist, key, "done", **{"f.summary": "Посоветовано"})
    assert list(work.tasks(methodist, "?who=done")) == [key]


@pytest.mark.parametrize(
    "query", ["?due=nonsense", "?who=x&role=%00", "?cursor=nonsense", "?q=%25%27--", "?role=" + "a" * 999]
)
def test_nonsense_in_the_address_does_no_harm(browse: Open, query: str) -> None:
    assert browse("teacher").get(f"/tasks{query}").status_code in (200, 422)


def test_a_filter_is_saved_and_shared(browse: Open) -> None:
    head, other = browse("school_head"), browse("school_head2")
    work.asked(browse("teacher"))
    head.get("/tasks?due=week&process=request")
    answer = head.post("/tasks/filters", due="week", process="request", filter_name="Неделя")
    assert answer.status_code == 303
    page = head.get(answer.location)
    assert "★ Неделя" in page.text
    link = re.search(r'value="http://localhost(/tasks/f/[^"]+)"', page.text)
    assert link
    shared = other.get(link[1])
    assert shared.status_code == 302
    assert shared.location == "/tasks?due=week&process=request" or "process=request" in shared.location
    assert work.tasks(other, shared.location.partition("/tasks")[2]) == {}, "a filter shows the reader's own tasks"
    key = re.search(r"/tasks/filters/(\d+)/delete", page.text)[1]  # type: ignore[index]
    assert other.post(f"/tasks/filters/{key}/delete").status_code == 404
    assert head.post(f"/tasks/filters/{key}/delete").status_code == 303
    assert other.get(link[1]).status_code == 404


def test_a_filter_needs_a_name_and_a_condition(browse: Open) -> None:
    head = browse("school_head")
    for form, said in (({"filter_name": "x"}, "Сначала выберите условия"), ({"due": "week"}, "Дайте фильтру название")):
        head.get("/tasks")
        answer = head.post("/tasks/filters", **form)
        assert said in work.main_of(head.get(answer.location))


def test_a_substitute_can_look_at_the_tasks_of_one_person(browse: Open) -> None:
    work.asked(browse("teacher"))
    with db.unit_of_work():
        people.set_substitution(PLATFORM, "school_head", "deputy_head", date(2026, 4, 1), date(2026, 4, 30), reason="")
    deputy = browse("deputy_head")
    assert list(work.tasks(deputy, "?stands_in=school_head").values()) == ["Согласовать заявку"]
    assert "за: Соколова М. А." in work.main_of(deputy.get("/tasks?stands_in=school_head"))


def test_long_lists_go_on_where_they_ended(browse: Open) -> None:
    teacher = browse("teacher")
    for _number in range(53):
        work.start(teacher)
    page = teacher.get("/tasks")
    first = work.tasks(teacher)
    assert len(first) == 50
    following = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert following
    second = work.tasks(teacher, following[1].partition("/tasks")[2])
    assert len(second) == 3
    assert not first.keys() & second.keys()
