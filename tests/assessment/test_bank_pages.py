"""The pages of the banks: from an empty bank to a test, with a preview, a picture, a report and two people at once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from app.assessment.rules import workbook
from app.files import store
from tests.assessment.drafts import EVERY_KIND
from tests.assessment.test_import_items import GOOD, PNG, sheet
from tests.web.browsing import Browser, marked
from tests.web.conftest import Open, browse, connection, populated, region  # noqa: F401

BANK = "/tests/banks/ФИЗ"


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> None:
    store.use(tmp_path)


@pytest.fixture
def author(browse: Open) -> Browser:  # noqa: F811
    """A methodist with an empty bank."""
    found = browse("iro_methodist")
    answer = found.post("/tests/banks/new", code="ФИЗ", subject="физика", title="Физика")
    assert answer.status_code == 303
    return found


def single(**changes: object) -> dict[str, object]:
    """The form of a single choice."""
    form: dict[str, object] = {
        "topic": "Механика", "points": "1", "prompt": "Единица силы $F$?", "choice": ["ньютон", "джоуль", ""],
        "correct": "1", "action": "save",
    }  # fmt: skip
    return form | changes


def test_an_item_is_written_previewed_and_saved(author: Browser) -> None:
    page = author.post(f"{BANK}/new/single", **single(action="preview"))
    assert page.status_code == 200
    assert "<math" in page.text
    assert "верно" in page.text
    assert "Вопросов не найдено" in author.get(BANK).text  # a preview keeps nothing
    assert author.post(f"{BANK}/new/single", **single()).status_code == 303
    shown = author.get(f"{BANK}/items/0001").text
    assert "ньютон" in shown
    assert "Единица силы" in author.get(f"{BANK}?q=силы").text
    assert author.get(f"{BANK}?format=xlsx").data.startswith(b"PK")


def test_a_refused_form_keeps_what_was_written(author: Browser) -> None:
    page = author.post(f"{BANK}/new/single", **single(points="много", choice=["ньютон", "ньютон"]))
    assert page.status_code == 422
    assert marked(page.text, "points")
    assert "Такой вариант уже есть" in page.text
    assert 'value="много"' in page.text
    assert "Единица силы $F$?" in page.text
    assert 'value="1" aria-label="Вариант 1 верный" checked' in page.text


def test_more_rows_and_a_picture_on_the_way(author: Browser) -> None:
    page = author.post(f"{BANK}/new/single", **single(action="more", choice=["а", "б", "в", "г"]))
    assert page.text.count('name="choice"') == 8
    picture = {"picture": (BytesIO(PNG), "схема.png"), "alt": "схема опыта", "action": "picture"}
    page = author.post(f"{BANK}/new/single", **single(**picture))
    assert page.status_code == 200
    prompt = page.text.partition('name="prompt"')[2].partition("</textarea>")[0].partition(">")[2]
    assert "![схема опыта](file:" in prompt
    assert author.post(f"{BANK}/new/single", **single(prompt=prompt)).status_code == 303
    shown = author.get(f"{BANK}/items/0001").text
    address = shown.partition('class="item-picture" src="')[2].partition('"')[0]
    assert 'alt="схема опыта"' in shown
    assert author.get(address, buffered=True).data == PNG


def test_what_is_no_picture_is_refused_before_it_is_stored(author: Browser) -> None:
    for name, content, alt in (("a.png", b"<script>", "схема"), ("a.svg", b"<svg/>", "схема"), ("a.png", PNG, "")):
        picture = {"picture": (BytesIO(content), name), "alt": alt, "action": "picture"}
        assert author.post(f"{BANK}/new/single", **single(**picture)).status_code == 422
    assert list(store.blobs()) == []


def test_two_people_edit_one_item(author: Browser, browse: Open) -> None:  # noqa: F811
    author.post(f"{BANK}/new/single", **single())
    other = browse("programme_developer")
    assert 'name="version" value="1"' in other.get(f"{BANK}/items/0001/edit").text
    assert author.post(f"{BANK}/items/0001/edit", **single(points="2", version="1")).status_code == 303
    late = other.post(f"{BANK}/items/0001/edit", **single(points="3", version="1"))
    assert late.status_code == 409
    assert "изменил" in late.text
    assert 'value="3"' in late.text  # what the second one wrote is still there
    assert "версия 1" in author.get(f"{BANK}/items/0001").text


def test_a_file_is_checked_reported_and_taken(author: Browser) -> None:
    content = sheet(GOOD, (None, "", "число", 1, "Без темы", 4))
    answer = author.post(f"{BANK}/import", file=(BytesIO(content), "вопросы.xlsx"))
    assert answer.status_code == 303
    report = author.get(answer.location)
    assert "Можно загрузить 1 вопрос" in report.text
    assert "Укажите тему." in report.text
    assert author.post(f"{answer.location}/take").status_code == 303
    assert author.post(f"{answer.location}/take").status_code == 409
    assert "Сколько будет 2+2?" in author.get(BANK).text
    assert author.post(f"{BANK}/import", file=(BytesIO(b"x"), "a.exe")).status_code == 422
    assert author.post(f"{BANK}/import").status_code == 422


def test_export_and_template_are_files(author: Browser) -> None:
    author.post(f"{BANK}/new/single", **single())
    assert "ньютон" in author.get(f"{BANK}/export/gift").text
    assert author.get(f"{BANK}/export/xlsx").data.startswith(b"PK")
    assert author.get(f"{BANK}/export/pdf").status_code == 404
    assert author.get(f"{BANK}/import/template").data.startswith(b"PK")


def test_a_test_is_made_of_topics(author: Browser) -> None:
    page = author.get(f"{BANK}/tests/new")
    assert "В банке ещё нет вопросов" in page.text
    run = author.post(f"{BANK}/import", file=(BytesIO(workbook.write(EVERY_KIND)), "a.xlsx"))
    author.post(f"{run.location}/take")
    form = {"title": "Входной", "code": "Ф-1", "time_limit_min": "45", "active": "1"}
    topics = {"topic": ["Числа", "Методика", "Алгебра / группы"]}
    wrong = author.post(f"{BANK}/tests/new", **form, **topics, count=["9", "два", ""])
    assert wrong.status_code == 422
    assert "Нужно целое число." in wrong.text
    wrong = author.post(f"{BANK}/tests/new", **form, **topics, count=["9", "1", ""])
    assert "В теме вопросов: 3." in wrong.text
    made = author.post(f"{BANK}/tests/new", **form, **topics, count=["2", "1", ""])
    assert made.status_code == 303
    shown = author.get(made.location).text
    assert "Чтобы повторный вариант был другим, добавьте вопросы по темам: Числа." in shown
    edit = author.get(f"{BANK}/tests/Ф-1/edit").text
    assert edit.index('value="Числа"') < edit.index('value="Методика"') < edit.index('value="Алгебра / группы"')
    changed = author.post(
        f"{BANK}/tests/Ф-1/edit", title="Другой", time_limit_min="", version="1", **topics, count=["1", "1", ""]
    )
    assert changed.status_code == 303
    assert "не действует" in author.get(f"{BANK}/tests").text


def test_a_question_taken_out_of_use_stands_in_its_own_list(author: Browser) -> None:
    author.post(f"{BANK}/new/single", **single())
    assert author.post(f"{BANK}/items/0001/use", retired="1").status_code == 303
    assert "0001" not in author.get(BANK).text.partition("<tbody>")[2]
    assert "0001" in author.get(f"{BANK}?state=retired").text.partition("<tbody>")[2]
    author.post(f"{BANK}/items/0001/use", retired="0")
    assert "0001" in author.get(BANK).text.partition("<tbody>")[2]


def test_teachers_and_heads_find_no_banks(author: Browser, browse: Open) -> None:  # noqa: F811
    author.post(f"{BANK}/new/single", **single())
    for login in ("teacher", "school_head", "cmoko_analyst"):
        page = browse(login)
        assert "Банки вопросов" not in page.get("/profile").text
        for path in ("/tests/banks", BANK, f"{BANK}/items/0001", f"{BANK}/export/gift"):
            assert page.get(path).status_code == 404
