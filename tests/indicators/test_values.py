"""Values and the lists behind them: what is counted, for whom, and that every number opens its rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Date, Text, column, select
from sqlalchemy import values as table
from sqlalchemy.orm import Session

from app.documents import operations as documents
from app.indicators import compiling, operations, queries, sources
from app.indicators.queries import values
from app.indicators.rules import figures, loading, periods
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import NotFound
from tests.indicators.factories import (
    COORDINATOR,
    LISTED,
    MOUO_HEAD,
    SCHOOL_HEAD,
    SCHOOLS,
    TEACHER,
    YEAR,
    context,
    deploy_context_form,
    indicator,
    line,
    schools,
)


def _entries(found: queries.Line, part: str = "numerator", actor: Any = PLATFORM) -> list[queries.Entry]:
    rows = db.session.execute(queries.entries(actor, found, part)).all()
    return queries.lists.shown(found, part, rows)


def test_leb_03_four_of_nine_schools_reach_the_target(work: Session) -> None:
    indicator()
    nine = ["lebedyan-1", "lebedyan-2", *schools("lebedyan", 7)]
    for school in nine[:3]:
        context(school)
    three = line()
    assert (three.figure.shown, three.figure.state) == ("33,3", figures.BELOW)
    context(nine[3])
    four = line()
    assert (four.figure.shown, four.figure.state) == ("44,4", figures.REACHED)
    assert [entry.label for entry in _entries(four, "missing")] == sorted(nine[4:])


def test_leb_07_a_person_with_two_certificates_counts_once(work: Session) -> None:
    """21 persons, one of them with two: 21 (≥ 20 reached), and the list has 21 entries."""
    indicator(
        unit="чел.",
        numerator={"source": "record_external_course_result", "count": "distinct", "field": "owner"},
        denominator=None,
        target=20,
    )
    for number in [*range(21), 7]:
        documents.save_record(PLATFORM, "external_course_result", "Удостоверение", {}, organisation="lebedyan-1",
                              owner=f"t{number}")  # fmt: skip
    found = line()
    assert (found.figure.shown, found.figure.state) == ("21", figures.REACHED)
    entries = _entries(found)
    assert len(entries) == 21
    assert sum(entry.size for entry in entries) == 22


def test_sos_11_a_school_less_is_computed_anew(work: Session) -> None:
    indicator(target=83.3, denominator={**SCHOOLS, "where": [*SCHOOLS["where"], _except("lebedyan-16", "lebedyan-15")]})
    six = ["lebedyan-1", "lebedyan-2", *schools("lebedyan", 6)][:6]
    records = [context(school) for school in six[:5]]
    assert (line().figure.shown, line().figure.state) == ("83,3", figures.REACHED)
    documents.save_record(PLATFORM, "school_context", "Закрыт", {}, id=records[0].id, organisation="gryazi-1")
    assert (line().figure.shown, line().figure.state) == ("66,7", figures.NEAR)


def _except(*codes: str) -> dict[str, Any]:
    """No condition says «none of»: one that these schools are not compared with."""
    kept = ["lebedyan-1", "lebedyan-2", *(f"lebedyan-{number}" for number in range(11, 17))]
    return {"field": "itself", "operator": "in", "value": [code for code in kept if code not in codes]}


@pytest.mark.parametrize("part", ["numerator", "denominator", "missing"])
def test_the_list_has_as_many_entries_as_the_number_says(work: Session, part: str) -> None:
    indicator()
    for school in schools("lebedyan", 4):
        context(school)
    found = line()
    told = {each.name: each.total for each in queries.parts(PLATFORM, found)}
    assert told == {"numerator": found.figure.n, "denominator": found.figure.d, "missing": 2}
    assert len(_entries(found, part)) == told[part]


def test_rows_of_other_places_and_years_do_not_count(work: Session) -> None:
    indicator()
    context("gryazi-1")
    with clock.frozen(clock.now().replace(year=2025)):
        context("lebedyan-1")
    assert line().figure.n == 0
    assert line(organisation="region").figure.n == 1
    assert queries.line(PLATFORM, "T-1", "lebedyan", 2025).figure.n == 1


def test_many_places_at_once_have_the_same_values_as_one_by_one(work: Session) -> None:
    deploy_context_form()
    for school in ("lebedyan-1", "gryazi-1", *schools("gryazi", 2)):
        context(school, students_total=30)
    codes = ["region", "iro", "lebedyan", "gryazi", "lebedyan-1", "lebedyan-2", "gryazi-1", "gryazi-11"]
    period = periods.period({"kind": "year"}, YEAR)
    total = {"source": "record_school_context", "count": "sum", "field": "students_total"}
    mine = {**SCHOOLS, "where": [{"field": "municipality", "operator": "eq", "value": "@organisation"}]}
    for measure in (LISTED, {**LISTED, "count": "rows"}, total, mine, {**LISTED, "also": [{**SCHOOLS}]}):
        measure = {key: value for key, value in measure.items() if key != "field" or measure["count"] != "rows"}
        ready = loading.load_measure(measure)
        alone = {code: compiling.amount(ready, period, code).number for code in codes}
        together = compiling.amounts(ready, period, codes)
        assert {code: found.number for code, found in together.items()} == alone
        assert (alone["region"] > 0) == ("@organisation" not in str(measure))


def test_what_belongs_to_no_organisation_counts_for_the_region(work: Session) -> None:
    indicator(unit="шт.", numerator={"source": "record_analytic_note", "count": "rows"}, denominator=None)
    documents.save_record(PLATFORM, "analytic_note", "Справка", {})
    period = periods.period({"kind": "year"}, YEAR)
    ready = loading.load_measure({"source": "record_analytic_note", "count": "rows"})
    found = compiling.amounts(ready, period, ["region", "lebedyan"])
    assert [found["region"].number, found["lebedyan"].number] == [1, 0]
    assert line(organisation="region").figure.n == 1


@pytest.mark.parametrize(
    ("field", "operator", "value", "counted"),
    [
        ("students_total", "ge", 100, 1),
        ("students_total", "lt", "100", 2),
        ("students_total", "in", [30, 99], 2),
        ("students_total", "ne", 30, 2),
        ("students_total", "exists", True, 3),
        ("organisation", "in", "lebedyan-1; lebedyan-2", 2),
        ("organisation", "eq", "@organisation", 0),
        ("title", "contains", "ЛЕБЕДЯН", 2),
        ("title", "contains", "100%", 0),
        ("on", "ge", "@from", 3),
        ("on", "gt", "2026-04-06", 0),
        ("owner", "exists", False, 3),
    ],
)
def test_conditions(work: Session, field: str, operator: str, value: Any, counted: int) -> None:
    deploy_context_form()
    for school, students in (("lebedyan-1", 30), ("lebedyan-2", 100), ("gryazi-1", 99)):
        name = f"Паспорт {'Лебедянь' if school.startswith('leb') else 'Грязи'}"
        documents.save_record(PLATFORM, "school_context", name, {"students_total": students}, organisation=school)
    where = [{"field": field, "operator": operator, "value": value}]
    indicator(numerator={**LISTED, "where": where})
    assert line(organisation="region").figure.n == counted


def test_rows_of_another_source_narrow_the_count(work: Session) -> None:
    """Staff of the schools that are in the list."""
    context("lebedyan-1")
    listed = {"source": "record_school_context", "field": "organisation"}
    where = [{"field": "organisation", "operator": "in", "value": listed}]
    indicator(
        unit="чел.",
        denominator=None,
        numerator={"source": "staff", "count": "distinct", "field": "person", "where": where},
    )
    assert {entry.value for entry in _entries(line())} == {"school_head", "deputy_head", "teacher"}


@pytest.mark.parametrize(("owner", "counted"), [(None, 2), ("region", 2), ("lebedyan", 1)])
def test_rows_that_are_compared_with_are_those_of_the_owner(work: Session, owner: str | None, counted: int) -> None:
    """A municipality asks for its own teachers whom records elsewhere name: only its own records answer."""
    for teacher, school in (("teacher", "gryazi-1"), ("school_head", "lebedyan-1")):
        documents.save_record(PLATFORM, "external_course_result", "Удостоверение", {}, organisation=school,
                              owner=teacher)  # fmt: skip
    named = {"source": "record_external_course_result", "field": "owner"}
    where = [{"field": "person", "operator": "in", "value": named}]
    staff = {"source": "staff", "count": "distinct", "field": "person", "where": where}
    indicator(unit="чел.", denominator=None, numerator=staff, organisation=owner)
    assert queries.line(PLATFORM, "T-1", "lebedyan-1", YEAR).figure.n == counted


def test_groups_of_schools_are_named_by_their_code(work: Session) -> None:
    """A school in two groups is one school; it counts for the periods in which it belongs to the group."""
    before = list(sources._groups)
    titles = [column(name, Text) for name in ("group", "title", "organisation")]
    rows = table(*titles, column("since", Date), column("until", Date), name="members").data(
        [
            ("p500", "500+", "lebedyan-1", date(2026, 2, 1), None),
            ("p500", "500+", "lebedyan-1", date(2026, 3, 1), None),
            ("p500", "500+", "lebedyan-2", None, date(2025, 12, 31)),
            ("risk", "Зона риска", "gryazi-1", None, None),
        ]
    )
    try:
        sources.register_groups(lambda: select(rows))
        where = [{"field": "organisation", "operator": "in", "value": "@group:p500"}]
        indicator(numerator={**LISTED, "where": where}, denominator={"group": "p500"})
        for school in ("lebedyan-1", "lebedyan-2", "gryazi-1"):
            context(school)
        found = line(organisation="region")
        assert (found.figure.n, found.figure.d) == (1, 1)
        assert queries.line(PLATFORM, "T-1", "region", 2025).figure.d == 1
    finally:
        sources._groups[:] = before


def test_a_reader_sees_values_of_their_organisations_only(work: Session) -> None:
    indicator()
    assert line(organisation="lebedyan-1", actor=SCHOOL_HEAD).figure.d == 1
    assert line(organisation="lebedyan-2", actor=MOUO_HEAD).figure.d == 1
    for actor, place in ((SCHOOL_HEAD, "lebedyan"), (SCHOOL_HEAD, "lebedyan-2"), (MOUO_HEAD, "gryazi"),
                         (MOUO_HEAD, "region"), (TEACHER, "lebedyan-1")):  # fmt: skip
        with pytest.raises(NotFound):
            line(organisation=place, actor=actor)
    assert queries.indicators(TEACHER) == []


def test_counts_are_wider_than_the_rows_that_a_reader_sees(work: Session) -> None:
    """A municipality counts technical assignments and reads none: the list says how many are hidden."""
    indicator(unit="шт.", denominator=None, numerator={"source": "record_technical_assignment", "count": "rows"})
    for teacher in ("teacher", "teacher3"):
        documents.save_record(PLATFORM, "technical_assignment", "ТЗ", {}, organisation="lebedyan-1", owner=teacher)
    found = line(actor=MOUO_HEAD)
    assert found.figure.n == 2
    (part,) = queries.parts(MOUO_HEAD, found)
    assert (part.total, part.seen, part.hidden) == (2, 0, 2)
    assert _entries(found, actor=MOUO_HEAD) == []
    own = line(organisation="lebedyan-1", actor=SCHOOL_HEAD)
    assert queries.parts(SCHOOL_HEAD, own)[0].hidden == 0


def test_numbers_that_a_role_may_not_know_do_not_exist_for_it(work: Session) -> None:
    """The attestation base: its size is no secret for the region and nobody's business in a school (roles.md §3)."""
    counted = {"source": "record_attestation_base_record", "count": "distinct", "field": "owner"}
    indicator(unit="чел.", denominator=None, numerator=counted)
    assert line(actor=COORDINATOR).figure.n == 0
    for actor in (SCHOOL_HEAD, MOUO_HEAD):
        assert queries.indicators(actor) == []
        with pytest.raises(NotFound):
            line(organisation="lebedyan-1", actor=actor)


ANSWERS = {"source": "record_survey_satisfaction", "count": "rows"}
HAPPY = {**ANSWERS, "where": [{"field": "record_status", "operator": "eq", "value": "submitted"}]}


def _answers(school: str, happy: int, others: int = 0) -> None:
    for number in range(happy + others):
        status = "submitted" if number < happy else "draft"
        documents.save_record(PLATFORM, "survey_satisfaction", "Ответ", {}, organisation=school, status=status)


@pytest.mark.parametrize(
    ("happy", "others", "shown"),
    [(4, 0, "—"), (5, 0, "—"), (5, 4, "—"), (0, 9, "—"), (1, 9, "—"), (4, 9, "—"), (5, 5, "50,0")],
)
def test_groups_under_five_are_hidden(work: Session, happy: int, others: int, shown: str) -> None:
    """Those counted, all, and the others: none of nine tells about each of the nine."""
    indicator(numerator=HAPPY, denominator=ANSWERS, target=78)
    _answers("lebedyan-1", happy, others)
    found = line(actor=COORDINATOR)
    assert found.figure.shown == shown
    if shown == "—":
        assert found.figure.state == figures.HIDDEN
        assert queries.parts(COORDINATOR, found) == []
        with pytest.raises(NotFound):
            queries.entries(COORDINATOR, found, "numerator")
    else:
        assert queries.parts(COORDINATOR, found)[0].hidden == 5
        assert {part.seen for part in queries.parts(COORDINATOR, found)} == {0}


def test_a_hidden_part_is_no_difference_of_shown_figures(work: Session) -> None:
    """Lebedyan minus its first school would be the second one; the region minus Gryazi would be Lebedyan."""
    indicator(numerator=HAPPY, denominator=ANSWERS)
    _answers("lebedyan-1", 6, 6)
    _answers("gryazi-1", 6, 6)
    assert [line(organisation=place).figure.shown for place in ("lebedyan", "region")] == ["50,0", "50,0"]
    _answers("lebedyan-2", 1, 2)
    for place, shown in (("lebedyan", "—"), ("region", "—"), ("gryazi", "50,0"), ("lebedyan-1", "50,0")):
        assert line(organisation=place).figure.shown == shown
    below = queries.of_places(COORDINATOR, "T-1", "lebedyan", YEAR)
    assert [each.organisation.code for each in below] == ["lebedyan-1"]
    assert values.board(COORDINATOR, "lebedyan", YEAR)[0].figure.hidden


def test_days_of_a_small_group_are_no_difference_either(work: Session) -> None:
    indicator(numerator=HAPPY, denominator=ANSWERS)
    _answers("lebedyan-1", 6, 6)
    operations.recalculate("T-1", YEAR)
    _answers("lebedyan-1", 1)
    assert queries.history(COORDINATOR, "T-1", "lebedyan", str(YEAR)) == []
    assert values.board(COORDINATOR, "lebedyan", YEAR)[0].figure.n == 7


def test_an_indicator_of_a_municipality_concerns_it_and_those_above_and_below(work: Session) -> None:
    indicator(organisation="lebedyan")
    assert line(organisation="region", actor=COORDINATOR).organisation.code == "lebedyan"
    assert line(organisation="lebedyan-1", actor=SCHOOL_HEAD).organisation.code == "lebedyan-1"
    with pytest.raises(NotFound):
        line(organisation="gryazi", actor=COORDINATOR)
    shown = values.board(COORDINATOR, "region", YEAR)
    assert [each.organisation.code for each in shown] == ["lebedyan"]
    assert values.board(COORDINATOR, "gryazi", YEAR) == []


def test_below_a_region_stand_its_municipalities_below_these_their_schools(work: Session) -> None:
    indicator()
    context("lebedyan-2")
    found = queries.of_places(COORDINATOR, "T-1", "region", YEAR)
    assert {each.organisation.code: each.figure.shown for each in found} == {"lebedyan": "50,0", "gryazi": "0,0"}
    below = queries.of_places(MOUO_HEAD, "T-1", "lebedyan", YEAR)
    assert {each.organisation.code: each.figure.shown for each in below} == {"lebedyan-1": "0,0", "lebedyan-2": "100,0"}


@pytest.mark.parametrize(
    ("rule", "code", "start", "end"),
    [
        ({"kind": "year"}, "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ({"kind": "school_year"}, "2026/27", date(2026, 9, 1), date(2027, 8, 31)),
        ({"kind": "months", "first": 2, "last": 4}, "2026-02..2026-04", date(2026, 2, 1), date(2026, 4, 30)),
        ({"kind": "dates", "from": "2022-02-01", "to": "2022-04-30"}, "2022-02-01..2022-04-30", date(2022, 2, 1),
         date(2022, 4, 30)),
        ({"kind": "always"}, "always", None, None),
        ({"kind": "stage"}, "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_periods(rule: dict[str, Any], code: str, start: date | None, end: date | None) -> None:
    found = periods.period(rule, 2026)
    assert (found.code, found.start, found.end) == (code, start, end)


def test_a_stage_has_the_dates_that_are_asked_for() -> None:
    found = periods.period({"kind": "stage"}, 2026, (date(2026, 4, 1), date(2026, 4, 30)))
    assert found.code == "2026-04-01..2026-04-30"
