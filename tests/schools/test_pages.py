"""The register of schools and the page of a school, as people see them."""

from __future__ import annotations

from datetime import date

import pytest

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.schools import operations
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
