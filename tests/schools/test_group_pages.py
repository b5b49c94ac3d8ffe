"""Pages of groups of schools: who is in since when, adding and taking out with a reason, a school counted once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.schools import operations, queries
from app.schools.models import SchoolMembership
from tests.web import conftest as web
from tests.web.conftest import Open

connection = web.connection
SINCE = {"since": "2026-01-01", "reason": "Приказ № 12"}


@pytest.fixture
def grouped(region: object) -> None:
    """A school of the risk zone that is in a project too, and one of another municipality."""
    with db.unit_of_work() as session:
        session.execute(delete(SchoolMembership))  # whatever the demo region says of itself
        for group, schools in (("risk_zone", ["lebedyan-1", "gryazi-1"]), ("p500_2022", ["lebedyan-1"])):
            operations.put_into_group(PLATFORM, group, schools, since=date(2026, 1, 1), reason="Приказ № 12")


def test_yar_02_two_groups_of_one_school_are_one_school(browse: Open, grouped: None) -> None:
    page = browse("region_coordinator").get("/schools/groups").text
    assert "<strong>2 школы</strong> сегодня в группах" in page
    near = browse("municipal_coordinator").get("/schools/groups").text
    assert "<strong>1 школа</strong> сегодня в группах" in near
    members = browse("municipal_coordinator").get("/schools/groups/risk_zone").text
    assert "500+ 2022" in members
    assert "Гимназия" not in members
    assert "Добавить школы" not in members


def test_the_coordinator_adds_and_takes_out_with_a_reason(browse: Open, grouped: None) -> None:
    coordinator = browse("region_coordinator")
    coordinator.get("/schools/groups/risk_zone")
    refused = coordinator.post("/schools/groups/risk_zone/add", schools="lebedyan-2", since="2026-01-01", reason=" ")
    assert refused.status_code == 422
    assert "Напишите почему." in refused.text
    assert coordinator.post("/schools/groups/risk_zone/add", **SINCE).status_code == 422
    assert coordinator.post("/schools/groups/risk_zone/add", schools="lebedyan-2", **SINCE).status_code == 303
    assert "СОШ № 2 Лебедянь" in coordinator.get("/schools/groups/risk_zone").text
    out = {"school": "lebedyan-2", "last_day": "2026-02-01"}
    refused = coordinator.post("/schools/groups/risk_zone/take-out", **out, end_reason="")
    assert (refused.status_code, "Напишите почему." in refused.text) == (422, True)
    done = coordinator.post("/schools/groups/risk_zone/take-out", **out, end_reason="Результаты выросли")
    assert done.status_code == 303
    with db.unit_of_work():
        assert "lebedyan-2" not in queries.schools_in(["risk_zone"])
    today, all_times = ("/schools/groups/risk_zone", "/schools/groups/risk_zone?times=all")
    assert "Результаты выросли" not in coordinator.get(today).text
    assert "вышла: Результаты выросли" in coordinator.get(all_times).text


def test_a_school_that_comes_later_is_taken_out_from_its_first_day_on(browse: Open, grouped: None) -> None:
    coordinator, page = browse("region_coordinator"), "/schools/groups/risk_zone"
    coordinator.get(page)
    later = {"since": "2030-09-01", "reason": "Приказ № 12"}
    assert coordinator.post(f"{page}/add", schools="lebedyan-2", **later).status_code == 303
    assert 'name="last_day" value="2030-09-01"' in coordinator.get(page).text
    out = {"school": "lebedyan-2", "last_day": "2030-08-31", "end_reason": "Внесена по ошибке"}
    refused = coordinator.post(f"{page}/take-out", **out)
    assert (refused.status_code, "Последний день раньше первого." in refused.text) == (422, True)
    assert "Внесена по ошибке" in refused.text
    assert coordinator.post(f"{page}/take-out", **out | {"last_day": "2030-09-01"}).status_code == 303


def test_a_group_is_made_once_and_wrong_input_stays_in_the_form(browse: Open, region: object) -> None:
    coordinator = browse("region_coordinator")
    coordinator.get("/schools/groups")
    new = {"code": "plus28", "title": "«28+» школ", "kind": "list", "year": "2022"}
    assert coordinator.post("/schools/groups", **new).location == "/schools/groups/plus28"
    again = coordinator.post("/schools/groups", **new)
    assert again.status_code == 422
    assert "«28+» школ" in again.text
    assert coordinator.post("/schools/groups", **new | {"code": "28", "year": "22"}).status_code == 422
    assert browse("school_head").get("/schools/groups/nothing").status_code == 404
