"""Pages of programmes, as people see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.indicators import operations as indicators
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.people import memory
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.models import Occurrence, ProgrammeTarget
from app.programmes.rules.stages import Stage
from tests.conftest import MONDAY
from tests.programmes import scenes
from tests.web.browsing import Browser


@pytest.fixture
def ground(app: Flask, populated: Connection) -> Iterator[Flask]:
    """The demo region; everything a test does is undone."""
    savepoint = populated.begin_nested()
    db.bind(populated)
    memory.forget()
    with clock.frozen(MONDAY):
        try:
            yield app
        finally:
            db.bind(None)
            savepoint.rollback()
            memory.forget()


def load(name: str, login: str, place: str) -> None:
    with db.unit_of_work():
        operations.load_file(actor_for(login), name, organisation=place)


def test_lip_02_on_the_first_of_march(ground: Flask) -> None:
    load("lipetsk", "region_coordinator", "region")
    page = Browser(ground, "region_coordinator").get("/programmes/LIP-2018/roadmap?month=2018-03")
    text = page.text
    assert "8 мероприятий со сроком" in text
    dated, apart = text.split("В течение года, по графику, по запросам", 1)
    for number in ("1.1", "2.2", "3.1", "3.2", "3.3", "3.4", "6.1", "6.2"):
        assert f'LIP-2018:{number}"' in dated
    assert all(f'LIP-2018:{number}"' in apart for number in ("2.6", "2.7", "4.3", "4.4"))
    with db.unit_of_work():
        roadmap = queries.roadmap_of(queries.programme(actor_for("region_coordinator"), "LIP-2018").key)
        assert roadmap is not None
        rows, rest = queries.active_measures(roadmap.key, date(2018, 3, 1))
        assert [len(rows), len(rest)] == [8, 4]


def test_leb_02_the_passport(ground: Flask) -> None:
    load("lipetsk", "region_coordinator", "region")
    with db.unit_of_work():
        operations.set_state(actor_for("region_coordinator"), "LIP-2018", "active")
    load("lebedyan", "municipal_coordinator", "lebedyan")
    text = Browser(ground, "municipal_coordinator").get("/programmes/LEB-2018").text
    assert "Отдел образования администрации Лебедянского муниципального района" in text
    assert "МБУ КИРО и РО" in text
    assert text.count("<li>") >= 6
    assert text.count("≥ 44 %") == 4
    assert "≥ 30 %" in text
    assert "≥ 20 чел." in text
    with db.unit_of_work():
        found = queries.programme(actor_for("municipal_coordinator"), "LEB-2018")
        assert [len(found.tasks), len(found.targets)] == [6, 6]


def test_a_target_tells_nobody_numbers_that_are_kept_from_them(ground: Flask) -> None:
    """The size of the attestation base is the region's business: a passport tells it to no municipality."""
    base = {"source": "record_attestation_base_record", "count": "rows"}
    with db.unit_of_work():
        indicators.save(PLATFORM, {"code": "T-БАЗА", "title": "В базе", "unit": "шт.", "numerator": base})
        scenes.programme("РТСТ-2026", "lebedyan").targets = [
            ProgrammeTarget(key=next_key(), position=1, indicator="T-БАЗА", text="В базе", value=Decimal(5), unit="шт.")
        ]
    shown = Browser(ground, "region_coordinator").get("/programmes/РТСТ-2026").text
    assert "не достигнут" in shown
    kept = Browser(ground, "municipal_coordinator").get("/programmes/РТСТ-2026").text
    assert "≥ 5 шт." in kept
    assert "не достигнут" not in kept


def test_a_passport_names_indicators_that_its_keeper_sees(ground: Flask) -> None:
    base = {"source": "record_attestation_base_record", "count": "rows"}
    with db.unit_of_work():
        indicators.save(PLATFORM, {"code": "T-БАЗА", "title": "В базе", "unit": "шт.", "numerator": base})
        version = scenes.programme("РТСТ-2026", "lebedyan").version
    form = {"title": "Программа", "period_from": "2026-01-01", "period_to": "2026-12-31", "version": str(version)}
    browser = Browser(ground, "municipal_coordinator")
    for code in ("НЕТ-1", "T-БАЗА"):
        answer = browser.post("/programmes/РТСТ-2026/edit", **form, targets=f"{code}; 5; шт.; Цель")
        assert answer.status_code == 422
        assert f"Показателя «{code}» нет." in answer.text


def test_a_draft_is_seen_by_its_keepers_only(ground: Flask) -> None:
    load("sosva", "programme_coordinator", "lebedyan")
    assert Browser(ground, "municipal_coordinator").get("/programmes/SOS-2023").status_code == 200
    for login in ("municipal_coordinator2", "teacher", "school_head"):
        assert Browser(ground, login).get("/programmes/SOS-2023").status_code == 404


def test_import_over_the_page(ground: Flask) -> None:
    with db.unit_of_work():
        scenes.programme()
    browser = Browser(ground, "region_coordinator")
    content = (
        "roadmap:\n  sections:\n  - number: '1'\n    title: Раздел\n    measures:\n"
        "    - {number: '1', title: Первое, period: май, executors: ИРО}\n"
        "    - {number: '1', title: Второе, period: июнь, executors: ИРО}\n"
        "    - {number: '3', title: '', period: июнь}\n"
    )
    answer = browser.post("/programmes/ТСТ-2026/import", file=(BytesIO(content.encode()), "карта.yaml"))
    assert answer.status_code == 303
    report = browser.get(answer.location).text
    assert "Номер 1 встречается в дорожной карте не один раз" in report
    assert "Не указано мероприятие." in report
    assert "Взять 2 мероприятия" in report
    browser.post(f"{answer.location}/take")
    assert "Первое" in browser.get("/programmes/ТСТ-2026/roadmap").text


def test_stages_move_with_everything_that_depends_on_them(ground: Flask) -> None:
    with db.unit_of_work():
        found = scenes.programme()
        row = scenes.add_measure(found, period="июнь, ноябрь", process="school_monitoring")
        scenes.approved(found, row)
        operations.open_measure(row.row_key, 0)
        stages = [
            Stage(1, "I этап", date(2026, 6, 1), date(2026, 6, 30)),
            Stage(2, "II этап", date(2026, 11, 2), date(2026, 11, 30)),
        ]
        operations.set_calendar(
            actor_for("region_coordinator"), found.code, "school_monitoring", 2026, "Мониторинг", stages
        )
    browser, address = Browser(ground, "region_coordinator"), "/programmes/ТСТ-2026/stages/school_monitoring/2026"
    form = {"version": "1", "from_1": "2026-07-01", "to_1": "2026-07-31", "from_2": "2026-11-02", "to_2": "2026-11-30"}
    shown = browser.post(address, **form).text
    assert "30.06.2026" in shown
    assert "31.07.2026" in shown
    with db.unit_of_work():
        assert [each.opens_on.month for each in db.session.query(Occurrence).order_by(Occurrence.number)] == [6, 11]
    assert browser.post(address, confirm="1", **form).status_code == 422
    assert browser.post(address, confirm="1", reason="ГИА перенесена", **form).status_code == 303
    with db.unit_of_work():
        moved = db.session.query(Occurrence).order_by(Occurrence.number).first()
        assert moved is not None
        assert (moved.opens_on, moved.due_on, moved.planned_on) == (
            date(2026, 7, 1),
            date(2026, 7, 31),
            date(2026, 6, 1),
        )
        assert [each.state for each in moved.moves] == ["accepted"]
    assert "Версия 2" in browser.get(address).text
    assert browser.post(address, confirm="1", reason="Ещё раз", **form).status_code == 303


def test_the_next_year_and_the_comparison(ground: Flask) -> None:
    load("lipetsk", "region_coordinator", "region")
    browser = Browser(ground, "region_coordinator")
    assert browser.post("/programmes/LIP-2018/next", year="2019").status_code == 303
    with db.unit_of_work():
        found = queries.programme(actor_for("region_coordinator"), "LIP-2019")
        roadmap = queries.roadmap_of(found.key)
        assert roadmap is not None
        rows = queries.measures.measures_of(roadmap.key)
        assert (len(rows), rows[0].row_key, rows[0].carried_from) == (35, "LIP-2019:1.1", "LIP-2018:1.1")
    assert "перенесено с прошлого года" in browser.get("/programmes/LIP-2018/compare/LIP-2019").text
    assert browser.post("/programmes/LIP-2018/next", year="2019").status_code == 303


def test_sos_05_a_head_asks_for_a_seminar(ground: Flask) -> None:
    with db.unit_of_work():
        found = scenes.programme("РТСТ-2026", "lebedyan")
        row = scenes.add_measure(found, period="По запросам")
        scenes.approved(found, row)
        operations.open_measure(row.row_key, 0)
    browser = Browser(ground, "school_head")
    address = f"/programmes/measures/{row.row_key}"
    assert "Новый запрос" in browser.get(address).text
    assert browser.post(f"{address}/request", title="").status_code == 422
    assert browser.post(f"{address}/request", title="Семинар для команды").status_code == 303
    assert Browser(ground, "school_head2").get(address).status_code == 404


@pytest.mark.parametrize("year", ["0", "2025", "99999"])
def test_stages_of_a_year_outside_the_programme_are_refused(ground: Flask, year: str) -> None:
    with db.unit_of_work():
        scenes.programme()
    browser, form = Browser(ground, "region_coordinator"), {"code": "school_monitoring", "months": "6"}
    answer = browser.post("/programmes/ТСТ-2026/calendar", year=year, **form)
    assert answer.status_code == 303
    assert "Год лежит за пределами программы." in browser.get(answer.location).text
    assert browser.get(f"/programmes/ТСТ-2026/stages/school_monitoring/{'9' * 30}").status_code == 404
