"""Lists: search, sorting, paging, Excel."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Connection, text

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people.operations import create_person
from app.web import excel
from app.web.listing import Column, Page

from .browsing import Browser
from .conftest import Open


@pytest.fixture
def admin(browse: Open) -> Browser:
    return browse("admin")


def test_a_long_list_is_paged_and_keeps_its_place(admin: Browser) -> None:
    first = admin.get("/admin/people?q=а&sort=-name").text
    assert "1–50 из" in first
    assert 'href="/admin/people?q=%D0%B0&amp;sort=-name&amp;page=2"' in first
    assert 'aria-sort="descending"' in first
    assert first.index("Шилова") < first.index("Фролова") < first.index("Соколова")
    second = admin.get("/admin/people?q=а&sort=-name&page=2").text
    assert 'aria-label="Страница 2"' in second
    assert "Авдеев" in second


@pytest.mark.parametrize(
    "query", ["page=0", "page=-3", "page=x", "page=99999999999999", "sort=password_hash", "sort=-", "format=exe"]
)
def test_nonsense_in_the_address_is_ignored(admin: Browser, query: str) -> None:
    assert admin.get(f"/admin/people?{query}").status_code == 200


@pytest.mark.parametrize("q", ["%", "_", "100%' OR 1=1 --", "\\", "<b>"])
def test_searches_are_taken_literally(admin: Browser, q: str) -> None:
    answer = admin.get("/admin/people", query_string={"q": q})
    assert answer.status_code == 200
    assert "Никого не найдено" in answer.text or q in ("_",)
    assert "<b>" not in answer.text


def test_the_search_takes_words_in_any_order(admin: Browser) -> None:
    assert "Иванова Марина Петровна" in admin.get("/admin/people?q=марина+иванова").text


def test_the_excel_file_holds_the_whole_filtered_list(connection: Connection, admin: Browser) -> None:
    answer = admin.get("/admin/people?q=учитель&format=xlsx")
    assert answer.mimetype == excel.MIME
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("Фамилия, имя, отчество", "Логин", "Должность")
    logins = {row[1] for row in rows[1:]}
    assert {"teacher", "teacher2", "rumo_member"} <= logins
    assert "admin" not in logins
    exported = connection.execute(text("SELECT actor FROM access_log WHERE action = 'export'")).scalars().all()
    assert exported == ["admin"]


def test_names_never_become_formulas(admin: Browser) -> None:
    with db.unit_of_work():
        create_person(PLATFORM, "evil", last_name='=HYPERLINK("http://x")', first_name="+1", organisation="iro")
    answer = admin.get("/admin/people?q=evil&format=xlsx")
    cell = load_workbook(BytesIO(answer.data)).active["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("=HYPERLINK")


def test_excel_cells_have_their_types(app: Flask) -> None:
    columns = [Column(str(n), f"c{n}", lambda row, n=n: row[n]) for n in range(6)]
    row = (1, Decimal("2.5"), date(2026, 4, 6), datetime(2026, 4, 6, 6, tzinfo=UTC), ["a", "b"], "bad\x00sign")
    with app.test_request_context():
        data = excel.workbook("A/B: список", columns, [row])
    sheet = load_workbook(BytesIO(data)).active
    assert [cell.value for cell in sheet[2]] == [
        1,
        2.5,
        datetime(2026, 4, 6),
        datetime(2026, 4, 6, 9),
        "a, b",
        "bad sign",
    ]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F2"


@pytest.mark.parametrize(
    ("number", "total", "expected"),
    [(1, 0, [1]), (1, 120, [1, 2, 3]), (5, 500, [1, None, 4, 5, 6, None, 10]), (10, 500, [1, None, 9, 10])],
)
def test_page_numbers_have_gaps(number: int, total: int, expected: list[int | None]) -> None:
    assert Page([], number, 50, total).numbers == expected
