"""Items from Excel, GIFT and archives: every bad row named by its cell, the good ones taken, nothing twice."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment.models import Item, ItemBank, ItemVersion
from app.assessment.operations import banks, exporting, importing
from app.assessment.queries import banks as queries
from app.assessment.rules import checking, excel, workbook
from app.assessment.rules.drafts import Draft, draft_of, tidy
from app.assessment.rules.items import NUMERIC
from app.audit.models import AccessEntry
from app.files import queries as files
from app.files import store
from app.kernel.errors import Conflict, Forbidden, Invalid
from tests.assessment.conftest import AUTHOR, READER
from tests.assessment.drafts import EVERY_KIND, any_drafts, sound

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082".replace(" ", "")
)


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> None:
    store.use(tmp_path)


def sheet(*rows: Sequence[object], title: str = "Вопросы", head: Sequence[str] | None = None) -> bytes:
    """An Excel file with a head and rows."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    page.append(list(head or excel.head(3, 2)))
    for row in rows:
        page.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def packed(**members: bytes) -> bytes:
    """A ZIP archive; `__` in names is a dot, `___` a slash."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("___", "/").replace("__", "."), content)
    return target.getvalue()


GOOD = (None, "Числа", "число", 1, "Сколько будет 2+2?", 4, None, None)


@pytest.mark.parametrize("draft", EVERY_KIND, ids=[draft.code for draft in EVERY_KIND])
def test_every_kind_comes_back_from_excel_as_it_was(draft: Draft) -> None:
    (row,) = excel.read(workbook.write([tidy(draft)]), "a.xlsx").rows
    assert checking.checked(row.draft) == checking.checked(draft)
    assert row.draft.code == draft.code


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.lists(any_drafts(), min_size=1, max_size=8))
def test_any_items_come_back_from_excel_as_they_were(drafts: list[Draft]) -> None:
    assume(all(sound(draft) for draft in drafts))
    said = [checking.checked(draft)[0] for draft in drafts]
    written = workbook.write([draft_of(content, "") for content in said if content is not None])
    reading = excel.read(written, "a.xlsx")
    assert reading.problems == []
    assert [checking.checked(row.draft)[0] for row in reading.rows] == said


def test_the_template_is_read_and_its_examples_are_sound() -> None:
    assert excel.read(workbook.template(), "Шаблон.xlsx").rows == []
    for draft in workbook.EXAMPLES:
        assert checking.checked(draft)[1] == {}


def test_bad_rows_are_named_by_sheet_row_and_column(bank: ItemBank) -> None:
    content = sheet(
        GOOD,
        (None, "", "число", 1, "Без темы", 4),
        (None, "Числа", "эссе", 1, "Вид?", 4),
        (None, "Числа", "один ответ", 1, "Номера?", 1.3, None, None, "а", "б"),
        (None, "Числа", "один ответ", 1, "Пустой вариант", 1, None, None, "а", None, "б"),
        (None, "Числа", "число", "сто", "Баллы?", 4),
        (None, "Числа", "число", 1, "Формула $\\frac{1$", 4),
        (None, "Числа", "число", 1, "Ответ?", "четыре"),
        GOOD,
        (),
        (None, "Числа", "порядок", 1, "По порядку", 1, None, None, "а", "б"),
        (None, "Числа", "соответствие", 1, "Пары", None, None, "по-своему", "а", "б", None, "1", "2"),
    )
    run = importing.upload_items(AUTHOR, "МАТ", "файл.xlsx", content)
    assert [(problem["sheet"], problem["row"], problem["column"]) for problem in run.problems] == [
        ("Вопросы", 3, "B"),
        ("Вопросы", 4, "C"),
        ("Вопросы", 5, "F"),
        ("Вопросы", 6, "J"),
        ("Вопросы", 7, "D"),
        ("Вопросы", 8, "E"),
        ("Вопросы", 9, "F"),
        ("Вопросы", 10, "E"),
        ("Вопросы", 12, "F"),
        ("Вопросы", 13, "H"),
    ]
    assert all(problem["message"] for problem in run.problems)
    assert [row["row"] for row in run.rows] == [2]
    assert queries.topics(bank.key) == []  # nothing is in the bank before it is taken
    assert importing.take_items(AUTHOR, "МАТ", run.key).taken_count == 1
    assert queries.item(bank.key, "0001").kind == NUMERIC


def test_a_file_is_taken_once_and_its_copy_adds_nothing(bank: ItemBank, work: Session) -> None:
    content = workbook.write(EVERY_KIND)
    first = importing.upload_items(AUTHOR, "МАТ", "a.xlsx", content)
    second = importing.upload_items(AUTHOR, "МАТ", "b.xlsx", content)  # checked before the first was taken
    assert importing.take_items(AUTHOR, "МАТ", first.key).taken_count == len(EVERY_KIND)
    with pytest.raises(Conflict):
        importing.take_items(AUTHOR, "МАТ", first.key)
    assert importing.take_items(AUTHOR, "МАТ", second.key).taken_count == 0
    third = importing.upload_items(AUTHOR, "МАТ", "c.xlsx", content)
    assert (third.rows, third.problems, third.same) == ([], [], len(EVERY_KIND))
    count = select(func.count()).select_from(ItemVersion)
    assert work.scalar(count) == len(EVERY_KIND)


def test_items_without_codes_are_numbered_and_not_doubled(bank: ItemBank, work: Session) -> None:
    nameless = [replace(draft, code="") for draft in EVERY_KIND]
    for _time in range(2):
        run = importing.upload_items(AUTHOR, "МАТ", "a.xlsx", workbook.write(nameless))
        importing.take_items(AUTHOR, "МАТ", run.key)
    codes = work.scalars(select(Item.code).where(Item.bank_key == bank.key).order_by(Item.code)).all()
    assert codes == [f"{number:04d}" for number in range(1, len(EVERY_KIND) + 1)]


def test_a_known_code_changes_its_item(bank: ItemBank) -> None:
    banks.save_item(AUTHOR, "МАТ", EVERY_KIND[3])
    run = importing.upload_items(AUTHOR, "МАТ", "a.xlsx", workbook.write([replace(EVERY_KIND[3], value="1.5")]))
    assert [row["does"] for row in run.rows] == ["change"]
    importing.take_items(AUTHOR, "МАТ", run.key)
    item = queries.item(bank.key, "А-1")
    assert (item.version, item.body["answer"]["value"]) == (2, "1.5")
    assert [said.version for said in queries.versions(item.key)] == [2, 1]


def test_the_same_row_or_code_twice_in_one_file_is_reported(bank: ItemBank) -> None:
    same = ("К-1", *GOOD[1:])
    run = importing.upload_items(AUTHOR, "МАТ", "a.xlsx", sheet(same, ("К-1", *GOOD[1:5], 5), ("К-2", *GOOD[1:])))
    assert [row["row"] for row in run.rows] == [2]
    assert [(problem["row"], problem["column"]) for problem in run.problems] == [(3, "A"), (4, "E")]


def test_excel_dates_unknown_columns_and_other_sheets(bank: ItemBank) -> None:
    from datetime import date

    head = ["Тема", "Вид", "Вопрос", "Правильный ответ", "Заметки"]
    run = importing.upload_items(
        AUTHOR, "МАТ", "a.xlsx", sheet(("Числа", "число", "Дробь?", date(2026, 2, 1), "моё"), head=head)
    )
    assert [(problem["row"], problem["column"], problem["note"]) for problem in run.problems] == [
        (1, "E", True), (2, "D", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b"PK"),
        ("a.xlsx", b"no excel"),
        ("a.xlsx", sheet(head=["Логин", "Баллы"])),
        ("a.xlsx", sheet()),
        ("a.zip", b"PK\x03\x04broken"),
        ("a.zip", packed(a__png=PNG)),
        ("a.zip", packed(a__xlsx=sheet(GOOD), b__gift=b"2+2{#4}")),
        ("a.zip", packed(a__xlsx=b"broken")),
        ("a.gift", b"\x00\x01"),
        ("a.gift", b"   \n\n"),
        ("a.txt", b"x" * (26 * 1024 * 1024)),
    ],
)
def test_files_that_cannot_be_read_are_refused_as_a_whole(bank: ItemBank, name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        importing.upload_items(AUTHOR, "МАТ", name, content)
    assert "file" in refusal.value.errors


def test_a_bomb_of_an_archive_is_refused(bank: ItemBank) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gift", b" " * (90 * 1024 * 1024))
    with pytest.raises(Invalid):
        importing.upload_items(AUTHOR, "МАТ", "a.zip", target.getvalue())


def test_gift_in_windows_letters_is_read_and_named_by_lines(bank: ItemBank) -> None:
    run = importing.upload_items(AUTHOR, "МАТ", "a.txt", "Сколько?{#4}\n\nЭссе{}\n".encode("cp1251"))
    assert [(row["row"], row["topic"]) for row in run.rows] == [(1, "Без темы")]
    assert [(problem["sheet"], problem["row"]) for problem in run.problems] == [("GIFT", 3)]


WITH_PICTURE = ("Р-1", "Геометрия", "один ответ", 1, "Что это? ![квадрат](фигуры/Квадрат 1.png)", 1, None, None,
                "квадрат", "![круг](круг.png)")  # fmt: skip


def _archive() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("вопросы.xlsx", sheet(WITH_PICTURE))
        archive.writestr("фигуры/квадрат 1.png", PNG)
        archive.writestr("круг.png", PNG + b"\0")
        archive.writestr("__MACOSX/._вопросы.xlsx", b"")
    return target.getvalue()


@pytest.mark.parametrize("form", exporting.FORMATS)
def test_pictures_come_in_and_go_out_with_their_items(bank: ItemBank, work: Session, form: str) -> None:
    run = importing.upload_items(AUTHOR, "МАТ", "a.zip", _archive())
    assert run.problems == []
    importing.take_items(AUTHOR, "МАТ", run.key)
    item = queries.item(bank.key, "Р-1")
    keys = banks.picture_keys(item.body)
    assert len(keys) == 2
    assert set(files.readable(READER, keys)) == keys  # who reads the bank sees its pictures
    made = exporting.export_bank(AUTHOR, "МАТ", form)
    assert made.name == "МАТ.zip"
    again = importing.upload_items(AUTHOR, "МАТ", made.name, made.content)
    assert (again.rows, again.problems, again.same) == ([], [], 1)
    entries = work.scalars(select(AccessEntry).where(AccessEntry.action == "export")).all()
    assert [entry.object_key for entry in entries] == [f"МАТ.{form}"]


def test_pictures_that_are_missing_or_none_are_named(bank: ItemBank) -> None:
    run = importing.upload_items(AUTHOR, "МАТ", "a.xlsx", sheet(WITH_PICTURE))
    assert [(problem["row"], problem["column"]) for problem in run.problems] == [(2, "E"), (2, "J")]
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("вопросы.xlsx", sheet(WITH_PICTURE))
        archive.writestr("квадрат 1.png", b"<script>")
        archive.writestr("круг.png", PNG)
    run = importing.upload_items(AUTHOR, "МАТ", "a.zip", target.getvalue())
    assert [(problem["row"], problem["column"]) for problem in run.problems] == [(2, "E")]
    assert run.rows == []


def test_a_file_of_somebody_else_is_no_picture_of_mine(bank: ItemBank) -> None:
    from app.files import operations as uploads
    from app.kernel.actor import Actor

    secret = uploads.store_file(Actor("teacher", "Иванова"), "тайна.png", BytesIO(PNG))
    row = ("Р-2", "Геометрия", "число", 1, f"![чужое](file:{secret.key})", 1)
    run = importing.upload_items(AUTHOR, "МАТ", "a.xlsx", sheet(row))
    assert [(problem["row"], problem["column"]) for problem in run.problems] == [(2, "E")]


@pytest.mark.parametrize("form", exporting.FORMATS)
def test_an_exported_bank_comes_back_whole(bank: ItemBank, form: str) -> None:
    for draft in EVERY_KIND:
        banks.save_item(AUTHOR, "МАТ", draft)
    made = exporting.export_bank(AUTHOR, "МАТ", form)
    banks.create_bank(AUTHOR, "КОПИЯ", "математика", "Копия")
    run = importing.upload_items(AUTHOR, "КОПИЯ", made.name, made.content)
    assert run.problems == []
    importing.take_items(AUTHOR, "КОПИЯ", run.key)
    copy = queries.bank(AUTHOR, "КОПИЯ")
    for draft in EVERY_KIND:
        before, after = queries.item(bank.key, draft.code), queries.item(copy.key, draft.code)
        assert (before.topic, before.kind, before.points, before.body) == (
            after.topic, after.kind, after.points, after.body,
        )  # fmt: skip


def test_readers_neither_load_nor_take_out(bank: ItemBank) -> None:
    for call in (
        lambda: importing.upload_items(READER, "МАТ", "a.xlsx", sheet(GOOD)),
        lambda: exporting.export_bank(READER, "МАТ", "gift"),
    ):
        with pytest.raises(Forbidden):
            call()
