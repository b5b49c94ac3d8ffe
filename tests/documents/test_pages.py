"""Pages of documents and records: what people see, what is recorded, what does not exist for them."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, text

from app.audit.models import AccessEntry
from app.documents import operations
from app.files import operations as files
from app.files import queries as file_queries
from app.forms import operations as forms
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from tests.web.conftest import Open

TEACHER = Actor("teacher", "Иванова Мария")
FORM = """{"id": "page_record", "title": "Запрос", "components": [
  {"type": "textfield", "id": "a", "key": "question", "label": "Вопрос"},
  {"type": "filepicker", "id": "f", "key": "files", "label": "Файлы"}]}"""


@pytest.fixture
def paper(app: Flask, region: object) -> int:
    """An order of the first school."""
    with app.app_context(), db.unit_of_work():
        done = operations.register_document(
            PLATFORM, kind="order", title="О курсах", data={"subject": "О курсах <b>"}, register="order",
            organisation="lebedyan-1", owner="teacher",
        )  # fmt: skip
    return int(done.document_id)


@pytest.fixture
def row(app: Flask, region: object) -> tuple[int, int]:
    """A request for consultation of the teacher in two versions, with a file: its id and the file's key."""
    with app.app_context(), db.unit_of_work():
        forms.deploy_form(FORM.encode(), 1)
        file = files.store_file(TEACHER, "a.pdf", io.BytesIO(b"%PDF-1.4"))
        data: dict[str, object] = {"question": "Как?", "files": [file_queries.reference(file)]}
        form = forms.queries.form_by("page_record").key
        first = operations.save_record(
            TEACHER, "consultation_request", "Запрос 1", data, organisation="lebedyan-1", owner="teacher", form_key=form
        )
        operations.save_record(
            TEACHER, "consultation_request", "Запрос 1", {**data, "question": "Как именно?"}, id=first.id
        )
    return first.id, file.key


def test_a_document_is_shown_as_it_was_frozen(browse: Open, paper: int) -> None:
    page = browse("school_head").get(f"/documents/{paper}")
    assert page.status_code == 200
    assert "О курсах &lt;b&gt;" in page.text
    assert "№ 1" in page.text
    assert "содержание не изменено" in page.text
    entries = list(db_rows())
    assert [(entry.actor, entry.action, entry.object_kind, entry.object_key) for entry in entries] == [
        ("school_head", "open", "document", str(paper))
    ]


def db_rows() -> list[AccessEntry]:
    """What the access log holds of opened documents and records."""
    with db.unit_of_work() as session:
        return list(session.scalars(select(AccessEntry).where(AccessEntry.action == "open")))


def test_reading_ones_own_document_is_not_recorded(browse: Open, paper: int) -> None:
    assert browse("teacher").get(f"/documents/{paper}").status_code == 200
    assert db_rows() == []


def test_a_document_that_was_tampered_with_says_so(browse: Open, paper: int) -> None:
    with db.unit_of_work() as session:
        session.execute(text("ALTER TABLE document DISABLE TRIGGER document_frozen"))
        session.execute(text("UPDATE document SET html = html || ' '"))
        session.execute(text("ALTER TABLE document ENABLE TRIGGER document_frozen"))
    assert "не то, что было подписано" in browse("teacher").get(f"/documents/{paper}").text


@pytest.mark.parametrize("login", ["teacher2", "school_head2", "mouo_head2", "juror", "designer"])
def test_what_is_out_of_scope_does_not_exist(browse: Open, paper: int, row: tuple[int, int], login: str) -> None:
    browser = browse(login)
    assert browser.get(f"/documents/{paper}").status_code == 404
    assert browser.get(f"/records/consultation_request/{row[0]}").status_code == 404
    assert browser.get(f"/records/consultation_request/{row[0]}/1").status_code == 404
    assert browser.get(f"/files/{row[1]}").status_code == 404
    assert "О курсах" not in browser.get("/documents").text
    assert "Запрос 1" not in browser.get("/records/consultation_request").text


def test_the_list_of_documents_and_its_export(browse: Open, paper: int) -> None:
    browser = browse("school_head")
    page = browser.get("/documents?q=курсах&kind=order&year=2026&sort=-number")
    assert "О курсах" in page.text
    assert "О курсах" not in browser.get("/documents?q=нет").text
    assert browser.get("/documents?year=99999999999&sort=x&page=x").status_code == 200
    book = load_workbook(io.BytesIO(browser.get("/documents?format=xlsx").data))
    assert "1" in [cell.value for cell in book.worksheets[0][2]]


def test_a_record_with_versions_changes_and_files(browse: Open, row: tuple[int, int]) -> None:
    head = browse("school_head")
    page = head.get(f"/records/consultation_request/{row[0]}")
    assert page.status_code == 200
    for words in ("Вопрос", "Как именно?", "Было", "Стало", "<del", "версия 1 от", f"/files/{row[1]}"):
        assert words in page.text, words
    old = head.get(f"/records/consultation_request/{row[0]}/1")
    assert "Как?" in old.text
    assert "Как именно?" not in old.text
    download = head.get(f"/files/{row[1]}")
    assert download.status_code == 200
    download.get_data()
    download.close()
    assert head.get(f"/records/order/{row[0]}").status_code == 404
    assert head.get(f"/records/consultation_request/{row[0]}/3").status_code == 404
    assert "Запрос 1" in head.get("/records/consultation_request").text


def test_a_role_that_sees_part_sees_only_that_part(app: Flask, browse: Open, region: object) -> None:
    with app.app_context(), db.unit_of_work():
        record = operations.save_record(
            PLATFORM, "certificate", "Удостоверение", {"number": "7", "hours": 72, "blank_number": "СЕКРЕТ"},
            organisation="lebedyan-1", owner="teacher",
        )  # fmt: skip
    page = browse("school_head").get(f"/records/certificate/{record.id}").text
    assert "только часть" in page
    assert "СЕКРЕТ" not in page
    assert "СЕКРЕТ" in browse("teacher").get(f"/records/certificate/{record.id}").text


def test_empty_lists_say_what_will_be_there(browse: Open, region: object) -> None:
    assert "Документов пока нет" in browse("teacher").get("/documents").text
    assert "Записей нет" in browse("teacher").get("/records/nothing_of_the_kind").text
