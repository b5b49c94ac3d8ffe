"""Organisations, people and roles from Excel: every row judged, the good ones taken once, nothing twice."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import Connection, event, text

from app.audit.operations import verify_everything
from app.jobs import working
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.people import import_sheet, operations, queries
from app.people.operations.importing import _one_by_one, _words, check_file, take_rows
from app.people.queries.cards import import_run
from tests.web.browsing import Browser, marked
from tests.web.conftest import Open

HEAD = ["Фамилия", "Имя", "Отчество", "Логин", "Должность", "Код организации", "Роль", "Эл. почта", "Телефон"]
PLACES = ["Код", "Название", "Краткое название", "Вид", "Входит в (код)", "Часовой пояс"]
GOOD = ["Белкина", "Яна", "Олеговна", "belkina", "учитель", "lebedyan-1", "Педагог", "b@example.org", 79001234567]
KOTOVA = ["котова", "анна", "", "lebedyan-1"]
SCHOOL = ["lebedyan-9", "МБОУ «СОШ № 9»", "СОШ № 9", "Школа", "lebedyan", ""]


def book(people: list[list[Any]], places: list[list[Any]] | None = None) -> bytes:
    """An Excel file."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Люди"
    for row in [HEAD, *people]:
        sheet.append(row)
    if places is not None:
        other = made.create_sheet("Организации")
        for row in [PLACES, *places]:
            other.append(row)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def upload(browser: Browser, content: bytes, name: str = "people.xlsx") -> tuple[str, str]:
    """Upload a file; address and page of its report."""
    answer = browser.post("/admin/people/import", file=(BytesIO(content), name))
    assert answer.status_code == 303, answer.text
    return answer.location, browser.get(answer.location).text


def take(browser: Browser, report: str) -> None:
    """Press «take over» and let the worker do it."""
    assert browser.post(f"{report}/take").status_code == 303
    work(browser)


def work(browser: Browser) -> None:
    """What the worker does."""
    with browser.client.application.app_context():
        working.work_off()
    db.forget()


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _count(connection: Connection, table: str = "account") -> int:
    return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.fixture
def admin(browse: Open) -> Browser:
    return browse("admin")


def test_schools_people_and_roles_are_taken_in_one_file(connection: Connection, admin: Browser) -> None:
    rows = [
        GOOD,
        ["Волков", "Ян", "Ильич", "", "директор", "lebedyan-9", "Руководитель ОО (директор)", "", ""],
        ["Волков", "Ян", "Ильич", "", "директор", "lebedyan-9", "teacher", "", ""],
    ]
    report, page = upload(admin, book(rows, [SCHOOL]))
    assert "Взять 4 строки" in page
    assert "Строки с ошибками" in page
    before = _count(connection)
    take(admin, report)
    assert _count(connection) == before + 2
    with db.unit_of_work():
        person = queries.actor_for("volkov.yai")
        assert person.name == "Волков Ян Ильич"
        assert sorted((held.role, held.organisation) for held in person.assignments) == [
            ("school_head", "lebedyan-9"),
            ("teacher", "lebedyan-9"),
        ]
        assert queries.organisation("lebedyan-9").path == ("region", "lebedyan", "lebedyan-9")
    assert "Файл берётся один раз" in admin.get(report).text


def test_nothing_is_imported_twice(connection: Connection, admin: Browser) -> None:
    nameless = ["Волков", "Ян", "Ильич", "", "учитель", "lebedyan-1", "Педагог", "", ""]
    content = book([GOOD, nameless], [SCHOOL])
    report, _page = upload(admin, content)
    take(admin, report)
    before = _count(connection), _count(connection, "organisation"), _count(connection, "role_assignment")
    answer = admin.post(f"{report}/take")
    assert "дважды ничего не вносится" in admin.get(answer.location).text
    again, page = upload(admin, content)
    assert "брать нечего" in page
    admin.post(f"{again}/take")
    work(admin)
    assert (_count(connection), _count(connection, "organisation"), _count(connection, "role_assignment")) == before


@pytest.mark.parametrize(
    "namesake", [("Котова", "Алла", "lebedyan-1"), ("Котова", "Анна", "lebedyan-2")], ids=["initials", "full name"]
)
def test_a_role_never_goes_to_the_namesake_of_another_file(admin: Browser, namesake: tuple[str, str, str]) -> None:
    last, first, place = namesake
    one, _page = upload(admin, book([[last, first, "", "", "учитель", place, "Педагог", "", ""]]))
    twice = [["Котова", "Анна", "", "", "учитель", "lebedyan-1", role, "", ""] for role in ("", "school_team_member")]
    two, _page = upload(admin, book(twice))
    take(admin, one)
    take(admin, two)
    with db.unit_of_work():
        person = queries.actor_for("kotova.a")
        assert person.name == f"{last} {first}"
        assert [(held.role, held.organisation) for held in person.assignments] == [("teacher", place)]


def test_every_mistake_is_named_by_sheet_row_and_column_and_the_good_rows_are_taken(
    connection: Connection, admin: Browser
) -> None:
    rows = [
        GOOD,
        ["", "Яна", "", "no-surname", "", "lebedyan-1", "", "", ""],
        ["Белкин", "Ян", "", "belkina", "", "lebedyan-1", "", "", ""],
        ["Котов", "Ян", "", "kotov", "", "nowhere", "", "", ""],
        ["Мышкин", "Ян", "", "myshkin", "", "lebedyan-1", "Волшебник", "", ""],
        ["Зайцев", "Ян", "", "zaycev", "", "lebedyan-1", "Руководитель МОУО", "", ""],
        ["Лосев", "Ян", "", "Лосев", "", "lebedyan-1", "", "not an address", ""],
    ]
    places = [["x-1", "Школа", "", "Школа", "", ""], ["x-2", "Ш", "", "Замок", "lebedyan", ""]]
    before = _count(connection)
    report, page = upload(admin, book(rows, places))
    with db.unit_of_work():
        found = {(p["sheet"], p["row"], p["column"]): p["message"] for p in _problems(report)}
    assert found == {
        ("Организации", 2, "E «Входит в (код)»"): "Выберите вышестоящую организацию.",
        ("Организации", 3, "D «Вид»"): "Такого вида организаций нет.",
        ("Люди", 3, "A «Фамилия»"): "Заполните это поле.",
        ("Люди", 4, "D «Логин»"): "Этот логин занят другим человеком.",
        ("Люди", 5, "F «Код организации»"): "Такой организации нет.",
        ("Люди", 6, "G «Роль»"): "Такой роли нет.",
        ("Люди", 7, "G «Роль»"): "В организации этого вида такой роли не бывает.",
        ("Люди", 8, "H «Эл. почта»"): found["Люди", 8, "H «Эл. почта»"],
    }
    assert "Взять 1 строку" in page
    sheet = load_workbook(BytesIO(admin.get(f"{report}?format=xlsx").data)).active
    assert sheet is not None
    assert sheet.max_row == 9
    take(admin, report)
    assert _count(connection) == before + 1


def _problems(report: str) -> list[dict[str, Any]]:
    return list(import_run(PLATFORM, int(report.rpartition("/")[2])).problems)


def test_a_coordinator_imports_for_the_own_municipality_only(browse: Open) -> None:
    rows = [GOOD, [*GOOD[:3], "belkina2", *GOOD[4:5], "gryazi-1", *GOOD[6:]]]
    report, _page = upload(browse("municipal_coordinator"), book(rows, [SCHOOL]))
    with db.unit_of_work():
        messages = [p["message"] for p in _problems(report)]
    assert messages == [
        "Организации добавляют только администраторы.",
        "Вы ведёте учётные записи только своей организации.",
    ]
    assert browse("mouo_head").get(report).status_code == 404
    assert browse("teacher").get(report).status_code == 403


def test_a_row_that_became_wrong_meanwhile_is_reported_and_the_rest_taken(admin: Browser) -> None:
    other = ["Волков", "Ян", "Ильич", "volkov", "учитель", "lebedyan-1", "Педагог", "", ""]
    report, _page = upload(admin, book([GOOD, other]))
    with db.unit_of_work():
        operations.create_person(PLATFORM, "belkina", last_name="Иная", first_name="Вера", organisation="lebedyan-1")
    answer = admin.post(f"{report}/take")
    work(admin)
    page = admin.get(answer.location).text
    assert "Этот логин занят." in page
    assert "Взята 1 строка." in page


def test_the_empty_file_can_be_imported_as_it_is(admin: Browser) -> None:
    content = admin.get("/admin/people/import/template").data
    names = [sheet.title for sheet in load_workbook(BytesIO(content)).worksheets]
    assert names == ["Организации", "Люди"]
    _report, page = upload(admin, content)
    assert "Взять 2 строки" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Выберите файл"),
        (b"not a workbook", "Файл не читается"),
        (book([]), "нет строк"),
    ],
)
def test_files_that_cannot_be_read_are_refused(admin: Browser, content: bytes, words: str) -> None:
    file = (BytesIO(content), "people.xlsx" if content else "")
    page = admin.post("/admin/people/import", file=file)
    assert page.status_code == 422
    assert marked(page.text, "file")
    assert words in page.text


def test_missing_columns_and_sheets_are_named(admin: Browser) -> None:
    made = Workbook()
    first = made.active
    assert first is not None
    first.append(["Фамилия", "Логин"])
    target = BytesIO()
    made.save(target)
    page = admin.post("/admin/people/import", file=(BytesIO(target.getvalue()), "people.xlsx"))
    assert "«Имя», «Код организации»" in page.text
    made.create_sheet("Ещё")
    target = BytesIO()
    made.save(target)
    page = admin.post("/admin/people/import", file=(BytesIO(target.getvalue()), "people.xlsx"))
    assert "«Организации», «Люди»" in page.text


def _rewritten(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same file with another first sheet."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            part = old.read(item)
            new.writestr(item.filename, change(part) if item.filename == "xl/worksheets/sheet1.xml" else part)
    return target.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda part: part[: len(part) // 2],
        lambda part: b'<!DOCTYPE x [<!ENTITY e "eee">]>' + part,
        lambda part: part.replace(b"<sheetData>", b'<sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
    ],
    ids=["cut off", "document type", "a text that is not there"],
)
def test_a_damaged_sheet_is_refused(admin: Browser, change: Callable[[bytes], bytes]) -> None:
    whole = book([GOOD])
    assert _rewritten(whole, change) != _rewritten(whole, bytes)
    page = admin.post("/admin/people/import", file=(BytesIO(_rewritten(whole, change)), "people.xlsx"))
    assert page.status_code == 422
    assert marked(page.text, "file")
    assert "Файл не читается" in page.text


def test_a_packed_bomb_is_not_unpacked(admin: Browser) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (import_sheet._UNPACKED_MEGABYTES * 1024 * 1024 + 1))
    page = admin.post("/admin/people/import", file=(BytesIO(target.getvalue()), "people.xlsx"))
    assert page.status_code == 422
    assert "слишком большой" in page.text


def test_three_thousand_rows_are_judged_at_once_and_cheaply_taken(
    app: Flask, connection: Connection, region: None
) -> None:
    rows = [["Иванова", f"Анна{n}", "Петровна", "", "учитель", "lebedyan-1", "Педагог", "", ""] for n in range(3000)]
    content = book(rows)
    with app.app_context(), db.unit_of_work():
        begun = time.monotonic()
        run = check_file(queries.actor_for("admin"), "big.xlsx", content)
        checked = time.monotonic() - begun
        assert (len(run.rows), run.problems, run.known) == (3000, [], 0)
        with counted() as statements:
            begun = time.monotonic()
            assert take_rows(queries.actor_for("admin"), run.rows[:200]) == []
            taken = time.monotonic() - begun
    print(f"3,000 rows: checked in {checked:.1f} s; {len(statements)} statements, {taken:.2f} s to take 200")
    assert checked < 20
    assert len(statements) <= 15
    with app.app_context(), db.unit_of_work():
        assert list(verify_everything()) == []


@pytest.mark.parametrize("login", ["admin", "municipal_coordinator"])
def test_rows_taken_together_are_what_single_rows_would_be(app: Flask, region: object, login: str) -> None:
    rows = [
        _row("person", "anna", role="teacher", last_name="Котова", first_name="Анна", position="учитель"),
        _row("role", "anna", role="school_team_member", whose=KOTOVA),
        _row("role", "anna", role="teacher", whose=KOTOVA),
        _row("role", "anna", role="school_head", whose=["котова", "алла", "", "lebedyan-1"]),
        _row("person", "anna", last_name="Иная", first_name="Анна"),
        _row("person", "UPPER", last_name="Иная", first_name="Анна"),
        _row("person", "far", place="nowhere", last_name="Иная", first_name="Анна"),
        _row("person", "magic", role="wizard", last_name="Иная", first_name="Анна"),
        _row("role", "nobody-there", role="teacher"),
        _row("person", "boris", last_name="Котов", first_name="Борис", email="b@example.org"),
    ]
    together, alone = [], []
    for found, way in ((together, take_rows), (alone, _alone)):
        with app.app_context(), db.unit_of_work(), db.session.begin_nested() as savepoint:
            refused = way(queries.actor_for(login), rows)
            found += [(row["login"], reason) for row, reason in refused]
            found += [_card(each) for each in ("anna", "boris")]
            savepoint.rollback()
    assert together == alone
    assert len(together) == 8


def _row(
    do: str, login: str, *, role: str = "", place: str = "lebedyan-1", whose: Sequence[str] = (), **values: str
) -> dict[str, Any]:
    facts = {**values, "organisation": place} if do == "person" else {}
    return {"do": do, "login": login, "role": role, "place": place, "values": facts, "whose": list(whose)}


def _alone(actor: Actor, rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """Every row by itself, by the verbs for one person."""
    return [(row, _words(error)) for row, error in _one_by_one(actor, rows)]


def _card(login: str) -> tuple[Any, ...]:
    """What a person's rows and record say, without keys and moments."""
    query = """
        SELECT p.last_name, p.first_name, p.position, p.email, p.organisation_code, p.version, a.active, a.locale,
            a.must_change_password, a.password_hash,
            (SELECT array_agg((r.role, r.organisation_code, r.acting, r.created_by)::text ORDER BY r.role)
             FROM role_assignment r WHERE r.person_id = p.id),
            (SELECT array_agg((e.seq, e.verb, e.details::text, e.entries::text)::text ORDER BY e.seq)
             FROM audit_event e WHERE e.subject_kind = 'person' AND e.subject_key = a.login)
        FROM person p JOIN account a ON a.person_id = p.id WHERE a.login = :login"""
    return tuple(db.session.execute(text(query), {"login": login}).one())
