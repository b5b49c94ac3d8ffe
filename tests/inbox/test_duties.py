"""Before an account is closed or a person moves: the open tasks that hang on the person are named, and handed over."""

from __future__ import annotations

import pytest

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations as people
from tests.inbox import work
from tests.web.conftest import Open

pytestmark = pytest.mark.usefixtures("request_process")
PAGES = ("/admin/people/teacher/close", "/admin/people/teacher/transfer?organisation=lebedyan-2")


@pytest.mark.parametrize("path", PAGES)
def test_open_tasks_are_named_without_anybodys_data_and_given_by_their_owner(browse: Open, path: str) -> None:
    teacher = browse("teacher")
    location = work.start(teacher).location
    admin = browse("admin")
    said = admin.get(path)
    assert said.status_code == 200
    assert "Открытые задачи: 1" in said.text
    assert "Заполнить заявку — Заявка на консультацию" in said.text
    assert f"{location}/owner" not in said.text, "it is not the administrator's to give"

    with db.unit_of_work():
        people.assign_role(PLATFORM, "iro_coordinator", "admin", "region")
    assert f'href="{location}/owner"' in browse("iro_coordinator").get(path).text


def test_nothing_is_closed_or_moved_by_the_question(browse: Open) -> None:
    teacher, admin = browse("teacher"), browse("admin")
    for path in PAGES:
        assert "ничего не числится" in admin.get(path).text
    assert teacher.get("/profile").status_code == 200
    answer = admin.get("/admin/people/teacher/transfer?organisation=nowhere")
    assert "Выберите новую организацию." in admin.get(answer.location).text

    moved = admin.post("/admin/people/teacher/transfer", organisation="lebedyan-2", position="учитель физики")
    assert "Переведено." in admin.get(moved.location).text or moved.status_code == 303
    assert "учитель физики" in admin.get("/admin/people/teacher").text
    assert "закрыта" in admin.get(admin.post("/admin/people/teacher/close").location).text
    assert teacher.get("/profile").status_code == 302


def test_more_tasks_than_fit_are_counted(browse: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.people.duties.SHOWN", 2)
    teacher = browse("teacher")
    for _ in range(3):
        work.start(teacher)
    page = browse("admin").get(PAGES[0]).text
    assert "Открытые задачи: 3" in page
    assert page.count("Заполнить заявку") == 2
    assert "И ещё 1." in page
