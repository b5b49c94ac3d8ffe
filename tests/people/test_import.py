"""People from Excel: every row reported, all or none."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Connection, text

from tests.web.browsing import Browser, marked
from tests.web.conftest import Open

HEAD = ["Фамилия", "Имя", "Отчество", "Логин", "Должность", "Код организации", "Роль", "Эл. почта", "Телефон"]
GOOD = ["Белкина", "Яна", "Олеговна", "belkina", "учитель", "lebedyan-1", "Педагог", "b@example.org", 79001234567]


@pytest.fixture
def admin(browse: Open) -> Browser:
    return browse("admin")


def _file(*rows: list[object], head: list[str] = HEAD) -> BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    target.seek(0)
    return target


def _count(connection: Connection) -> int:
    return connection.execute(text("SELECT count(*) FROM account")).scalar_one()


def test_all_rows_become_people_with_one_time_passwords(connection: Connection, admin: Browser, browse: Open) -> None:
    before = _count(connection)
    second = ["Волков", "Ян", "", "volkov", "учитель", "lebedyan-1", "teacher", "", ""]
    page = admin.post("/admin/people/import", file=(_file(GOOD, second), "people.xlsx"))
    assert page.status_code == 200
    assert "Добавлено 2 человека." in page.text
    assert _count(connection) == before + 2
    password = page.text.partition("belkina</td>")[2].partition("<code")[2].partition(">")[2].partition("<")[0]
    assert browse().sign_in("belkina", password).status_code == 303


def test_one_wrong_row_stops_all_and_every_row_is_reported(connection: Connection, admin: Browser) -> None:
    before = _count(connection)
    rows = [
        GOOD,
        ["", "Яна", "", "no-surname", "", "lebedyan-1", "", "", ""],
        ["Белкин", "Ян", "", "belkina", "", "lebedyan-1", "", "", ""],
        ["Котов", "Ян", "", "kotov", "", "nowhere", "", "", ""],
        ["Мышкин", "Ян", "", "myshkin", "", "lebedyan-1", "Волшебник", "", ""],
    ]
    page = admin.post("/admin/people/import", file=(_file(*rows), "people.xlsx"))
    assert page.status_code == 422
    for words in (
        "Ничего не загружено",
        "Фамилия: Заполните это поле.",
        "Логин: Этот логин занят.",
        "Код организации: Такой организации нет.",
        "Роль: Выберите из списка.",
        "ошибок нет",
    ):
        assert words in page.text
    assert _count(connection) == before


def test_the_empty_file_has_the_right_columns(admin: Browser) -> None:
    answer = admin.get("/admin/people/import/template")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == HEAD


def _bomb() -> BytesIO:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (40 * 1024 * 1024))
    target.seek(0)
    return target


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: BytesIO(b"PK not a zip"), "Это не файл Excel"),
        (lambda: BytesIO(b""), "Это не файл Excel"),
        (_bomb, "Файл слишком большой."),
        (lambda: _file(GOOD, head=["A", "B"]), "не хватает столбцов: Фамилия, Имя, Логин"),
    ],
)
def test_other_files_are_refused(admin: Browser, file: object, words: str) -> None:
    assert callable(file)
    page = admin.post("/admin/people/import", file=(file(), "people.xlsx"))
    assert page.status_code == 422
    assert marked(page.text, "file")
    assert words in page.text


def test_a_sheet_without_rows_is_refused(admin: Browser) -> None:
    page = admin.post("/admin/people/import", file=(_file(), "people.xlsx"))
    assert page.status_code == 422
    assert "В таблице нет строк." in page.text
