"""The pages over HTTP, in the demo region: sheets of codes, questionnaires without login, hidden groups, tables."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.kernel.db import db
from app.monitoring.models import MonitoringSchool
from app.monitoring.operations import municipal, questionnaires, windows
from app.web.redaction import without_secrets
from tests.web.conftest import Open, browse, connection, populated, region  # noqa: F401

from . import building


@pytest.fixture
def school(monday: datetime, region: object) -> MonitoringSchool:  # noqa: F811
    """lebedyan-1 in stage I with a class of six pupils and twenty parents."""
    with db.unit_of_work():
        building.deploy_questionnaires()
        of = building.only_school(building.open_round("lebedyan-1"))
        building.classes(of, ("7А", 6, 20))
        return of


def codes_of(page: str) -> list[str]:
    """Codes as they stand on a sheet."""
    return re.findall(r"\b(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}\b", page)


def filled_in(page: str) -> dict[str, str]:
    """The best answer to every question of a questionnaire."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ('type="radio"' in tag or 'type="hidden"' in tag) and name[1] != "csrf_token":
            found[name[1]] = value[1]
    return found


def test_a_pupil_answers_without_login_and_once(browse: Open, school: MonitoringSchool) -> None:  # noqa: F811
    head = browse("school_head")
    assert "Сделать лист" in head.get(f"/monitoring/schools/{school.key}").text
    sheet = head.post(f"/monitoring/schools/{school.key}/sheets", audience="pupil", class_name="7А")
    codes = codes_of(sheet.text)
    assert len(set(codes)) == 6
    assert sheet.text.count('class="segno"') == 6
    assert codes[0] not in head.get(f"/monitoring/schools/{school.key}").text
    pupil = browse()
    assert "Код с листа" in pupil.get("/monitoring/q").text
    typed = pupil.post("/monitoring/q", code=codes[0].lower())
    assert typed.status_code == 303
    page = pupil.get(typed.location)
    assert "Удовлетворённость" in page.text
    assert "Мотивы" not in page.text
    answers = filled_in(page.text)
    left = {name: value for name, value in answers.items() if not name.endswith("overall")}
    refused = pupil.post(typed.location, **left)
    assert refused.status_code == 422
    assert "Всё, что вы отметили, сохранилось" in refused.text
    assert refused.text.count(" checked") >= 11
    assert "Спасибо за ответы" in pupil.post(typed.location, **answers).text
    again = pupil.post(typed.location, **answers)
    assert again.status_code == 410
    assert "уже ответили" in again.text
    with db.unit_of_work():
        assert windows.answered(windows.participation(school.key)) == {"pupil": 1}


def test_wrong_codes_are_counted_and_stopped(browse: Open, school: MonitoringSchool) -> None:  # noqa: F811
    guest = browse()
    guest.get("/monitoring/q")
    wrong = "A" * questionnaires.LENGTH
    for _ in range(questionnaires.MOST_MISSES):
        assert guest.post("/monitoring/q", code=wrong).status_code == 404
    stopped = guest.get(f"/monitoring/q/{wrong}")
    assert stopped.status_code == 429
    assert "Подождите десять минут" in stopped.text


def test_after_the_window_the_page_is_kind(browse: Open, school: MonitoringSchool) -> None:  # noqa: F811
    page = browse("school_head").post(f"/monitoring/schools/{school.key}/sheets", audience="pupil", class_name="7А")
    with db.unit_of_work():
        windows.close_window(windows.participation(school.key))
    closed = browse().get(f"/monitoring/q/{codes_of(page.text)[0]}")
    assert closed.status_code == 410
    assert "Анкета закрыта" in closed.text


def test_nobody_reads_what_is_written_without_a_name(browse: Open, school: MonitoringSchool) -> None:  # noqa: F811
    with db.unit_of_work():
        of = windows.participation(school.key)
        for audience, size in (("pupil", 6), ("parent", 4)):
            codes = building.answer(of, "school_head", audience, "7А", [])
            for code in codes[:size]:
                text = "Сделайте уроки короче"
                questionnaires.answer(code, building.answers(audience, comment=text), "10.0.0.1")
        windows.close_window(of)
    for login in ("school_head", "municipal_coordinator", "iro_coordinator", "auditor"):
        page = browse(login).get(f"/monitoring/schools/{school.key}").text
        assert "уроки короче" not in page
        assert "Написано предложений: обучающиеся 6." in page


def test_lip_06_nobody_sees_three_parents(browse: Open, school: MonitoringSchool) -> None:  # noqa: F811
    with db.unit_of_work():
        of = windows.participation(school.key)
        building.answer(of, "school_head", "parent", "7А", [5, 5, 2])
        building.answer(of, "school_head", "pupil", "7А", [5, 5, 5, 5, 5])
        windows.close_window(of)
    for login in ("school_head", "municipal_coordinator", "iro_coordinator", "auditor"):
        reader = browse(login)
        page = reader.get(f"/monitoring/schools/{school.key}").text
        assert "менее 5 ответов" in page
        assert "низкий охват" in page
        book = load_workbook(BytesIO(reader.get(f"/monitoring/schools/{school.key}?format=xlsx").data))
        lines = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[1] == "Родители"]
        assert {row[3] for row in lines} == {"менее 5 ответов"}
        assert {row[5] for row in lines} == {None}
    together = browse("iro_coordinator").get(f"/monitoring/rounds/{school.round_key}?format=figures")
    cells = [row[1] for row in load_workbook(BytesIO(together.data)).worksheets[0].iter_rows(values_only=True)]
    assert "Обучающиеся" in cells


def test_the_round_shows_who_has_answered(browse: Open, school: MonitoringSchool) -> None:  # noqa: F811
    with db.unit_of_work():
        of = windows.participation(school.key)
        building.answer(of, "school_head", "pupil", "7А", [5, 4])
        building.judge(of, {"teacher": 2})
    page = browse("iro_coordinator").get(f"/monitoring/rounds/{school.round_key}").text
    assert "2 из 6" in page
    assert "Иванова" in browse("school_head").get(f"/monitoring/schools/{school.key}").text
    assert "Иванова" not in browse("iro_coordinator").get(f"/monitoring/schools/{school.key}").text
    assert "Этап I, апрель" in browse("school_head").get("/monitoring/").text
    assert "Этапов пока нет" in browse("school_head2").get("/monitoring/").text
    assert "Мониторинг школ" in browse("school_head").get("/schools/lebedyan-1").text


def test_the_municipal_table_on_the_page_and_in_excel(browse: Open, monday: datetime, region: object) -> None:  # noqa: F811
    with db.unit_of_work():
        of = building.municipal_round(4, 2026, "lebedyan", "gryazi", held_on=date(2026, 4, 1))
        for place in ("lebedyan", "gryazi"):
            municipal.save_rows(of, place, building.filled(4, MM_01={"value": "частично"}))
            municipal.record_check(of, place, building.checks(4))
            municipal.keep_score(of, place)
    region_page = browse("iro_coordinator").get("/monitoring/municipal/2026/4").text
    own_page = browse("municipal_coordinator").get("/monitoring/municipal/2026/4").text
    assert "Грязинский" in region_page
    assert "место 1" in region_page
    assert "6,5" in own_page
    assert "Грязинский" not in own_page
    assert "место" not in own_page
    assert browse("municipal_coordinator").get("/monitoring/municipal/2026/4/gryazi").status_code == 404
    card = browse("municipal_coordinator").get("/monitoring/municipal/2026/4/lebedyan").text
    assert "rayon.example/MM-02" in card
    book = load_workbook(BytesIO(browse("iro_coordinator").get("/monitoring/municipal/2026/4?format=xlsx").data))
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(lines) == 8
    assert set(lines[1][1:]) == {"частично"}


def test_a_code_stays_out_of_the_logs() -> None:
    code = "ABCDEFGHJKMNPQRS"
    assert code not in without_secrets(f"/monitoring/q/{code}?a=1")
    assert without_secrets("/monitoring/schools/123") == "/monitoring/schools/123"


def test_a_year_that_is_none_is_ignored(browse: Open, school: MonitoringSchool) -> None:  # noqa: F811
    assert browse("region_coordinator").get(f"/monitoring/?year={'9' * 30}").status_code == 200
