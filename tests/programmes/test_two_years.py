"""Two years of a programme: what is unfinished goes over by choice, plan and fact stand side by side."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

from flask import Flask
from openpyxl import load_workbook

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.models import ProgrammeTarget, SupportProgramme
from app.programmes.operations.passports import Passport
from tests.programmes import scenes
from tests.programmes.test_pages import ground
from tests.web.browsing import Browser

__all__ = ["ground"]
MEETINGS = {"code": "meetings", "label": "Проведено совещаний", "at_least": 3}


def two_years() -> SupportProgramme:
    """A year with a measure done, one done in part and one taken out; the next year as an empty draft."""
    found = scenes.programme()
    target = ProgrammeTarget(key=next_key(), position=1, indicator="НЕТ-1", text="Доля школ", value=Decimal(44))
    found.targets = [target]
    rows = [
        scenes.add_measure(found, number="1.1", title="Провести семинар", period="март"),
        scenes.add_measure(found, number="1.2", title="Провести совещания", period="апрель", thresholds=[MEETINGS]),
        scenes.add_measure(found, number="1.3", title="Провести конкурс", period="май"),
    ]
    scenes.approved(found, *rows)
    given = {"fact_date": clock.today().isoformat(), "reported_by": "iro_coordinator"}
    numbers = {"fact_values": [{"code": "meetings", "value": 2}]}
    for row, status, state in zip(rows, ("выполнено", "выполнено частично", ""), ("done", "partly", "cancelled"),
                                  strict=True):  # fmt: skip
        operations.open_measure(row.row_key, 1)
        if status:
            report = {**given, **numbers, "comment": "Третье отменено"}
            operations.accept_report(actor_for("region_coordinator"), f"{row.row_key}/1", status, report)
        operations.close_measure(row.row_key, state, "Третье отменено" if state == "partly" else "")
    passport = Passport("ТСТ-2027", "Проверочная программа", "region", date(2027, 1, 1), date(2027, 12, 31))
    return operations.create_programme(PLATFORM, passport)


def test_what_is_unfinished_is_shown_and_carried_over_once(ground: Flask) -> None:
    with db.unit_of_work():
        two_years()
    browser = Browser(ground, "region_coordinator")
    assert "Перенести с прошлого года: 1" in browser.get("/programmes/ТСТ-2027/roadmap").text
    page = browser.get("/programmes/ТСТ-2027/carry").text
    assert "Провести совещания" in page
    assert "Третье отменено" in page
    assert "Провести семинар" not in page
    assert "Провести конкурс" not in page
    assert browser.post("/programmes/ТСТ-2027/carry").status_code == 422
    for answer in (browser.post("/programmes/ТСТ-2027/carry", rows="ТСТ-2026:1.2") for _time in range(2)):
        assert answer.status_code == 303
    assert "Часть этих мероприятий уже перенесена" in browser.get(answer.location).text
    assert "Переносить нечего" in browser.get("/programmes/ТСТ-2027/carry").text
    with db.unit_of_work():
        roadmap = queries.roadmap_of(queries.programme(PLATFORM, "ТСТ-2027").key)
        assert roadmap is not None
        assert [(row.row_key, row.carried_from) for row in queries.measures.measures_of(roadmap.key)] == [
            ("ТСТ-2027:1.2", "ТСТ-2026:1.2")
        ]
        assert [each.title for each in operations.section_rows(roadmap)] == ["Раздел"]


def test_an_approved_roadmap_takes_nothing_over(ground: Flask) -> None:
    with db.unit_of_work():
        scenes.approved(two_years())
    browser = Browser(ground, "region_coordinator")
    assert "Дорожная карта утверждена" in browser.get("/programmes/ТСТ-2027/carry").text
    refused = browser.post("/programmes/ТСТ-2027/carry", rows="ТСТ-2026:1.2")
    assert "Дорожная карта утверждена" in browser.get(refused.location).text


def test_plan_fact_and_difference_of_both_years(ground: Flask) -> None:
    with db.unit_of_work():
        second = two_years()
        operations.carry_over(PLATFORM, second.code, ["ТСТ-2026:1.2"])
        target = ProgrammeTarget(key=next_key(), position=1, indicator="НЕТ-1", text="Доля школ", value=Decimal(50))
        second.targets = [target]
        roadmap = queries.roadmap_of(second.key)
        assert roadmap is not None
        (row,) = queries.measures.measures_of(roadmap.key)
        scenes.approved(second, row)
        operations.open_measure(row.row_key, 1)
        report = {"fact_date": "2027-04-06", "fact_values": [{"code": "meetings", "value": 3}]}
        operations.accept_report(actor_for("region_coordinator"), f"{row.row_key}/1", "выполнено", report)
    browser, address = Browser(ground, "region_coordinator"), "/programmes/ТСТ-2026/compare/ТСТ-2027"
    page = browser.get(address).text
    assert "Проведено совещаний" in page
    assert "перенесено с прошлого года" in page
    sheet = load_workbook(BytesIO(browser.get(f"{address}?format=xlsx").data)).worksheets[0]
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert head[4] == "ТСТ-2026: план"
    lines = {(row[1], row[2]): (*row[4:6], *row[7:9], row[10]) for row in rows}
    held, counted = "исполнения мероприятия", "Проведено совещаний"
    assert lines["Провести совещания", held] == (1, 0, 1, 1, 1)
    assert lines["Провести совещания", counted] == (3, 2, 3, 3, 1)
    assert lines["Провести семинар", held] == (1, 1, None, None, None)
    assert lines["Доля школ", "целевой показатель"] == (44, None, 50, None, None)
