"""Roadmaps from files: the four of the documents, and files that are wrong."""

from __future__ import annotations

from collections import Counter
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.models import Measure, RoadmapImport, SupportProgramme
from app.programmes.operations.passports import Passport

pytestmark = pytest.mark.usefixtures("region")


def loaded(name: str, login: str, organisation: str) -> tuple[SupportProgramme, RoadmapImport, list[Measure]]:
    programme, run = operations.load_file(actor_for(login), name, organisation=organisation)
    roadmap = queries.roadmap_of(programme.key)
    assert roadmap is not None
    return programme, run, list(queries.measures.measures_of(roadmap.key))


def published_region() -> None:
    loaded("lipetsk", "region_coordinator", "region")
    operations.set_state(actor_for("region_coordinator"), "LIP-2018", "active")


@pytest.mark.parametrize(
    ("name", "login", "place", "sections"),
    [
        ("lipetsk", "region_coordinator", "region", [4, 7, 12, 5, 3, 4]),
        ("lebedyan", "municipal_coordinator", "lebedyan", [14, 4, 11, 2]),
        ("yaroslavl", "iro_coordinator", "region", [3, 5, 3, 4, 3]),
        ("sosva", "programme_coordinator", "lebedyan", [16]),
    ],
)
def test_row_counts_of_the_documents(name: str, login: str, place: str, sections: list[int]) -> None:
    if name == "lebedyan":
        published_region()
    _programme, run, measures = loaded(name, login, place)
    assert run.problems == []
    counted = Counter(each.section for each in measures)
    assert list(counted.values()) == sections
    assert all(each.title and each.period_text for each in measures)


def test_lip_01_measures_show_period_executors_and_process() -> None:
    _programme, run, measures = loaded("lipetsk", "region_coordinator", "region")
    assert (len(measures), run.warnings, run.problems) == (35, [], [])
    found = {each.number: each for each in measures}
    assert found["2.2"].period_text == "март, апрель, август, сентябрь, октябрь, ноябрь, декабрь"
    assert found["2.2"].months == [3, 4, 8, 9, 10, 11, 12]
    assert found["2.2"].executors == "ГАУДПО ЛО «ИРО», муниципальные координаторы"
    assert (found["1.1"].lead, found["1.1"].co) == ("region_coordinator", ["iro_coordinator"])
    assert all(each.process for each in measures)


def test_leb_01_texts_are_kept_without_invented_months() -> None:
    published_region()
    _programme, run, measures = loaded("lebedyan", "municipal_coordinator", "lebedyan")
    kept = {each.number: (each.period_text, each.period_kind, each.months) for each in measures}
    assert kept["1.12"] == ("по отдельному графику", "schedule", [])
    assert kept["1.13"] == ("в течение года", "year", [])
    assert kept["1.8"] == ("Январь 2018 г.", "months", [])
    assert next(each for each in measures if each.number == "1.8").windows == [{"from": "2018-01", "to": "2018-01"}]
    assert next(each for each in measures if each.number == "3.1").follows == "LIP-2018:2.2"
    assert run.problems == []


def test_yar_01_a_number_twice_is_two_rows_and_a_warning() -> None:
    _programme, run, measures = loaded("yaroslavl", "region_coordinator", "region")
    twice = [each for each in measures if each.number == "4.3"]
    assert [each.row_key for each in twice] == ["YAR-2022:4.3", "YAR-2022:4.3-2"]
    assert len({each.title for each in twice}) == 2
    warned = {(each["row"], each["message"]) for each in run.warnings}
    assert {row for row, text in warned if "4.3" in text} == {14, 15}
    first = next(each for each in measures if each.number == "1.3")
    assert "Обновленное положение" in first.result
    assert "План-график" in first.result


def test_sos_01_what_is_wrong_in_the_document_is_kept_and_told() -> None:
    programme, run, measures = loaded("sosva", "programme_coordinator", "lebedyan")
    assert [len(measures), len(programme.targets)] == [16, 11]
    warned = {each["row"] for each in run.warnings}
    assert warned == {9, 11, 14, 15}
    texts = {each["row"]: each["message"] for each in run.warnings}
    assert "15" in texts[11]
    assert "11" in texts[15]
    assert "31.12.2023" in texts[14]
    ninth = measures[8]
    assert (ninth.executors, ninth.lead, ninth.number) == ("", "", "9")
    assert measures[2].control_form == "Регистрационные списки, скриншоты, методические материалы"


def programme_of_2026() -> SupportProgramme:
    passport = Passport("TST-2026", "Проверка", "region", date(2026, 1, 1), date(2026, 12, 31))
    return operations.create_programme(actor_for("region_coordinator"), passport)


def as_yaml(*measures: Any) -> bytes:
    data = {"roadmap": {"title": "Карта", "sections": [{"number": "1", "title": "Раздел", "measures": list(measures)}]}}
    return yaml.safe_dump(data, allow_unicode=True).encode()


def row(number: str, **more: Any) -> dict[str, Any]:
    return {"number": number, "title": f"Мероприятие {number}", "period": "март", "executors": "ИРО", **more}


BROKEN = [
    (row("1", title=""), "наименование"),
    (row("1", months=[13], kind="months"), "1 до 12"),
    (row("1", period="март 2036 года"), "вне программы"),
    (row("1", windows=[{"from": "2026-13", "to": "2026-14"}]), "2026-04"),
    (row("1", follows="2"), "по кругу"),
    (row("1", thresholds=[{"code": "x"}]), "порог"),
    (row("1", roles="iro"), "список"),
    (row("1", surprise="?"), "surprise"),
    ("мероприятие", "number"),
]


@pytest.mark.parametrize(("broken", "_words"), BROKEN, ids=[words for _broken, words in BROKEN])
def test_a_broken_row_is_refused_and_the_good_ones_can_be_taken(broken: Any, _words: str) -> None:
    programme, actor = programme_of_2026(), actor_for("region_coordinator")
    good = [row("2", follows="1"), row("3")] if "follows" in broken else [row("2"), row("3")]
    content = as_yaml(good[0], broken, good[1])
    run = operations.upload_roadmap(actor, programme.code, "карта.yaml", content)
    assert [(each["row"], bool(each["message"])) for each in run.problems] == [(2, True)]
    assert operations.take_import(actor, programme.code, run.key) == 2
    with pytest.raises(Conflict):
        operations.take_import(actor, programme.code, run.key)


def test_nothing_is_taken_twice() -> None:
    programme, actor = programme_of_2026(), actor_for("region_coordinator")
    content = as_yaml(row("1"), row("2"))
    first = operations.upload_roadmap(actor, programme.code, "a.yaml", content)
    second = operations.upload_roadmap(actor, programme.code, "a.yaml", content)
    assert operations.take_import(actor, programme.code, first.key) == 2
    assert operations.take_import(actor, programme.code, second.key) == 0
    again = operations.upload_roadmap(actor, programme.code, "a.yaml", content)
    assert (again.rows, [each["row"] for each in again.problems]) == ([], [1, 2])


def test_a_doubled_key_and_a_left_out_number() -> None:
    programme, actor = programme_of_2026(), actor_for("region_coordinator")
    run = operations.upload_roadmap(
        actor, programme.code, "a.yaml", as_yaml(row("1", key="x"), row("2", key="x"), row("4"))
    )
    assert [each["row"] for each in run.problems] == [2]
    assert any(each["row"] == 3 and "3" in each["message"] for each in run.warnings)


def test_excel_with_sections_and_wrong_dates() -> None:
    programme, actor = programme_of_2026(), actor_for("region_coordinator")
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Дорожная карта"])
    sheet.append(["№ п/п", "Мероприятие", "Сроки", "Исполнители", "Ожидаемый результат", "Начало", "Окончание"])
    sheet.append(["1", "Условия"])
    sheet.append(["1.1", "Семинар", "апрель - май", "ИРО", "Проведён", None, None])
    sheet.append(["1.2", "Встреча", "12 мая", "УОиН, ИРО", "", "12.05.2026", "12.05.2026"])
    sheet.append(["1.3", "Опечатка", "май", "ИРО", "", "12.05.2062", "12.05.2062"])
    content = BytesIO()
    book.save(content)
    run = operations.upload_roadmap(actor, programme.code, "карта.xlsx", content.getvalue())
    assert [each["row"] for each in run.problems] == [6]
    assert (run.rows[0]["section"], run.rows[0]["kind"], run.rows[0]["months"]) == ("1", "window", [4, 5])
    assert run.rows[1]["windows"] == [{"from": "2026-05", "to": "2026-05"}]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: &x [1]\nb: *x", b"[]", b"roadmap: 1"])
def test_files_that_hold_no_roadmap(content: bytes) -> None:
    programme = programme_of_2026()
    with pytest.raises(Invalid):
        operations.upload_roadmap(actor_for("region_coordinator"), programme.code, "a.yaml", content)
    with pytest.raises(Invalid):
        operations.upload_roadmap(actor_for("region_coordinator"), programme.code, "a.pdf", content)


def test_who_may_load() -> None:
    programme = programme_of_2026()
    for login, refusal in (("municipal_coordinator", NotFound), ("region_head", Forbidden), ("teacher", NotFound)):
        with pytest.raises(refusal):
            operations.upload_roadmap(actor_for(login), programme.code, "a.yaml", as_yaml(row("1")))
