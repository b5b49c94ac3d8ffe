"""Places by measures, who is waited for, reminders, plan and fact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from lxml import html
from lxml.html import HtmlElement
from sqlalchemy import Connection, select

from app.cockpit import operations, queries, rules
from app.cockpit.queries import Period
from app.indicators.operations import recalculate
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Forbidden
from app.notifications.models import Notice
from app.people.queries import actor_for
from tests.cockpit import building
from tests.cockpit.building import COMPLETED, LATE, OPEN, Built
from tests.conftest import MONDAY
from tests.inbox.conftest import deploy
from tests.indicators.factories import context, indicator, schools
from tests.web.conftest import Open

YEAR = Period("", "", date(2026, 1, 1), date(2026, 12, 31))
MAY = Period("2026-05", "май", date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def built(region: Connection) -> Iterator[Built]:
    """Two measures: schools of two municipalities report on the first, the second is ahead."""
    with clock.frozen(MONDAY):
        with db.unit_of_work():
            deploy()
            made = building.programme()
            first = building.measure(made, "1.1", (4, 5))
            building.measure(made, "1.2", (6,))
            works = [("lebedyan-1", COMPLETED), ("lebedyan-2", LATE), ("gryazi-1", COMPLETED), ("gryazi-2", COMPLETED)]
            building.run(first, works)
            building.run(first, [("gryazi-3", OPEN)], occurrence=2)
        yield made


def found(page: HtmlElement, path: str) -> list[str]:
    """Texts of elements."""
    elements: list[HtmlElement] = page.xpath(path)  # type: ignore[assignment]
    return [each.text_content().strip() for each in elements]


def _table(built: Built, login: str = "region_coordinator", period: Period = YEAR) -> queries.Matrix:
    return queries.matrix(actor_for(login), built.programme, built.roadmap, period)


def test_a_cell_counts_the_tasks_of_the_schools_of_its_municipality(built: Built) -> None:
    with db.unit_of_work():
        table = _table(built)
        late = table.at("lebedyan", "ЛИП:1.1")
        assert (late.state, late.finished, late.total, late.late) == (rules.LATE, 1, 2, 1)
        running = table.at("gryazi", "ЛИП:1.1")
        assert (running.state, running.finished, running.total) == (rules.RUNNING, 2, 3)
        assert table.at("gryazi", "ЛИП:1.2").state == rules.NOTHING
        assert table.at("region", "ЛИП:1.2").state == rules.RUNNING, "the measure's own occurrence"
        assert [place.code for place in table.places] == ["region", "gryazi", "lebedyan"]


@pytest.mark.parametrize(("login", "first"), [("region_coordinator", "ЛИП"), ("municipal_coordinator", "ЛЕБ")])
def test_a_reader_begins_with_the_programme_of_their_own_level(
    built: Built, browse: Open, login: str, first: str
) -> None:
    with db.unit_of_work():
        building.programme("ЛЕБ", organisation="lebedyan", kind="municipality")
        building.programme("А-ШКОЛА", organisation="lebedyan-1", kind="school")
    page = browse(login).get("/cockpit", follow_redirects=True)
    chosen = html.fromstring(page.text).xpath("//select[@id='code']/option[@selected]/@value")
    offered = html.fromstring(page.text).xpath("//select[@id='code']/option/@value")
    assert (chosen, sorted(offered)) == ([first], ["ЛЕБ", "ЛИП"])
    of_school = browse(login).get("/cockpit/А-ШКОЛА")
    assert html.fromstring(of_school.text).xpath("//select[@id='code']/option[@selected]/@value") == ["А-ШКОЛА"]


def test_a_period_shows_what_falls_into_it(built: Built) -> None:
    with db.unit_of_work():
        table = _table(built, period=MAY)
        assert table.at("gryazi", "ЛИП:1.1").total == 1
        assert table.at("lebedyan", "ЛИП:1.1").total == 0


def test_a_municipal_measure_that_follows_stands_in_the_regional_cell(built: Built) -> None:
    with db.unit_of_work():
        district = building.programme("ЛЕБ", organisation="lebedyan", kind="municipality")
        building.measure(district, "3.1", (6,), follows="ЛИП:1.2")
        cell = _table(built).at("lebedyan", "ЛИП:1.2")
        assert (cell.running, cell.state) == (1, rules.RUNNING)


def test_a_municipality_sees_its_own_row_only(built: Built, browse: Open) -> None:
    with db.unit_of_work():
        assert [place.code for place in _table(built, "municipal_coordinator").places] == ["lebedyan"]
        works, total = queries.works_at(actor_for("municipal_coordinator"), built.roadmap, YEAR)
        assert {work.place for work in works} == {"lebedyan-1", "lebedyan-2"}
        assert total == 2
    page = html.fromstring(browse("municipal_coordinator").get("/cockpit/ЛИП").text)
    assert found(page, "//table[contains(@class, 'pit')]//th[@scope='row']//a") == ["Лебедянский район"]


def test_of_closed_processes_neither_what_nor_who_is_told(built: Built, browse: Open) -> None:
    with db.unit_of_work():
        first = building.measure(built, "1.3", (4,))
        building.run(first, [("lebedyan-1", LATE)], login="teacher")
        (work,), _total = queries.works_at(actor_for("mouo_head"), built.roadmap, YEAR, measure=first.row_key)
        assert (work.readable, work.about, work.who) == (False, "", "")
        (work,), _total = queries.works_at(actor_for("region_coordinator"), built.roadmap, YEAR, measure=first.row_key)
        assert (work.readable, work.who) == (True, "teacher")
    page = browse("mouo_head").get(f"/cockpit/ЛИП/works?measure={first.row_key}").text
    assert "Задача закрытого для вас процесса" in page
    assert "Сдать отчёт" not in page


@pytest.mark.parametrize("login", ["teacher", "school_head", "course_leader"])
def test_for_others_there_is_no_cockpit(built: Built, browse: Open, login: str) -> None:
    assert browse(login).get("/cockpit").status_code == 404
    assert browse(login).get("/cockpit/ЛИП").status_code == 404


def test_a_cell_opens_the_tasks_behind_it(built: Built, browse: Open) -> None:
    browser = browse("region_coordinator")
    page = html.fromstring(browser.get("/cockpit/ЛИП").text)
    address = str(page.find_class("pit-late")[0][0].get("href"))
    tasks = html.fromstring(browser.get(address).text)
    assert found(tasks, "//td[@data-label='Организация']") == ["СОШ № 2 Лебедянь", "СОШ № 1 Лебедянь"]
    assert browser.get("/cockpit/ЛИП/works?place=nowhere").status_code == 404
    book = browser.get("/cockpit/ЛИП?format=xlsx")
    assert book.mimetype.endswith("spreadsheetml.sheet")


def test_all_who_are_late_are_reminded_once_a_day(built: Built, browse: Open) -> None:
    browser = browse("region_coordinator")
    browser.get("/cockpit/ЛИП")
    answer = browser.post("/cockpit/ЛИП/remind", period="")
    assert answer.status_code == 303
    with db.unit_of_work() as session:
        told = session.scalars(select(Notice).where(Notice.subject.contains("Сдать отчёт"))).all()
        assert len(told) == 1, "the head of the one late school"
        actor = actor_for("region_coordinator")
        again = operations.remind_late(actor, built.programme, built.roadmap, YEAR)
        assert (again.tasks, again.notices) == (1, 0)


def test_who_only_looks_reminds_nobody(built: Built) -> None:
    with db.unit_of_work(), pytest.raises(Forbidden):
        operations.remind_late(actor_for("auditor"), built.programme, built.roadmap, YEAR)


def test_plan_and_fact_stand_by_month(built: Built) -> None:
    with db.unit_of_work():
        occurrence = building.measure(built, "2.1", (2,)).occurrences[0]
        occurrence.status, occurrence.fact_on = "done", date(2026, 3, 2)
        db.session.flush()
        months = queries.pace(built.programme, built.roadmap)
    assert [month.planned for month in months[:6]] == [0, 1, 1, 2, 3, 4]
    assert [month.done for month in months[:5]] == [0, 0, 1, 1, None], "what is done in March; May has not begun"


def test_indicators_stand_with_plan_fact_and_where_they_began(built: Built, browse: Open) -> None:
    """A municipality reads its own values of the region's indicator."""
    with db.unit_of_work():
        row = indicator(programme="ЛИП", target=10)
        with clock.frozen(MONDAY - timedelta(days=30)):
            schools("lebedyan", 1)
            context("lebedyan-1")
            recalculate(row.code, 2026)
        context("lebedyan-2")
        context("gryazi-1")
        recalculate(row.code, 2026)
        own = queries.targets_of(actor_for("municipal_coordinator"), built.programme)
        assert [(each.line.organisation.code, each.line.figure.n) for each in own] == [("lebedyan", 2)]
        (whole,) = queries.targets_of(actor_for("region_coordinator"), built.programme)
        assert (whole.line.figure.n, whole.began.n if whole.began else None) == (3, 1)
        assert whole.began_on == (MONDAY - timedelta(days=30)).date()
    page = html.fromstring(browse("region_coordinator").get("/cockpit/ЛИП").text)
    (line,) = found(page, "//section[@aria-labelledby='targets-title']//tbody/tr")
    assert "Доля школ с паспортом" in line
    assert "≥ 10" in line
