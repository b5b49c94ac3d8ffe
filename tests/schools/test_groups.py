"""Groups of schools: a school may be in several and is counted once; times, reasons, refusals."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import operations as people
from app.schools import operations, queries
from tests.courses.world import actor, make_world

TODAY = date(2026, 4, 6)
FEBRUARY = date(2026, 2, 1)


@pytest.fixture
def world(work: Session) -> Session:
    """The small region: three schools in two municipalities."""
    make_world()
    return work


def put(group: str, *schools: str, since: date = FEBRUARY, until: date | None = None) -> list[str]:
    who = actor("region_coordinator")
    return operations.put_into_group(who, group, schools, since=since, until=until, reason="Приказ № 12")


def test_yar_02_a_school_in_two_groups_is_counted_once(world: Session) -> None:
    put("p500_2022", "lebedyan-1", "gryazi-1")
    put("risk_zone", "lebedyan-1", "lebedyan-2")
    assert queries.members() == {"p500_2022": 2, "risk_zone": 2}
    assert queries.schools_in(["p500_2022", "risk_zone"]) == ["gryazi-1", "lebedyan-1", "lebedyan-2"]
    assert queries.schools_in(["p500_2022", "risk_zone"], "lebedyan") == ["lebedyan-1", "lebedyan-2"]
    assert queries.schools_in(["p500_2021"]) == []
    assert [each.code for each in queries.groups_of(["lebedyan-1"])["lebedyan-1"]] == ["risk_zone", "p500_2022"]


def test_a_membership_has_its_days(world: Session) -> None:
    put("shnor", "lebedyan-1", until=date(2026, 3, 1))
    put("shnor", "lebedyan-2")
    assert queries.schools_in(["shnor"]) == ["lebedyan-2"]
    assert queries.schools_in(["shnor"], on=date(2026, 3, 1)) == ["lebedyan-1", "lebedyan-2"]
    assert queries.schools_in(["shnor"], on=date(2026, 1, 31)) == []
    coordinator = actor("region_coordinator")
    operations.take_out_of_group(coordinator, "shnor", "lebedyan-2", last_day=TODAY, reason="Результаты выросли")
    assert queries.schools_in(["shnor"]) == ["lebedyan-2"]
    assert queries.schools_in(["shnor"], on=date(2026, 4, 7)) == []
    assert put("shnor", "lebedyan-2", since=date(2026, 4, 7)) == ["lebedyan-2"]
    times = queries.memberships_of("lebedyan-2")
    assert [(row.valid_from, row.valid_to) for row in times] == [(date(2026, 4, 7), None), (FEBRUARY, TODAY)]
    assert times[1].end_reason == "Результаты выросли"


def test_who_is_in_already_stays_as_it_is(world: Session) -> None:
    assert put("shnsu", "lebedyan-1") == ["lebedyan-1"]
    assert put("shnsu", "lebedyan-1", "lebedyan-2", "lebedyan-2", since=TODAY) == ["lebedyan-2"]
    assert len(queries.memberships_of("lebedyan-1")) == 1
    assert db.session.query(AuditEvent).filter_by(subject_kind="school_group", verb="put_in").count() == 2


def test_bad_input_is_refused_and_nothing_is_changed(world: Session) -> None:
    for schools, since, until in (
        (("lebedyan-1", "lebedyan-9"), FEBRUARY, None),
        (("lebedyan-1", "lebedyan"), FEBRUARY, None),
        (("lebedyan-1",), TODAY, FEBRUARY),
    ):
        with pytest.raises(Invalid):
            put("shnor", *schools, since=since, until=until)
    with pytest.raises(NotFound):
        put("unknown", "lebedyan-1")
    with pytest.raises(NotFound):
        operations.take_out_of_group(
            actor("region_coordinator"), "shnor", "lebedyan-1", last_day=TODAY, reason="Ошибка"
        )
    assert queries.members() == {}


def test_a_last_day_that_cannot_be_is_a_mistake_of_its_field(world: Session) -> None:
    put("shnor", "lebedyan-1", until=date(2026, 5, 1))
    put("shnor", "lebedyan-2", since=date(2026, 9, 1))
    for school, last_day in (("lebedyan-1", date(2026, 5, 1)), ("lebedyan-2", TODAY)):
        with pytest.raises(Invalid) as refused:
            operations.take_out_of_group(
                actor("region_coordinator"), "shnor", school, last_day=last_day, reason="Ошибка"
            )
        assert list(refused.value.errors) == ["last_day"]
    times = [row.valid_to for school in ("lebedyan-1", "lebedyan-2") for row in queries.memberships_of(school)]
    assert times == [date(2026, 5, 1), None]


def test_only_the_coordinator_keeps_groups(world: Session) -> None:
    operations.create_group(actor("region_coordinator"), "plus28", "«28+» школ", kind="list", year=2022)
    with pytest.raises(Conflict):
        operations.create_group(actor("region_coordinator"), "plus28", "Другая", kind="list")
    with pytest.raises(Invalid):
        operations.create_group(actor("region_coordinator"), "28+", "", kind="kind", year=3)
    for login, refusal in (("school_head", Forbidden), ("teacher", NotFound)):
        with pytest.raises(refusal):
            operations.put_into_group(actor(login), "plus28", ["lebedyan-1"], since=TODAY, reason="Так")
    assert [each.code for each in queries.groups(kind="list")] == ["plus28"]


def test_a_closed_school_is_no_longer_counted(world: Session) -> None:
    put("shnor", "lebedyan-2")
    assert queries.is_in("lebedyan-2", ["shnor"])
    people.close_organisation(PLATFORM, "lebedyan-2", reason="Реорганизация")
    assert queries.schools_in(["shnor"]) == []
    assert queries.members() == {}
    assert queries.schools_in(["shnor"], active=False) == ["lebedyan-2"]
