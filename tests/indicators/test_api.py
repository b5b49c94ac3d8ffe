"""`/api/v1/indicators`: the same values and the same scope as on the pages."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.indicators import operations
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from tests.indicators.factories import YEAR, context, definition
from tests.web.browsing import Browser
from tests.web.conftest import Open, browse, connection, populated, region  # noqa: F401

ROOT = "/api/v1/indicators"


@pytest.fixture
def indicator(monday: datetime, region: object) -> None:  # noqa: F811
    with db.unit_of_work():
        operations.save(PLATFORM, definition())
        operations.save(PLATFORM, definition(code="T-2", organisation="gryazi"))
        context("lebedyan-1")


def _json(browser: Browser, path: str, status: int = 200) -> dict[str, object]:
    answer = browser.get(path)
    assert answer.status_code == status, answer.text
    found: dict[str, object] = answer.json
    return found


def test_definitions_and_values(browse: Open, indicator: None) -> None:  # noqa: F811
    browser = browse("mouo_head")
    items = _json(browser, ROOT)["items"]
    assert [item["code"] for item in items] == ["T-1"]  # type: ignore[index, union-attr]
    assert _json(browser, f"{ROOT}/T-1")["version"] == 1
    value = _json(browser, f"{ROOT}/T-1/value?organisation=lebedyan&year={YEAR}")
    assert (value["value"], value["shown"], value["state"]) == (50.0, "50,0", "reached")
    assert (value["numerator"], value["denominator"], value["period"]) == (1.0, 2.0, str(YEAR))
    stage = _json(browser, f"{ROOT}/T-1/value?organisation=lebedyan&year={YEAR}&from=2026-05-01&to=2026-04-01", 400)
    assert "to" in stage["errors"]  # type: ignore[operator]


def test_the_list_behind_a_number(browse: Open, indicator: None) -> None:  # noqa: F811
    found = _json(browse("mouo_head"), f"{ROOT}/T-1/rows/missing?organisation=lebedyan&year={YEAR}&limit=1")
    assert (found["total"], found["hidden"]) == (1, 0)
    assert [item["value"] for item in found["items"]] == ["lebedyan-2"]  # type: ignore[index, union-attr]


@pytest.mark.parametrize(
    "path",
    ["/T-2", "/T-2/value", "/T-1/value?organisation=gryazi", "/T-1/value?organisation=region", "/T-1/rows/все", "/НЕТ"],
)
def test_out_of_scope_is_not_found(browse: Open, indicator: None, path: str) -> None:  # noqa: F811
    _json(browse("mouo_head"), f"{ROOT}{path}", 404)


def test_freezing(browse: Open, indicator: None) -> None:  # noqa: F811
    body = {"organisation": "lebedyan", "year": YEAR, "reason": "Отчёт", "codes": ["T-1"]}
    browser = browse("region_coordinator")
    headers = {"X-CSRFToken": browser.token}
    made = browser.client.post(f"{ROOT}/snapshots", json=body, headers=headers)
    assert made.status_code == 201, made.text
    copy = made.json["items"][0]
    assert (copy["shown"], copy["reason"], copy["takenBy"]) == ("50,0", "Отчёт", "region_coordinator")
    assert isinstance(copy["snapshotKey"], str)
    listed = _json(browse("mouo_head"), f"{ROOT}/T-1/snapshots")
    assert listed["total"] == 1
    assert _json(browse("teacher"), f"{ROOT}/T-1/snapshots")["total"] == 0
    assert browser.client.post(f"{ROOT}/snapshots", json={**body, "reason": ""}, headers=headers).status_code == 400
    head = browse("school_head")
    refused = head.client.post(f"{ROOT}/snapshots", json=body, headers={"X-CSRFToken": head.token})
    assert refused.status_code == 404
