"""The list, one task, drafts, completing: through the pages, on the real database."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.engine.models import UserTask
from app.kernel.db import db
from tests.inbox import work
from tests.inbox.work import FILLED, HTMX
from tests.web.browsing import field, marked
from tests.web.conftest import Open

pytestmark = pytest.mark.usefixtures("request_process")


def test_starting_leads_to_the_first_task_of_the_starter(browse: Open) -> None:
    teacher = browse("teacher")
    answer = work.start(teacher)
    assert answer.status_code == 303
    page = teacher.get(answer.location)
    assert "Заполнить заявку" in page.text
    assert "Это ваша первая задача" in page.text
    assert list(work.tasks(teacher).values()) == ["Заполнить заявку"]


def test_a_double_click_starts_one_process(browse: Open) -> None:
    teacher = browse("teacher")
    token = field(teacher.get("/processes/start/request").text, "token")
    first = teacher.post("/processes/start/request", token=token)
    second = teacher.post("/processes/start/request", token=token)
    assert first.location == second.location
    assert len(work.tasks(teacher)) == 1


def test_who_may_not_start_a_process_does_not_find_it(browse: Open) -> None:
    methodist = browse("iro_methodist")
    assert "Заявка на консультацию" not in methodist.get("/processes/start").text
    assert methodist.get("/processes/start/request").status_code == 404
    assert methodist.post("/processes/start/request", token="x").status_code == 404


def test_a_wrong_entry_is_marked_and_nothing_is_lost(browse: Open) -> None:
    teacher = browse("teacher")
    work.start(teacher)
    key = work.task(teacher, "Заполнить заявку")
    answer = work.complete(teacher, key, **{**FILLED, "f.topic": "", "f.pupils": "5000"})
    assert answer.status_code == 422
    assert marked(answer.text, "f.topic")
    assert marked(answer.text, "f.pupils")
    assert field(answer.text, "f.pupils") == "5000"
    assert "Как объяснить?" in answer.text
    assert "Как объяснить?" in teacher.get(f"/tasks/{key}").text, "the entry was kept as a draft"


def test_completing_names_who_is_next_and_the_repeated_submit_says_so(browse: Open) -> None:
    teacher = browse("teacher")
    work.start(teacher)
    key = work.task(teacher, "Заполнить заявку")
    answer = work.complete(teacher, key, **FILLED)
    assert answer.location == f"/tasks/{key}/finished"
    text = work.main_of(teacher.get(answer.location))
    assert "Что дальше" in text
    assert "Согласовать заявку" in text
    assert "Руководитель ОО (директор), СОШ № 1 Лебедянь" in text
    again = teacher.post(f"/tasks/{key}/complete", outcome="submit", **FILLED)
    assert again.status_code == 409
    assert "Иванова Марина Петровна" in work.main_of(again), "who did it is named"
    part = teacher.post(f"/tasks/{key}/complete", outcome="submit", headers=HTMX, **FILLED)
    assert part.status_code == 409
    assert "<html" not in part.text
    with db.unit_of_work():
        names = list(db.session.scalars(select(UserTask.name).order_by(UserTask.key)))
    assert names == ["Заполнить заявку", "Согласовать заявку"]


def test_a_task_of_another_school_does_not_exist(browse: Open) -> None:
    teacher, own_head, other_head = browse("teacher"), browse("school_head"), browse("school_head2")
    instance = work.asked(teacher)
    key = work.task(own_head, "Согласовать заявку")
    assert work.tasks(other_head) == {}
    for path in (f"/tasks/{key}", f"/tasks/{key}/finished", f"/processes/{instance}", f"/processes/{instance}/diagram"):
        assert other_head.get(path).status_code == 404, path
    for path in ("claim", "release", "draft", "complete", "hand-on", "extend", "assign"):
        assert other_head.post(f"/tasks/{key}/{path}").status_code == 404, path


def test_a_review_shows_the_entry_read_only_and_returning_needs_a_comment(browse: Open) -> None:
    """RMP-03 in small: the first return is refused, the second reaches the author with its comment."""
    teacher, head = browse("teacher"), browse("school_head")
    work.asked(teacher)
    key = work.task(head, "Согласовать заявку")
    page = head.get(f"/tasks/{key}")
    assert "Дроби" in page.text
    assert 'name="f.topic"' not in page.text
    for label in ("Согласовать", "Вернуть на доработку", "Отказать"):
        assert f">{label}</button>" in page.text
    refused = work.complete(head, key, "return", password="demo")
    assert refused.status_code == 422
    assert marked(refused.text, "comment")
    sent = work.complete(head, key, "return", comment="Уточните тему", password="demo")
    assert sent.status_code == 303
    again = work.task(teacher, "Заполнить заявку")
    page = teacher.get(f"/tasks/{again}")
    text = work.main_of(page)
    assert "Возвращено на доработку" in text
    assert "Уточните тему" in text
    assert "Соколова Мария Александровна" in text
    assert field(page.text, "f.topic") == "Дроби", "the first version is there to be mended"


def test_a_signature_asks_for_the_password_again(browse: Open) -> None:
    teacher, head = browse("teacher"), browse("school_head")
    work.asked(teacher)
    key = work.task(head, "Согласовать заявку")
    for wrong in ({}, {"password": "nonsense"}):
        answer = work.complete(head, key, "approve", **wrong)
        assert answer.status_code == 422
        assert marked(answer.text, "password")
        assert "nonsense" not in answer.text
    assert work.complete(head, key, "approve", password="demo").status_code == 303


def test_an_unknown_button_is_refused(browse: Open) -> None:
    teacher, head = browse("teacher"), browse("school_head")
    work.asked(teacher)
    key = work.task(head, "Согласовать заявку")
    assert work.complete(head, key, "submit", password="demo").status_code == 422


def test_a_draft_is_kept_while_typing_with_its_comment_for_its_author_only(browse: Open) -> None:
    teacher = browse("teacher")
    work.start(teacher)
    key = work.task(teacher, "Заполнить заявку")
    answer = teacher.post(f"/tasks/{key}/draft", headers=HTMX, comment="для себя", **{"f.topic": "Проценты"})
    assert answer.status_code == 200
    assert "Черновик сохранён в 09:00" in answer.text
    assert "<html" not in answer.text
    page = teacher.get(f"/tasks/{key}")
    assert field(page.text, "f.topic") == "Проценты"
    assert "для себя" in page.text
    assert "Черновик сохранён" in page.text


def test_a_draft_can_be_saved_by_hand_without_scripts(browse: Open) -> None:
    teacher = browse("teacher")
    work.start(teacher)
    key = work.task(teacher, "Заполнить заявку")
    answer = teacher.post(f"/tasks/{key}/draft", **{"f.topic": "Проценты"})
    assert answer.status_code == 303
    page = teacher.get(answer.location)
    assert "Черновик сохранён. Продолжить можно позже" in work.main_of(page)
    assert field(page.text, "f.topic") == "Проценты"


def test_a_part_of_the_page_is_given_by_the_request_not_by_its_target(browse: Open) -> None:
    teacher = browse("teacher")
    work.start(teacher)
    key = work.task(teacher, "Заполнить заявку")
    part = teacher.get(f"/tasks/{key}", headers=HTMX)
    assert "<html" not in part.text
    assert "Тема" in part.text
    for headers in (
        {"HX-Target": "detail"},
        {**HTMX, "HX-History-Restore-Request": "true"},
        {**HTMX, "HX-Boosted": "1"},
    ):
        assert "<html" in teacher.get(f"/tasks/{key}", headers=headers).text


def test_a_task_that_is_over_can_only_be_read(browse: Open) -> None:
    teacher = browse("teacher")
    work.start(teacher)
    key = work.task(teacher, "Заполнить заявку")
    work.complete(teacher, key, **FILLED)
    page = teacher.get(f"/tasks/{key}")
    assert page.status_code == 200
    assert "Дроби" in page.text, "what was sent is shown"
    assert 'name="outcome"' not in page.text
    assert 'name="f.topic"' not in page.text
    assert teacher.post(f"/tasks/{key}/draft", **FILLED).status_code == 409
