"""Pages of background work: progress, cancelling, repeating, exports of long lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.jobs import operations, working
from app.jobs.run import Run
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.web import excel
from tests.inbox.work import main_of
from tests.web.conftest import Open, browse, connection, populated, region

from .conftest import person

__all__ = ["browse", "connection", "populated", "region"]
Register = Callable[..., None]


def rows(run: Run) -> Iterator[None]:
    """Two rows, the second with a remark; it refuses when it is told to."""
    run.total = 2
    for number in range(run.done, 2):
        run.note(f"Лист «Люди», строка {number + 2}", "Нет такой школы.")
        run.done = number + 1
        yield
        if run.payload.get("refuse"):
            raise Invalid("Файл испорчен.")
    run.message = "Загружено 2 строки."


@pytest.fixture
def start(app: Flask, region: object, kind: Register) -> Callable[..., int]:
    """Start a job of the teacher."""
    kind("t.rows", rows)

    def started(**payload: object) -> int:
        with app.app_context(), db.unit_of_work():
            return operations.start(person("teacher"), "t.rows", payload, title="Люди из файла", link="/notices")

    return started


def work(app: Flask) -> None:
    """Let a worker do what waits."""
    with app.app_context():
        working.work_off()


def test_the_page_asks_for_progress_until_the_end(app: Flask, browse: Open, start: Callable[..., int]) -> None:
    teacher = browse("teacher")
    assert "Фоновых заданий пока не было" in main_of(teacher.get("/jobs"))
    key = start()
    page = teacher.get(f"/jobs/{key}")
    assert "ждёт очереди" in main_of(page)
    found = re.search(r'hx-get="([^"]+)" hx-trigger="load delay:1s"', page.text)
    assert found
    address = found[1].replace("&amp;", "&")
    part = teacher.get(address, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "HX-Refresh" not in part.headers
    work(app)
    part = teacher.get(address, headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    page = teacher.get(f"/jobs/{key}")
    said = main_of(page)
    assert "hx-get" not in page.text.partition("<main")[2]
    for words in ("готово", "2 из 2", "Загружено 2 строки.", "Лист «Люди», строка 3", "Нет такой школы."):
        assert words in said
    assert 'href="/notices"' in page.text
    book = load_workbook(BytesIO(teacher.get(f"/jobs/{key}?format=xlsx", buffered=True).data))
    assert [cell.value for cell in book.active[2]] == [1, "Лист «Люди», строка 2", "Нет такой школы."]
    assert "Люди из файла" in main_of(teacher.get("/jobs"))


def test_a_refused_job_says_why_and_can_be_repeated(app: Flask, browse: Open, start: Callable[..., int]) -> None:
    teacher, key = browse("teacher"), start(refuse=True)
    work(app)
    page = teacher.get(f"/jobs/{key}")
    assert "Файл испорчен." in main_of(page)
    assert "Повторить" in page.text
    assert teacher.post(f"/jobs/{key}/retry").status_code == 303
    assert teacher.post(f"/jobs/{key}/retry").status_code == 409
    assert teacher.post(f"/jobs/{key}/cancel").status_code == 303
    assert "остановлено" in main_of(teacher.get(f"/jobs/{key}"))


def test_administrators_see_that_work_runs_but_not_what_it_says(
    app: Flask, browse: Open, start: Callable[..., int]
) -> None:
    key = start()
    work(app)
    admin = browse("admin")
    assert "Иванова Марина Петровна" in main_of(admin.get("/admin/jobs?state=done&kind=t.rows"))
    assert "Иванова" not in main_of(admin.get("/admin/jobs?state=failed"))
    said = main_of(admin.get(f"/jobs/{key}"))
    assert "готово" in said
    assert "Нет такой школы." not in said
    assert "Люди из файла" not in said
    assert load_workbook(BytesIO(admin.get("/admin/jobs?format=xlsx", buffered=True).data)).active.max_row == 2
    assert browse("school_head").get(f"/jobs/{key}").status_code == 404


def test_a_long_list_is_exported_by_a_worker(app: Flask, browse: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = browse("admin")
    whole = load_workbook(BytesIO(admin.get("/admin/people?format=xlsx", buffered=True).data)).active
    assert whole.max_row > 4
    monkeypatch.setattr(excel, "LARGE", 3)
    first = admin.get("/admin/people?format=xlsx&sort=-name")
    again = admin.get("/admin/people?format=xlsx&sort=-name")
    assert (first.status_code, first.location) == (303, again.location)
    work(app)
    page = admin.get(first.location)
    assert "Файл готов." in main_of(page)
    link = re.search(r'href="(/files/\d+)"', page.text)
    assert link
    made = load_workbook(BytesIO(admin.get(link[1], buffered=True).data)).active
    assert made.max_row == whole.max_row
    assert made.cell(1, 1).value == whole.cell(1, 1).value
    assert browse("teacher").get(link[1]).status_code == 404


def test_an_export_that_is_forbidden_by_now_is_refused(app: Flask, browse: Open) -> None:
    with app.app_context(), db.unit_of_work():
        key = operations.start(person("teacher"), "export", {"path": "/admin/people?format=xlsx"}, title="Люди")
    work(app)
    said = main_of(browse("teacher").get(f"/jobs/{key}"))
    assert "не получилось" in said
    assert "Файлы" not in said
