"""The bell, the page of notices, the choice of mail, the administrator's pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Connection, text

from app.kernel import clock, outbox
from app.kernel.db import db
from app.notifications import operations
from app.notifications.operations import sweeping
from tests.inbox.work import main_of
from tests.web.conftest import Open, browse, connection, populated, region

__all__ = ["browse", "connection", "populated", "region"]


@pytest.fixture
def told(app: Flask, region: Connection) -> None:
    """A teacher and her head have been told two things."""
    with app.app_context(), db.unit_of_work():
        operations.notify(["teacher", "school_head"], "Новая задача", "Подпишите <b>задание</b>", link="/processes")
        operations.notify(["teacher"], "Просто новость")


@pytest.mark.usefixtures("told")
def test_the_bell_counts_what_is_new(browse: Open) -> None:
    teacher = browse("teacher")
    assert 'aria-label="2 новых уведомления"' in teacher.get("/notices").text
    assert 'aria-label="1 новое уведомление"' in browse("school_head").get("/notices").text
    assert 'aria-label="Уведомления"' in browse("teacher2").get("/notices").text
    assert "Уведомлений пока нет" in browse("teacher2").get("/notices").text


@pytest.mark.usefixtures("told")
def test_a_notice_leads_on_and_is_read_then(browse: Open) -> None:
    teacher = browse("teacher")
    page = teacher.get("/notices")
    assert "Подпишите &lt;b&gt;задание&lt;/b&gt;" in page.text
    keys = re.findall(r"/notices/(\d+)/read", page.text)
    assert len(keys) == 2
    answers = {teacher.post(f"/notices/{key}/read").location for key in keys}
    assert answers == {"/processes", "/notices"}
    assert "Новых уведомлений нет" in main_of(teacher.get("/notices?only=new"))
    assert browse("teacher2").post(f"/notices/{keys[0]}/read").status_code == 404


@pytest.mark.usefixtures("told")
def test_everything_is_read_at_once(browse: Open) -> None:
    teacher = browse("teacher")
    teacher.get("/notices")
    answer = teacher.post("/notices/read-all")
    assert "Прочитано 2 уведомления" in main_of(teacher.get(answer.location))


def test_a_link_never_leads_out_of_the_program(app: Flask, browse: Open) -> None:
    with app.app_context(), db.unit_of_work():
        operations.notify(["teacher"], "Проверка", link="https://evil.example")
    teacher = browse("teacher")
    key = re.search(r"/notices/(\d+)/read", teacher.get("/notices").text)
    assert key
    assert teacher.post(f"/notices/{key[1]}/read").location == "/notices"


def test_how_one_is_told_is_chosen_by_kind(app: Flask, browse: Open) -> None:
    teacher = browse("teacher")
    page = teacher.get("/notices/settings").text
    assert page.count('<option value="now" selected>') == 4
    wanted = {"mail-task": "never", "mail-deadline": "now", "mail-result": "digest", "mail-info": "never"}
    hours = {"quiet_from": "21", "quiet_to": "7", "digest_at": "9"}
    assert teacher.post("/notices/settings", **wanted, **hours, **{"program-task": "1"}).status_code == 303
    page = teacher.get("/notices/settings").text
    assert page.count('<option value="never" selected>') == 2
    assert page.count(" checked") == 1
    assert '<option value="21" selected>21:00' in page
    refused = teacher.post("/notices/settings", **{**wanted, **hours, "quiet_to": ""})
    assert refused.status_code == 422
    assert "Выберите оба часа" in refused.text
    assert teacher.post("/notices/settings", **{**wanted, **hours, "mail-task": "nonsense"}).status_code == 422
    with app.app_context(), db.unit_of_work():
        operations.notify(["teacher"], "Новая задача", kind="task")
        operations.notify(["teacher"], "Срок", kind="deadline")
    said = main_of(browse("admin").get("/admin/mail"))
    assert "Срок" in said
    assert "Новая задача" not in said


@pytest.mark.usefixtures("told")
def test_the_administrator_reads_kept_letters(browse: Open) -> None:
    admin = browse("admin")
    said = main_of(admin.get("/admin/mail?q=teacher&status=kept"))
    assert "Почтовый сервер не задан" in said
    assert "teacher@example.org" in said
    assert "school_head@example.org" not in said
    key = re.search(r'href="/admin/mail/(\d+)"', admin.get("/admin/mail?q=school_head").text)
    assert key
    page = admin.get(f"/admin/mail/{key[1]}")
    assert "Соколова Мария Александровна!" in page.text
    assert "Отправить ещё раз" not in page.text
    assert admin.post(f"/admin/mail/{key[1]}/send").status_code == 409
    assert admin.get("/admin/mail/1").status_code == 404
    book = load_workbook(BytesIO(admin.get("/admin/mail?format=xlsx", buffered=True).data))
    assert book.active.max_row == 4


@pytest.mark.usefixtures("told")
def test_a_kept_letter_can_be_sent_when_a_server_is_there(app: Flask, browse: Open) -> None:
    admin = browse("admin")
    key = re.search(r'href="/admin/mail/(\d+)"', admin.get("/admin/mail").text)
    assert key
    before = app.extensions["marshrut"]
    app.extensions["marshrut"] = replace(before, smtp_url="smtp://127.0.0.1:9")  # nobody listens there
    try:
        assert "Отправить ещё раз" in admin.get(f"/admin/mail/{key[1]}").text
        assert admin.post(f"/admin/mail/{key[1]}/send").status_code == 303
        with app.app_context():
            outbox.work_off()
        said = main_of(admin.get(f"/admin/mail/{key[1]}"))
    finally:
        app.extensions["marshrut"] = before
    assert "отправляется" in said
    assert "ConnectionRefusedError" in said
    assert "Попытки 1" in said


def test_a_link_that_opens_an_account_is_shown_only_where_nobody_sends_it(
    app: Flask, connection: Connection, browse: Open
) -> None:
    token, admin = "Zr5-" * 11, browse("admin")
    with app.app_context(), db.unit_of_work():
        operations.write_to("teacher", "Приглашение", "Откройте ссылку", f"/welcome/{token}", "7")
    found = re.search(r'href="(/admin/mail/\d+)"', admin.get("/admin/mail").text)
    assert found
    assert f"/welcome/{token}" in admin.get(found[1]).text
    before = app.extensions["marshrut"]
    app.extensions["marshrut"] = replace(before, smtp_url="smtp://127.0.0.1:9")
    try:
        page = admin.get(found[1]).text
    finally:
        app.extensions["marshrut"] = before
    assert token not in page
    assert "/welcome/…" in page
    query = "SELECT actor, action FROM access_log WHERE object_kind = 'mail' AND object_key = :key"
    opened = connection.execute(text(query), {"key": found[1].rpartition("/")[2]})
    assert [tuple(row) for row in opened] == [("admin", "open")] * 2


@pytest.mark.usefixtures("told")
def test_a_letter_whose_text_was_deleted_says_so_and_is_not_sent_again(app: Flask, browse: Open) -> None:
    with app.app_context(), db.unit_of_work():
        assert sweeping.texts_of_old_letters(clock.now() + timedelta(days=1), 500)
    admin = browse("admin")
    key = re.search(r'href="/admin/mail/(\d+)"', admin.get("/admin/mail").text)
    assert key
    before = app.extensions["marshrut"]
    app.extensions["marshrut"] = replace(before, smtp_url="smtp://127.0.0.1:9")
    try:
        page = admin.get(f"/admin/mail/{key[1]}")
        assert "Текст удалён" in page.text
        assert "Отправить ещё раз" not in page.text
        assert admin.post(f"/admin/mail/{key[1]}/send").status_code == 409
    finally:
        app.extensions["marshrut"] = before
