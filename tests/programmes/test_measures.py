"""Measures of a roadmap: occurrences, thresholds, moves, followers, bodies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.demo.support import load_support
from app.engine.models import Message
from app.engine.schedule import calendar
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key
from app.people import operations as people
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.models import Measure, ProgrammeTarget
from app.programmes.operations.passports import Passport
from app.programmes.rules import executors, periods, thresholds
from app.schools import operations as schools
from tests.programmes import scenes

pytestmark = pytest.mark.usefixtures("region")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("words", "kind", "months", "windows"),
    [
        ("март", "months", (3,), ()),
        ("апрель - сентябрь", "window", (4, 5, 6, 7, 8, 9), ()),
        ("апрель, август сентябрь, октябрь", "months", (4, 8, 9, 10), ()),
        ("Июнь/сентябрь", "months", (6, 9), ()),
        ("ноябрь – февраль", "window", (11, 12, 1, 2), ()),
        ("декабрь 2021- январь 2022 декабрь 2022", "window", (), (("2021-12", "2022-01"), ("2022-12", "2022-12"))),
        ("Сентябрь - октябрь 2023 года", "window", (), (("2023-09", "2023-10"),)),
        ("в течение года", "year", (), ()),
        ("В течение года по графику", "schedule", (), ()),
        ("1 раз в месяц", "monthly", (), ()),
        ("По запросам", "request", (), ()),
    ],
)
def test_the_words_of_periods(words: str, kind: str, months: tuple[int, ...], windows: Any) -> None:
    assert periods.read_period(words) == periods.Period(kind, months, windows)


def test_words_that_say_no_period() -> None:
    assert periods.read_period("по мере готовности") is None


@pytest.mark.parametrize(
    ("kind", "months", "count", "first", "last"),
    [
        ("months", (4, 5), 2, (date(2026, 4, 1), date(2026, 4, 30)), (date(2026, 5, 1), date(2026, 5, 29))),
        ("window", (4, 5, 6), 1, (date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 4, 1), date(2026, 6, 30))),
        ("monthly", (), 12, (date(2026, 1, 1), date(2026, 1, 30)), (date(2026, 12, 1), date(2026, 12, 30))),
        ("year", (), 4, (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 12, 1), date(2026, 12, 30))),
    ],
)
def test_what_is_planned(kind: str, months: tuple[int, ...], count: int, first: Any, last: Any) -> None:
    found = periods.plan(kind, months, (), YEAR, calendar().works)
    assert len(found) == count
    assert (found[0].opens_on, found[0].due_on) == first
    assert (found[-1].opens_on, found[-1].due_on) == last


def test_nothing_is_planned_for_schedules_and_requests() -> None:
    assert periods.plan("schedule", (), (), YEAR, calendar().works) == []
    assert periods.plan("request", (), (), YEAR, calendar().works) == []


def test_whose_inbox() -> None:
    assert executors.inboxes(["region_authority", "iro"], "region") == ["region_coordinator", "iro_coordinator"]
    assert executors.inboxes(["expert_consultant"], "region") == ["region_coordinator"]
    assert executors.inboxes(["mouo", "mms", "school"], "municipality") == ["municipal_coordinator", "mms_methodist"]
    assert executors.inboxes([], "region") == []


def opened(**more: Any) -> Measure:
    """A running measure of the region, without its process."""
    found = scenes.programme()
    row = scenes.add_measure(found, **more)
    scenes.approved(found, row)
    return operations.open_measure(row.row_key, 1)


def accept(ref: str, status: str = "выполнено", **report: Any) -> None:
    given = {"fact_date": clock.today().isoformat(), "reported_by": "iro_coordinator", **report}
    operations.accept_report(actor_for("region_coordinator"), ref, status, given)


def test_yar_04_meetings_and_the_share_of_schools() -> None:
    codes = [f"yar-{number:02}" for number in range(1, 43)]
    for code in codes:
        people.create_organisation(PLATFORM, code, "school", f"Школа {code}", short_name=code, parent="lebedyan")
    schools.put_into_group(PLATFORM, "p500_2022", codes, since=date(2026, 1, 1), reason="Перечень")
    wanted = [
        {"code": "meetings", "label": "Проведено совещаний", "at_least": 2},
        {
            "code": "schools",
            "label": "Школы",
            "at_least": 100,
            "unit": "%",
            "count": "schools_share",
            "group": "p500_2022",
        },
    ]
    found = opened(period="Февраль-апрель", thresholds=wanted)
    first = [{"organisation": code, "count": 3} for code in codes[:40]]
    accept(
        f"{found.row_key}/1", "выполнено частично", fact_values=[{"code": "meetings", "value": 1}], participants=first
    )
    meetings, share = queries.judged(PLATFORM, found)
    assert (meetings.value, meetings.met, share.met) == (1, False, False)
    assert thresholds.shown(share.value) == "95,2"
    assert share.missing == ("yar-41", "yar-42")
    everybody = [{"organisation": code, "count": 2} for code in codes]
    accept(f"{found.row_key}/1", fact_values=[{"code": "meetings", "value": 1}], participants=everybody)
    assert [(each.value, each.met) for each in queries.judged(PLATFORM, found)] == [(2, True), (100, True)]


def test_yar_06_like_both_thresholds_must_hold() -> None:
    wanted = [
        {"code": "a", "label": "Школы", "at_least": 25, "count": "schools_share", "group": "g"},
        {"code": "b", "label": "МОУО", "at_least": 2, "count": "municipalities"},
    ]
    facts = thresholds.gather([{"participants": [{"organisation": "s1", "municipality": "m1"}] * 3}])
    ground = thresholds.Ground(lambda group: ["s1", "s2", "s3", "s4"], lambda code: None, lambda what, codes: ())
    judged = thresholds.judge(wanted, facts, ground)
    assert [(each.value, each.met) for each in judged] == [(25, True), (1, False)]
    assert thresholds.all_met(judged) is False


def test_sos_04_every_month_stands_there_by_itself_and_a_silent_one_is_late() -> None:
    found = opened(
        period="1 раз в месяц", control="Регистрационные списки, скриншоты, методические материалы", document=""
    )
    rows = queries.measure_rows(found.roadmap_key)
    assert len(rows[0].occurrences) == 12
    assert rows[0].late is True
    for each in rows[0].occurrences[:3]:
        accept(each.ref)
    assert queries.measure_rows(found.roadmap_key)[0].late is False
    operations.open_measure(found.row_key, 1)
    assert len(scenes.occurrences_of(found.row_key)) == 12


def test_leb_12_both_dates_stay() -> None:
    found = opened(period="октябрь")
    ref = f"{found.row_key}/1"
    operations.propose_move(ref, date(2026, 11, 10), "Карантин", "iro_coordinator")
    moved = operations.decide_move(actor_for("region_coordinator"), ref, accepted=True)
    assert (moved.planned_on, moved.opens_on, moved.due_on) == (
        date(2026, 10, 1),
        date(2026, 11, 10),
        date(2026, 11, 30),
    )
    assert [(each.from_on, each.to_on, each.state) for each in moved.moves] == [
        (date(2026, 10, 1), date(2026, 11, 10), "accepted")
    ]
    assert queries.progress([found.roadmap_key])[found.roadmap_key].moved == 1
    with pytest.raises(Conflict):
        operations.decide_move(actor_for("region_coordinator"), ref, accepted=True)
    with pytest.raises(Invalid):
        operations.propose_move(ref, date(2026, 3, 1), "Назад", "iro_coordinator")


def test_leb_13_the_district_gets_its_own_people_only() -> None:
    region = opened(period="апрель")
    district = scenes.programme(scenes.DISTRICT, "lebedyan")
    row = scenes.add_measure(district, period="апрель", follows=region.row_key)
    scenes.approved(district, row)
    operations.open_measure(row.row_key, 2)
    accept(f"{region.row_key}/1", participants=[{"organisation": "gryazi-1", "count": 2}])
    assert db.session.query(Message).filter_by(name="measure.result").count() == 0
    accept(
        f"{region.row_key}/1", participants=[{"organisation": "gryazi-1"}, {"organisation": "lebedyan-1", "count": 4}]
    )
    message = db.session.query(Message).filter_by(name="measure.result").one()
    assert message.correlation_key == f"{row.row_key}/1"
    took_part = message.variables["measure_result"]["participants"]
    assert [each["organisation"] for each in took_part] == ["lebedyan-1"]


def test_leb_08_bodies_are_listed_with_order_and_members() -> None:
    code = scenes.body()["body_code"]
    found = queries.body(actor_for("school_head"), code)
    assert (found.order_number, len(found.members), found.meeting_body) == ("7", 3, "муниципальная рабочая группа")
    assert actor_for("municipal_coordinator").has_role("municipal_wg_member")
    with pytest.raises(NotFound):
        queries.body(actor_for("municipal_coordinator2"), code)
    card = {"members": [{"user": "mouo_head", "duty": "председатель"}, {"user": "mms_methodist", "duty": "секретарь"},
                        {"user": "municipal_wg_member", "duty": "член"}]}  # fmt: skip
    order = {"number": "8", "date": "2026-04-06", "document_id": "2"}
    changed = operations.change_members(PLATFORM, code, card, order)
    operations.change_members(PLATFORM, code, card, order)
    assert len(changed.changes) == 1
    assert not actor_for("municipal_coordinator").has_role("municipal_wg_member")
    assert actor_for("mms_methodist").has_role("municipal_wg_member")


MEMBERS = [{"user": "mouo_head", "duty": "председатель"}, {"user": "mms_methodist"}, {"user": "school_head"}]
ORDER = {"number": "7", "date": "2026-01-15", "document_id": "1"}


def card(kind: str = "муниципальная рабочая группа", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "title": "Группа", "members": MEMBERS, **more}


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("региональная рабочая группа", "lebedyan"),
        ("муниципальная рабочая группа", "region"),
        ("координационный совет", "region"),
    ],
)
def test_a_body_whose_seats_bring_a_role_of_another_level_is_refused(kind: str, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.create_body(PLATFORM, card(kind), ORDER, organisation=place)
    assert set(refused.value.errors) == {"kind"}


def test_a_term_that_was_over_before_the_order_brings_no_role() -> None:
    found = operations.create_body(PLATFORM, card(term_to="2026-01-14"), ORDER, organisation="lebedyan")
    assert [seat.role_id for seat in found.members] == [None, None, None]


def test_a_role_ends_with_the_seat_after_a_change_of_duty_too() -> None:
    code = operations.create_body(PLATFORM, card(), ORDER, organisation="lebedyan").code
    secretary = [MEMBERS[0], {"user": "mms_methodist", "duty": "секретарь"}, MEMBERS[2]]
    operations.change_members(PLATFORM, code, card(members=secretary), ORDER | {"document_id": "2"})
    assert actor_for("mms_methodist").has_role("municipal_wg_member")
    without = [MEMBERS[0], {"user": "municipal_coordinator"}, MEMBERS[2]]
    operations.change_members(PLATFORM, code, card(members=without), ORDER | {"document_id": "3"})
    assert not actor_for("mms_methodist").has_role("municipal_wg_member")


def test_who_sits_in_two_bodies_keeps_the_role_until_the_last() -> None:
    without = [MEMBERS[0], {"user": "municipal_coordinator"}, MEMBERS[2]]
    first = operations.create_body(PLATFORM, card(), ORDER, organisation="lebedyan").code
    second = operations.create_body(PLATFORM, card("координационный совет"), ORDER, organisation="lebedyan").code
    operations.change_members(PLATFORM, first, card(members=without), ORDER | {"document_id": "2"})
    assert actor_for("mms_methodist").has_role("municipal_wg_member")
    operations.change_members(PLATFORM, second, card(members=without), ORDER | {"document_id": "3"})
    assert not actor_for("mms_methodist").has_role("municipal_wg_member")


def test_who_changes_only_targets_is_told_of_somebody_faster() -> None:
    found = scenes.programme()
    found.targets = [ProgrammeTarget(key=next_key(), position=1, indicator="LIP-I-1", text="Доля")]
    db.session.flush()
    version = found.version
    passport = Passport(found.code, found.title, found.organisation, found.period_from, found.period_to)
    first = replace(passport, targets=[{"indicator": "LIP-I-1", "value": 1}])
    assert operations.change_programme(PLATFORM, found.code, first, version).version == version + 1
    with pytest.raises(Conflict):
        operations.change_programme(PLATFORM, found.code, replace(first, targets=[]), version)
    assert [each.value for each in found.targets] == [1]


def test_a_status_that_is_none_is_refused() -> None:
    found = opened(period="апрель")
    with pytest.raises(Invalid) as refused:
        accept(f"{found.row_key}/1", "перенесено")
    assert set(refused.value.errors) == {"status"}


def test_accepted_facts_are_frozen() -> None:
    found = opened(period="апрель")
    accept(f"{found.row_key}/1", comment="Проведено")
    assert len(queries.facts_of(found.key)) == 1
    with pytest.raises(DBAPIError, match="refused"), db.session.begin_nested():
        db.session.execute(text("UPDATE measure_fact SET comment = 'иначе'"))


def test_the_demo_has_programmes_with_roadmaps() -> None:
    load_support()
    actor = actor_for("municipal_coordinator")
    found = queries.programme(actor, "LEB-2026")
    roadmap = queries.roadmap_of(found.key)
    assert roadmap is not None
    assert (queries.progress([roadmap.key])[roadmap.key].total, roadmap.version) == (31, 1)
    assert found.parent is not None
    assert found.parent.code == "LIP-2026"
    assert (
        next(each for each in queries.measures.measures_of(roadmap.key) if each.number == "3.1").follows
        == "LIP-2026:2.2"
    )
    assert [len(each.stages) for each in queries.calendars(found.key)] == [3]
