"""The register of schools and the page of a school, as people see them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.schools import operations
from app.schools.operations import approving, lists, results
from tests.processes.quality_scenes import results_file
from tests.web import conftest as web
from tests.web.conftest import Open

connection = web.connection


@pytest.fixture
def grouped(region: object) -> None:
    """Two schools of the risk zone, one of them in a project too."""
    with db.unit_of_work():
        for group, schools in (("risk_zone", ["lebedyan-1", "gryazi-1"]), ("p500_2022", ["lebedyan-1"])):
            operations.put_into_group(PLATFORM, group, schools, since=date(2026, 1, 1), reason="Приказ № 12")


def test_yar_02_the_register_counts_a_school_once(browse: Open, grouped: None) -> None:
    coordinator = browse("region_coordinator")
    page = coordinator.get("/schools/?group=risk_zone,p500_2022").get_data(as_text=True)
    assert "2 школы" in page
    assert page.count('href="/schools/lebedyan-1"') == 1
    assert "1 школа" in coordinator.get("/schools/?group=p500_2022").get_data(as_text=True)
    whole = coordinator.get("/schools/").get_data(as_text=True)
    assert "6 школ" in whole


def test_a_school_s_page_shows_its_groups_with_the_reason(browse: Open, grouped: None) -> None:
    page = browse("school_head").get("/schools/lebedyan-1").get_data(as_text=True)
    assert "Зона риска" in page
    assert "Приказ № 12" in page
    assert "Контекстных данных пока нет" in page


def test_each_sees_the_schools_in_scope(browse: Open, grouped: None) -> None:
    assert browse("school_head").get("/schools/gryazi-1").status_code == 404
    page = browse("municipal_coordinator").get("/schools/").get_data(as_text=True)
    assert "3 школы" in page
    assert "Гимназия № 3" not in page
    assert browse("municipal_coordinator").get("/schools/lebedyan-9").status_code == 404


def test_a_teacher_s_list_shows_the_decision_only(browse: Open, region: object) -> None:
    with db.unit_of_work():
        key = lists.open_list(PLATFORM, 2026, "region", "computed").key
        row = {"school_id": "lebedyan-1", "categories": ["shnor"], "included": True, "missing": ["результаты"]}
        lists.draft(PLATFORM, key, [{**row, "basis": "Низкие результаты"}], note="Результаты придут в мае")
        approving.approve(PLATFORM, key, {"number": "7", "date": "2026-02-10", "document_id": None})
    seen = {}
    for login in ("teacher", "school_head"):
        browser = browse(login)
        page = browser.get(f"/schools/lists/{key}").get_data(as_text=True)
        content = browser.get(f"/schools/lists/{key}?format=xlsx", buffered=True).data
        (head, first) = load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        assert "ШНОР" in page
        assert "ШНОР" in first
        grounds = ("Низкие результаты", "Результаты придут в мае", "Основание")
        seen[login] = (len(head), *(text in page for text in grounds), "Низкие результаты" in first)
    assert seen == {"teacher": (4, False, False, False, False), "school_head": (9, True, False, True, True)}


def test_a_long_file_of_results_goes_to_the_page_of_its_work(browse: Open, region: object) -> None:
    rows = [["lebedyan-1", f"предмет {number}", "ОГЭ", 2026, 9, 40, 3.1, 12, 35, 60] for number in range(201)]
    with db.unit_of_work():
        key = results.upload_results(PLATFORM, "результаты.xlsx", results_file(*rows)).key
    analyst = browse("cmoko_analyst")
    analyst.get(f"/schools/results/import/{key}")
    sent = analyst.post(f"/schools/results/import/{key}/take")
    page = analyst.get(sent.location).get_data(as_text=True)
    assert "Результаты оценочных процедур: результаты.xlsx" in page
    assert analyst.post(f"/schools/results/import/{key}/take").location == sent.location
