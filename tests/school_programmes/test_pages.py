"""The list of programmes and the page of one, as people see them."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.school_programmes import operations, queries
from app.school_programmes.operations.reporting import Figures
from tests.web import conftest as web
from tests.web.conftest import Open

from .scenes import CONTENT, approved

connection = web.connection


@pytest.fixture
def programme(region: object) -> int:
    """A programme with two versions, a stage, one issued and one rejected recommendation, and the school's answer."""
    with db.unit_of_work():
        row = approved()
        figures = Figures(Decimal(90), Decimal("44.96"), "critical")
        operations.record_report(PLATFORM, row.key, 2026, "1", {"positive_changes": "Учителя работают вместе"}, figures)
        texts = ("Назначить наставников", "Закрыть школу")
        items = [{"direction": "управление", "recommendation": text, "due": "2026-10-30"} for text in texts]
        first, second = operations.draft_recommendations(PLATFORM, row.key, 2026, "1", items)
        decisions = {first.key: ("утвердить", None), second.key: ("отклонить", "Не относится к рискам")}
        operations.decide(PLATFORM, decisions, {"number": "3", "document_id": None})
        operations.acknowledge(PLATFORM, row.key, 2026, "1", "", {"school_response": "Введём наставничество"})
        operations.open_version(PLATFORM, row.key)
        operations.submit(PLATFORM, row.key, {**CONTENT, "goal": "Повысить мотивацию с наставниками"})
        operations.put_in_force(PLATFORM, row.key)
        approved("gryazi-1")
        return row.key


def test_leb_06_pages_show_stage_light_and_only_the_own_school(browse: Open, programme: int) -> None:
    page = browse("municipal_coordinator").get("/school-programmes/").get_data(as_text=True)
    assert "СОШ № 1" in page
    assert "критично" in page
    assert page.count('href="/school-programmes/2') == 1
    assert browse("school_head").get(f"/school-programmes/{programme}").status_code == 200
    assert browse("school_head2").get(f"/school-programmes/{programme}").status_code == 404
    assert browse("teacher").get("/school-programmes/").status_code == 404


def test_yar_10_the_page_shows_both_decisions_and_the_plan_of_correction(browse: Open, programme: int) -> None:
    page = browse("school_head").get(f"/school-programmes/{programme}").get_data(as_text=True)
    for text in ("Назначить наставников", "Закрыть школу", "отклонена", "Не относится к рискам", "протокол № 3"):
        assert text in page
    assert "Введём наставничество" in page
    assert "45,0 %" in page
    assert "Прекратить программу" not in page


def test_versions_stand_side_by_side(browse: Open, programme: int) -> None:
    head = browse("school_head")
    with db.unit_of_work():
        old, new = queries.versions(PLATFORM, programme)
    page = head.get(f"/school-programmes/{programme}?version={new.key}&beside={old.key}").get_data(as_text=True)
    assert "Повысить мотивацию с наставниками" in page
    assert "Повысить учебную мотивацию и результаты" in page
    assert head.get(f"/school-programmes/{programme}?version=1&beside=x").status_code == 200


def test_filters_and_excel(browse: Open, programme: int) -> None:
    region = browse("region_coordinator")
    page = region.get("/school-programmes/?light=critical&kind=arp&state=running").get_data(as_text=True)
    assert page.count('href="/school-programmes/2') == 1
    empty = region.get("/school-programmes/?state=overdue").get_data(as_text=True)
    assert "Программ не найдено" in empty
    content = region.get("/school-programmes/?format=xlsx").data
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert sheet.max_row == 3


def test_the_municipality_stops_a_programme(browse: Open, programme: int) -> None:
    coordinator = browse("municipal_coordinator")
    path = f"/school-programmes/{programme}/stop"
    assert coordinator.post(path, reason="нет").status_code == 422
    sent = coordinator.post(path, reason="Школа реорганизована, приказ № 5")
    assert sent.status_code == 303
    page = coordinator.get(f"/school-programmes/{programme}").get_data(as_text=True)
    assert "прекращена" in page, page[page.index("<main") :][:1800]
    assert "Школа реорганизована" in page


def test_a_school_s_page_shows_its_programme(browse: Open, programme: int) -> None:
    page = browse("school_head").get("/schools/lebedyan-1").get_data(as_text=True)
    assert f'href="/school-programmes/{programme}"' in page
    other = browse("school_head5").get("/schools/gryazi-2").get_data(as_text=True)
    assert "Программы ещё нет" in other
