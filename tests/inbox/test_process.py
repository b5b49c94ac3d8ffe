"""The page of a process: whom it waits for, comments with files, what its owner may do."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest

from app.kernel import clock, outbox
from tests.inbox import work
from tests.web.conftest import Open

pytestmark = pytest.mark.usefixtures("request_process")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_my_processes_name_whom_they_wait_for(browse: Open) -> None:
    teacher = browse("teacher")
    key = work.asked(teacher)
    text = work.main_of(teacher.get("/processes"))
    assert "Консультация: Дроби" in text
    assert "ждём: Руководитель ОО (директор), СОШ № 1 Лебедянь — Согласовать заявку" in text
    page = work.main_of(teacher.get(f"/processes/{key}"))
    assert "Кого ждём" in page
    assert "Руководитель ОО (директор), СОШ № 1 Лебедянь" in page
    assert "Отменить процесс" not in page, "only its owner may"


def test_lists_of_processes_narrow(browse: Open) -> None:
    teacher, head = browse("teacher"), browse("school_head")
    key = work.asked(teacher)
    assert "Консультация: Дроби" not in head.get("/processes").text
    assert "Консультация: Дроби" in head.get("/processes?whose=all").text
    assert "Консультация: Дроби" not in head.get("/processes?whose=takes-part").text
    work.complete(head, work.task(head, "Согласовать заявку"), "refuse", comment="Нет мест", password="demo")
    assert "Консультация: Дроби" in head.get("/processes?whose=takes-part&status=completed").text
    assert "Консультация: Дроби" not in teacher.get("/processes?status=active").text
    assert "Никого: процесс завершён" in work.main_of(teacher.get(f"/processes/{key}"))


def test_comments_and_files_are_for_those_who_see_the_process(browse: Open) -> None:
    teacher, head, stranger = browse("teacher"), browse("school_head"), browse("school_head2")
    key = work.asked(teacher)
    teacher.get(f"/processes/{key}?tab=talk")
    answer = teacher.post(f"/processes/{key}/comments", text="План урока", files=(BytesIO(PDF), "план.pdf"))
    assert answer.status_code == 303
    page = head.get(f"/processes/{key}?tab=talk")
    assert "План урока" in page.text
    link = re.search(r'href="(/files/\d+)">план.pdf', page.text)
    assert link
    assert head.get(link[1], buffered=True).data == PDF
    assert stranger.get(link[1]).status_code == 404
    assert stranger.post(f"/processes/{key}/comments", text="x").status_code == 404
    task = work.task(head, "Согласовать заявку")
    assert "План урока" in head.get(f"/tasks/{task}?tab=talk").text
    assert head.post(f"/processes/{key}/comments", text="Вижу", task=str(task)).location.startswith(f"/tasks/{task}")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": "  "}, "Напишите что-нибудь или приложите файл"),
        ({"text": "x" * 5001}, "Не больше 5 000 знаков"),
        ({"text": "см. файл", "files": (BytesIO(b"MZ\x90\x00"), "вирус.exe")}, "вирус.exe"),
    ],
)
def test_a_refused_comment_is_not_lost(browse: Open, form: dict[str, object], said: str) -> None:
    teacher = browse("teacher")
    key = work.asked(teacher)
    teacher.get(f"/processes/{key}?tab=talk")
    answer = teacher.post(f"/processes/{key}/comments", **form)
    assert answer.status_code == 422
    assert said in work.main_of(answer)
    assert str(form["text"]).strip() in answer.text


def test_an_auditor_reads_comments_and_writes_none(browse: Open) -> None:
    teacher, auditor = browse("teacher"), browse("auditor")
    key = work.asked(teacher)
    teacher.post(f"/processes/{key}/comments", text="План урока")
    page = auditor.get(f"/processes/{key}?tab=talk")
    assert "План урока" in page.text
    assert "Новый комментарий" not in page.text
    assert auditor.post(f"/processes/{key}/comments", text="x").status_code == 403


def test_the_owner_moves_a_deadline_with_a_reason(browse: Open) -> None:
    teacher, owner = browse("teacher"), browse("iro_coordinator")
    key = work.asked(teacher)
    task = work.task(browse("school_head"), "Согласовать заявку")
    page = owner.get(f"/processes/{key}")
    assert f"/tasks/{task}/owner" in page.text
    owner.get(f"/tasks/{task}/owner")
    assert owner.post(f"/tasks/{task}/extend", due="2026-04-30").status_code == 422
    assert owner.post(f"/tasks/{task}/extend", due="нет", reason="отпуск").status_code == 422
    assert owner.post(f"/tasks/{task}/extend", due="2026-04-30", reason="Директор в отпуске").status_code == 303
    assert "30 апр. 2026" in work.main_of(owner.get(f"/tasks/{task}/owner"))
    history = work.main_of(browse("auditor").get(f"/audit/{key}"))
    assert "Директор в отпуске" in history
    assert teacher.get(f"/tasks/{task}/owner").status_code == 403
    assert teacher.post(f"/tasks/{task}/extend", due="2026-04-30", reason="x").status_code == 403


def test_the_owner_gives_a_task_to_another_person(browse: Open) -> None:
    teacher, owner = browse("teacher"), browse("iro_coordinator")
    work.asked(teacher)
    head = browse("school_head")
    task = work.task(head, "Согласовать заявку")
    page = owner.get(f"/tasks/{task}/owner?q=Баранова")
    assert 'value="deputy_head"' in page.text
    assert owner.post(f"/tasks/{task}/assign", login="").status_code == 422
    assert owner.post(f"/tasks/{task}/assign", login="deputy_head").status_code == 303
    assert work.tasks(head) == {}
    assert list(work.tasks(browse("deputy_head"))) == [task]


def test_the_owner_cancels_with_a_reason_and_tasks_vanish(browse: Open) -> None:
    """BPM-08."""
    teacher, head, owner = browse("teacher"), browse("school_head"), browse("iro_coordinator")
    key = work.asked(teacher)
    owner.get(f"/processes/{key}")
    assert owner.post(f"/processes/{key}/cancel", reason=" ").status_code == 422
    assert teacher.post(f"/processes/{key}/cancel", reason="x").status_code == 403
    assert owner.post(f"/processes/{key}/cancel", reason="Учитель уволился").status_code == 303
    assert work.tasks(head) == {}
    text = work.main_of(owner.get(f"/processes/{key}"))
    assert "отменён" in text
    assert "Учитель уволился" in text
    assert owner.post(f"/processes/{key}/cancel", reason="ещё раз").status_code == 409
    assert "Учитель уволился" in work.main_of(browse("auditor").get(f"/audit/{key}"))


def test_after_a_week_the_methodists_are_told(browse: Open) -> None:
    """The model's own timer: a notice with its bell, once."""
    teacher, head = browse("teacher"), browse("school_head")
    work.asked(teacher)
    work.complete(head, work.task(head, "Согласовать заявку"), "approve", password="demo")
    from app.engine.operations import fire_due

    clock.move(timedelta(days=7, minutes=1))
    fire_due()
    outbox.work_off()
    methodist = browse("iro_methodist")
    page = methodist.get("/notices")
    assert "Заявка ждёт ответа" in page.text
    assert 'aria-label="Отметить прочитанным: Заявка ждёт ответа"' in page.text
    assert page.text.count("Заявка ждёт ответа") == 2, "told once: its heading and its button"
