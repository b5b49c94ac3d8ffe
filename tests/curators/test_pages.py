"""Pages of curators and agreements over HTTP: lists, files, refusals that lose nothing, panels of a school."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Connection

from app.kernel.db import db
from app.people import memory
from tests.agreements.scenes import signed
from tests.web.browsing import Browser
from tests.web.conftest import connection, populated  # noqa: F401

from .scenes import appoint, pool_of, programme

pytestmark = pytest.mark.usefixtures("curated")


@pytest.fixture
def curated(connection: Connection) -> Iterator[dict[str, int]]:  # noqa: F811
    """A curator of lebedyan-1 and an agreement of lebedyan-3 with lebedyan-1."""
    with db.unit_of_work():
        programme("lebedyan-1")
        pool_of("iro_methodist2")
        keys = {
            "appointment": appoint("iro_methodist2", "lebedyan-1").key,
            "agreement": signed("lebedyan-3", "lebedyan-1").key,
        }
    memory.forget()
    yield keys
    memory.forget()


def sheet(app: Flask, login: str, path: str) -> list[list[object]]:
    """The rows of a list's Excel file."""
    answer = Browser(app, login).get(path)
    assert answer.status_code == 200
    (found,) = load_workbook(BytesIO(answer.data)).worksheets
    return [[cell.value for cell in row] for row in found.iter_rows()]


def test_lists_and_their_files_hold_the_same(app: Flask) -> None:
    page = Browser(app, "mms_methodist").get("/curators/")
    assert "СОШ № 1 Лебедянь" in page.text
    rows = sheet(app, "mms_methodist", "/curators/?format=xlsx")
    assert [row[0] for row in rows[1:]] == ["СОШ № 1 Лебедянь"]
    red = sheet(app, "mms_methodist", "/curators/red?format=xlsx")
    assert [row[0] for row in red[1:]] == ["Лебедянский район"]
    assert sheet(app, "mms_methodist2", "/curators/?format=xlsx")[1:] == []
    agreements = sheet(app, "municipal_coordinator", "/agreements/?municipality=lebedyan&format=xlsx")
    assert agreements[1][2] == "СОШ № 3 Лебедянь — СОШ № 1 Лебедянь"
    assert len(sheet(app, "iro_coordinator", "/curators/experts?format=xlsx")) > 1


def test_the_counter_of_agreements_says_whether_both_thresholds_are_met(app: Flask) -> None:
    text = Browser(app, "region_coordinator").get("/agreements/?group=shnor").text
    assert "Школ с соглашением: 1 из 1" in text
    assert "пороги не выполнены" in text
    assert "Школ с соглашением" not in Browser(app, "school_head").get("/agreements/").text


def test_a_replacement_without_a_reason_is_refused_and_with_one_accepted(app: Flask, curated: dict[str, int]) -> None:
    head, path = Browser(app, "school_head"), f"/curators/{curated['appointment']}"
    assert head.get(path).status_code == 200
    refused = head.post(f"{path}/replace", reason=" ")
    assert refused.status_code == 422
    assert "Напишите почему" in refused.text
    assert head.post(f"{path}/replace", reason="Не приезжает").status_code == 303
    again = head.post(f"{path}/replace", reason="Не приезжает")
    assert again.status_code == 422
    assert "О замене уже попросили" in again.text


def test_the_page_of_a_school_shows_curator_and_agreement(app: Flask, curated: dict[str, int]) -> None:
    text = Browser(app, "school_head").get("/schools/lebedyan-1").text
    assert f"/curators/{curated['appointment']}" in text
    assert f"/agreements/{curated['agreement']}" in text
