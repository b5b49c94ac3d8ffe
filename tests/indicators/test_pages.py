"""The pages over HTTP, in the demo region."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.demo.indicators import load_indicators
from app.indicators import operations, queries
from app.indicators.models import Indicator, IndicatorSnapshot
from app.indicators.operations import loading
from app.indicators.rules import files
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid
from tests.indicators.factories import YEAR, context, definition, deploy_context_form
from tests.web.conftest import Open, browse, connection, populated, region  # noqa: F401

WHERE = f"organisation=lebedyan&year={YEAR}"


@pytest.fixture
def indicator(monday: datetime, region: object) -> None:  # noqa: F811
    """An indicator of all schools with one school counted, and one of the own files."""
    with db.unit_of_work():
        deploy_context_form()
        operations.save(PLATFORM, definition())
        context("lebedyan-1")


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def _form(**changes: str) -> dict[str, str]:
    return {
        "code": "N-1",
        "title": "Школы с паспортом",
        "unit": "%",
        "target": "30",
        "amber_share": "0,8",
        "period_kind": "year",
        "numerator_source": "record_school_context",
        "numerator_count": "distinct",
        "numerator_field": "organisation",
        "numerator_where_0_field": "students_total",
        "numerator_where_0_operator": "ge",
        "numerator_where_0_value": "50",
        "denominator_source": "organisations",
        "denominator_count": "distinct",
        "denominator_field": "itself",
        "denominator_where_0_field": "kind",
        "denominator_where_0_operator": "in",
        "denominator_where_0_value": "school; tutor_school",
        **changes,
    }


def test_the_list_shows_value_word_and_target(browse: Open, indicator: None) -> None:  # noqa: F811
    text = _text(browse("region_coordinator").get(f"/indicators/?{WHERE}").text)
    assert "Доля школ с паспортом" in text
    assert "50,0 %" in text
    assert "достигнут" in text
    assert "≥ 44" in text
    assert "1 из 2" in text
    assert "Показателей не найдено" in _text(browse("region_coordinator").get(f"/indicators/?{WHERE}&q=нет").text)


def test_every_number_opens_its_list(browse: Open, indicator: None) -> None:  # noqa: F811
    browser = browse("mouo_head")
    page = browser.get(f"/indicators/T-1?{WHERE}")
    links = re.findall(r'href="(/indicators/T-1/rows/[^"]+)"', page.text)
    assert len(links) == 3
    listed = _text(browser.get(links[0].replace("&amp;", "&")).text)
    assert "СОШ № 1 Лебедянь" in listed
    missing = _text(browser.get(links[2].replace("&amp;", "&")).text)
    assert "Не хватает" in missing
    assert "СОШ № 2 Лебедянь" in missing
    assert browser.get(f"/indicators/T-1/rows/secrets?{WHERE}").status_code == 404


def test_lists_go_to_excel(browse: Open, indicator: None) -> None:  # noqa: F811
    browser = browse("mouo_head")
    for path, expected in (
        (f"/indicators/?{WHERE}&format=xlsx", "Доля школ с паспортом"),
        (f"/indicators/T-1?{WHERE}&format=xlsx", "Лебедянский район"),
        (f"/indicators/T-1/rows/numerator?{WHERE}&format=xlsx", "СОШ № 1 Лебедянь"),
    ):
        book = load_workbook(BytesIO(browser.get(path).data))
        cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
        assert expected in cells, path


def test_a_definition_is_tried_before_it_is_saved(browse: Open, indicator: None) -> None:  # noqa: F811
    """The preview shows value and sentences and saves nothing; then it is saved, changed, and the difference shown."""
    browser = browse("region_coordinator")
    assert browser.get("/indicators/new").status_code == 200
    page = browser.post("/indicators/new", act="preview", **_form())
    text = _text(page.text)
    assert page.status_code == 200
    assert "Сейчас значение было бы таким" in text
    assert "16,7 %" in text  # one of the six schools of the region
    assert "не меньше «50»" in text
    with db.unit_of_work():
        assert db.session.get(Indicator, "N-1") is None
    saved = browser.post("/indicators/new", act="save", **_form())
    assert saved.status_code == 303, saved.text
    changed = browser.post("/indicators/N-1/edit", act="preview", base="1", **_form(target="40"))
    assert re.search(r"Цель ≥ 30 ≥ 40", _text(changed.text))
    browser.post("/indicators/N-1/edit", act="save", base="1", reason="приказ", **_form(target="40"))
    versions = _text(browser.get("/indicators/N-1/versions").text)
    assert "Версия 2" in versions
    assert "приказ" in versions


def test_two_people_change_one_indicator(browse: Open, indicator: None) -> None:  # noqa: F811
    first, second = browse("region_coordinator"), browse("iro_coordinator")
    form = {**_form(code="T-1"), "base": "1"}
    assert first.post("/indicators/T-1/edit", act="save", **form).status_code == 303
    refused = second.post("/indicators/T-1/edit", act="save", **{**form, "title": "Моё название"})
    assert refused.status_code == 409
    assert "Пока вы работали" in refused.text
    assert "Моё название" in refused.text
    with db.unit_of_work():
        assert db.session.get_one(Indicator, "T-1").version == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"numerator_where_0_value": "много"}, "сравнивают с числом"),
        ({"numerator_source": "organisations; --", "numerator_where_0_field": ""}, "нет"),
        ({"denominator_source": ""}, "нужен знаменатель"),
        ({"numerator_where_0_value": "{source: [", "numerator_where_0_operator": "in"}, "не удалось прочитать"),
        ({"code": "T-1"}, "уже есть"),
        ({"period_kind": "months", "period_first": "x"}, "указаны неверно"),
    ],
)
def test_what_is_wrong_is_shown_and_nothing_is_lost(
    browse: Open,  # noqa: F811
    indicator: None,
    changes: dict[str, str],
    words: str,
) -> None:
    page = browse("region_coordinator").post("/indicators/new", act="save", **_form(**changes))
    assert page.status_code in (409, 422)
    assert words in _text(page.text)
    assert 'value="Школы с паспортом"' in page.text


def test_the_lists_of_fields_follow_the_source(browse: Open, indicator: None) -> None:  # noqa: F811
    browser = browse("region_coordinator")
    part = browser.post("/indicators/new", act="refresh", headers={"HX-Request": "true"}, **_form())
    assert part.text.lstrip().startswith("<form")
    assert "<html" not in part.text
    assert 'value="students_total"' in part.text


def test_values_are_frozen_and_published(browse: Open, indicator: None) -> None:  # noqa: F811
    browser = browse("region_coordinator")
    assert browser.get(f"/indicators/freeze?{WHERE}").status_code == 200
    refused = browser.post("/indicators/freeze", organisation="lebedyan", year=str(YEAR), code="T-1", reason="")
    assert refused.status_code == 422
    sent: dict[str, Any] = {"organisation": "lebedyan", "year": str(YEAR), "code": "T-1", "stage": "Этап I"}
    done = browser.post("/indicators/freeze", reason="Отчёт", publish="1", **sent)
    assert done.status_code == 303
    with db.unit_of_work():
        key = db.session.scalars(select(IndicatorSnapshot.key)).one()
    assert "Этап I" in _text(browse("teacher").get("/indicators/frozen").text)
    shown = _text(browse("teacher").get(f"/indicators/frozen/{key}").text)
    assert "50,0 %" in shown
    assert "СОШ № 1 Лебедянь" not in shown
    assert "СОШ № 1 Лебедянь" in _text(browse("mouo_head").get(f"/indicators/frozen/{key}").text)
    assert browse("teacher").get("/indicators/").status_code == 404


def test_compute_anew_leaves_a_history(browse: Open, indicator: None) -> None:  # noqa: F811
    browser = browse("region_coordinator")
    done = browser.post("/indicators/T-1/recalculate", organisation="lebedyan", year=str(YEAR))
    assert done.status_code == 303
    page = _text(browser.get(f"/indicators/T-1?{WHERE}").text)
    assert "06.04.2026" in page
    assert "рассчитано" in _text(browser.get(f"/indicators/?{WHERE}").text)


def test_definitions_go_out_and_come_in(browse: Open, indicator: None) -> None:  # noqa: F811
    """YAML and Excel come back unchanged; broken rows are reported, good ones taken, once."""
    browser = browse("region_coordinator")
    yaml_file = browser.get("/indicators/definitions").data
    excel_file = browser.get("/indicators/definitions?format=xlsx").data
    for content, name in ((yaml_file, "показатели.yaml"), (excel_file, "показатели.xlsx")):
        sent = browser.client.post(
            "/indicators/import", data={"csrf_token": browser.token, "file": (BytesIO(content), name)}
        )
        assert sent.status_code == 303, sent.text
        assert "1 без изменений" in _text(browser.get(sent.location).text)
    good = {**definition(), "target": 60}
    broken = [{**definition(), "code": "B-1", "numerator": {"source": "нет"}}, {**definition(), "code": "T-1"}, {}]
    content = files.written([good, *broken]).encode()
    sent = browser.client.post(
        "/indicators/import", data={"csrf_token": browser.token, "file": (BytesIO(content), "новые.yaml")}
    )
    report = _text(browser.get(sent.location).text)
    assert "3 проблемы" in report or "3 замечания" in report or "3 ошибки" in report
    assert "Источника «нет» нет" in report
    assert "уже есть в строке 1" in report
    assert browser.post(f"{sent.location}/take").status_code == 303
    assert browser.post(f"{sent.location}/take").status_code == 409
    with db.unit_of_work():
        assert queries.indicator(PLATFORM, "T-1").definition.target == 60


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"indicators: &a [*a]", "a.yaml"),
        (b"a: &x [1]\nindicators: [*x, *x]", "b.yaml"),
        ("indicators: [" * 3000, "c.yaml"),
        (b"\xff\xfe\x00", "d.yaml"),
        (b"PK\x03\x04", "e.xlsx"),
        (b"", "f.yaml"),
        (b"indicators: 5", "g.yaml"),
        (b"!!python/object/apply:os.system [id]", "h.yaml"),
        (b"code,title", "i.csv"),
    ],
)
def test_hostile_files_are_refused(browse: Open, indicator: None, content: bytes | str, name: str) -> None:  # noqa: F811
    browser = browse("region_coordinator")
    body = content.encode() if isinstance(content, str) else content
    sent = browser.client.post("/indicators/import", data={"csrf_token": browser.token, "file": (BytesIO(body), name)})
    assert sent.status_code == 422
    with db.unit_of_work():
        assert [found.row.code for found in queries.indicators(PLATFORM)] == ["T-1"]


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(Invalid):
        files.read(b"x" * (files.MEGABYTES * 1024 * 1024 + 1), "j.yaml")
    with pytest.raises(Invalid):
        files.read(files.written([definition()] * (files.MOST + 1)).encode(), "k.yaml")


def test_the_own_definitions_are_loaded_once(monday: datetime, region: object) -> None:  # noqa: F811
    """What is there is loaded and computed, what waits for its source is named with the reason."""
    with db.unit_of_work():
        own = {str(data["code"]) for data in loading.own_definitions()}
        taken, refused = loading.load_own()
        found = {each.row.code for each in queries.indicators(PLATFORM)}
        assert taken == len(found)
        assert (found | set(refused), found & set(refused)) == (own, set())
        assert {"LEB-I-3", "LIP-I-3.2", "RMP-I-4", "YAR-I-3.2a"} <= found
        assert "event_registrations" in refused["LEB-I-2"]
        assert loading.load_own()[0] == 0
        lists = [queries.parts(PLATFORM, queries.line(PLATFORM, code, _owner(code), YEAR)) for code in sorted(found)]
        assert all(part.total == 0 or part.name for parts in lists for part in parts)


def _owner(code: str) -> str:
    return "lebedyan" if code.startswith("LEB") else "region"


def test_the_demo_computes_and_freezes(monday: datetime, region: object) -> None:  # noqa: F811
    load_indicators()
    with db.unit_of_work():
        copies = db.session.scalars(select(IndicatorSnapshot)).all()
        assert {copy.programme for copy in copies} == {"LIP-2018"}
        assert all(copy.published for copy in copies)
