"""Lists: totals of 160 schools beside the figures of a report (KEM-02), comparison with the list before, refusals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import operations as people
from app.schools import queries
from app.schools.operations import approving, contexts, groups, lists
from app.schools.queries import lists as found
from app.schools.rules import shares
from tests.courses.world import actor, make_world
from tests.processes import instances

FIGURES = {
    "students_total": 400,
    "students_single_parent": 120,
    "students_both_parents_higher_ed": 90,
    "students_registered": 12,
    "students_non_native_russian": 20,
    "teachers_total": 30,
    "teachers_higher_category": 12,
}
RURAL, CITY = "сельская местность", "городской округ"


@pytest.fixture
def world(work: Session) -> Session:
    """The small region."""
    make_world()
    return work


def approved(
    schools: dict[str, list[str]],
    *,
    year: int = 2026,
    day: str = "2026-02-10",
    place: str = "region",
    variant: str = "computed",
) -> int:
    """A list, approved by an order."""
    made = lists.open_list(PLATFORM, year, place, variant)
    rows = [{"school_id": code, "categories": groups, "included": True} for code, groups in schools.items()]
    lists.draft(PLATFORM, made.key, rows)
    approving.approve(PLATFORM, made.key, {"number": "7", "date": day, "document_id": None})
    return made.key


def test_kem_02_the_reported_split_stands_beside_the_computed_one(world: Session) -> None:
    codes = [f"kem-{number}" for number in range(1, 161)]
    for number, code in enumerate(codes):
        people.create_organisation(PLATFORM, code, "school", f"Школа {code}", short_name=code, parent="gryazi")
        status = RURAL if number < 93 else CITY
        contexts.record_context(PLATFORM, code, "2025-2026", {**FIGURES, "territorial_status": status})
    key = approved({code: ["shnsu"] for code in codes})
    coordinator = actor("region_coordinator")
    for name, value in (("rural_pct", "58.2"), ("urban_pct", "41.8")):
        lists.report_figure(coordinator, 2026, "region", name, Decimal(value), "Отчёт 2017 года")
    view = found.list_view(coordinator, key)
    assert (view.totals.schools, view.totals.rural, view.totals.city, view.totals.unknown) == (160, 93, 67, 0)
    computed = {figure.code: (figure.value, found.share_beside(view.totals, figure)) for figure in view.reported}
    assert computed == {
        "rural_pct": (Decimal("58.2"), Decimal("58.125")),
        "urban_pct": (Decimal("41.8"), Decimal("41.875")),
    }
    assert len([row for row in view.rows if row.location == RURAL]) == 93  # the schools behind the number
    shown = [shares.shown(beside) for _value, beside in computed.values() if beside is not None]
    assert shown == ["58,1", "41,9"]


def test_a_list_is_compared_with_the_one_before(world: Session) -> None:
    approved({"lebedyan-1": ["shnor"], "lebedyan-2": ["shnor", "shnsu"]}, year=2025, day="2025-02-10")
    key = approved({"lebedyan-2": ["shnsu"], "gryazi-1": ["risk_zone"]})
    totals = found.list_view(actor("region_coordinator"), key).list.totals
    assert totals == {"schools": 2, "added": ["gryazi-1"], "kept": ["lebedyan-2"], "left": ["lebedyan-1"]}
    assert queries.schools_in(["shnor"]) == []
    assert [each.code for each in queries.groups_of(["lebedyan-2"])["lebedyan-2"]] == ["shnsu"]
    (before,) = [each for each in queries.memberships_of("lebedyan-2") if each.group.code == "shnsu"]
    assert str(before.valid_from) == "2025-02-10"  # it stayed in without a break


def test_only_the_region_s_list_ends_categories_that_no_list_gave(world: Session) -> None:
    codes = ["lebedyan-1", "lebedyan-2"]
    groups.put_into_group(PLATFORM, "shnor", codes, since=date(2025, 9, 1), reason="Из карточки организации")
    for variant in ("municipal", "computed"):
        approved({"lebedyan-1": ["risk_zone"]}, place="lebedyan", variant=variant)
    assert queries.schools_in(["shnor"]) == codes
    approved({"lebedyan-1": ["shnor"]})
    assert queries.schools_in(["shnor"]) == ["lebedyan-1"]


def test_a_category_of_one_day_ends_by_itself(world: Session) -> None:
    day = date(2026, 2, 10)
    groups.put_into_group(PLATFORM, "shnor", ["lebedyan-1"], since=day, until=day, reason="Приказ № 12")
    approved({"lebedyan-2": ["shnor"]}, day=day.isoformat())
    (row,) = queries.memberships_of("lebedyan-1")
    assert (row.valid_from, row.valid_to, row.end_reason) == (day, day, None)


def test_wrong_drafts_are_refused(world: Session) -> None:
    made = lists.open_list(PLATFORM, 2026, "region", "computed")
    good = {"school_id": "lebedyan-1", "categories": ["shnor"], "included": True}
    for rows in (
        [good, good],
        [{**good, "categories": []}],
        [{**good, "missing": ["результаты"]}],
    ):
        with pytest.raises(Invalid):
            lists.draft(PLATFORM, made.key, rows)
    with pytest.raises(NotFound):
        lists.draft(PLATFORM, made.key, [{**good, "categories": ["unknown"]}])
    lists.draft(PLATFORM, made.key, [{**good, "missing": ["результаты"]}], note="Результаты придут в мае")
    with pytest.raises(Invalid):
        lists.open_list(PLATFORM, 2026, "region", "computed")
    with pytest.raises(Invalid):
        foreign = {"school": "gryazi-1", "kind": "include", "reason": "Так решили"}
        lists.object_to(PLATFORM, made.key, "lebedyan", [foreign], by="x")
    approving.approve(PLATFORM, made.key, {"number": "7", "date": "2026-02-10", "document_id": None})
    with pytest.raises(Conflict):
        lists.draft(PLATFORM, made.key, [good])


def test_a_cancelled_process_blocks_no_list(world: Session) -> None:
    left = instances.begun()
    before = lists.open_list(PLATFORM, 2026, "region", "computed", instance_key=left)
    with pytest.raises(Invalid):
        lists.open_list(PLATFORM, 2026, "region", "computed", instance_key=7)
    instances.cancel(left)
    anew = lists.open_list(PLATFORM, 2026, "region", "computed", instance_key=7)
    assert (before.state, anew.state, anew.instance_key) == ("closed", "draft", 7)


def test_a_teacher_sees_the_decision_without_its_grounds(world: Session) -> None:
    made = lists.open_list(PLATFORM, 2026, "region", "computed")
    row = {"school_id": "lebedyan-1", "computed": ["shnsu"], "categories": ["shnor"], "included": True, "isb": 0.7}
    lists.draft(PLATFORM, made.key, [{**row, "results_text": "среди низких", "basis": "Низкие результаты"}])
    told = {"included": True, "categories": ["shnor"], "reason": "Так решили", "by": "x"}
    lists.settle(PLATFORM, made.key, "lebedyan-1", **told)
    approving.approve(PLATFORM, made.key, {"number": "7", "date": "2026-02-10", "document_id": None})
    teacher, head = (found.list_view(actor(login), made.key).rows[0] for login in ("teacher", "school_head"))
    assert (teacher.decided, teacher.row.included, teacher.row.change) == (["ШНОР"], True, "added")
    grounds = (teacher.row.isb, teacher.row.results_text, teacher.row.basis, teacher.row.settled_reason)
    assert (*grounds, *teacher.computed) == (None,) * 4
    assert (head.row.basis, head.computed) == ("Низкие результаты", ["ШНСУ"])


def test_heads_see_neither_drafts_nor_disputes(world: Session) -> None:
    """roles.md §3, «List of schools: draft and disputes / approved»."""
    made = lists.open_list(PLATFORM, 2026, "region", "computed")
    row = {"categories": ["shnor"], "included": True, "basis": "Низкие результаты"}
    lists.draft(PLATFORM, made.key, [{**row, "school_id": code} for code in ("lebedyan-1", "gryazi-1")])
    objection = {"school": "lebedyan-1", "kind": "exclude", "reason": "Школу закрывают"}
    lists.object_to(PLATFORM, made.key, "lebedyan", [objection], by="mouo_head")
    assert [each.row.objection_reason for each in found.list_view(actor("mouo_head"), made.key).rows] == [
        "Школу закрывают"
    ]
    assert [each.key for each in found.lists_for(actor("mouo_head"))] == [made.key]
    for login in ("school_head", "deputy_head", "methodist"):
        with pytest.raises(NotFound):
            found.list_view(actor(login), made.key)
    told = {"included": True, "categories": ["shnor"], "reason": "Так решили", "by": "x"}
    lists.settle(PLATFORM, made.key, "lebedyan-1", **told)
    approving.approve(PLATFORM, made.key, {"number": "7", "date": "2026-02-10", "document_id": None})
    seen = {}
    for login in ("school_head", "methodist", "mouo_head", "region_coordinator"):
        each = next(row for row in found.list_view(actor(login), made.key).rows if row.name == "lebedyan-1")
        seen[login] = (each.row.basis, each.row.objection, each.row.objection_reason, each.row.settled_reason)
    grounds = "Низкие результаты"
    assert seen["school_head"] == seen["methodist"] == (grounds, None, None, None)
    assert seen["mouo_head"] == seen["region_coordinator"] == (grounds, "exclude", "Школу закрывают", "Так решили")


def test_who_sees_which_rows(world: Session) -> None:
    key = approved({"lebedyan-1": ["shnor"], "gryazi-1": ["shnor"]})
    assert [row.name for row in found.list_view(actor("school_head"), key).rows] == ["lebedyan-1"]
    assert [row.name for row in found.list_view(actor("teacher2"), key).rows] == ["gryazi-1"]
    assert len(found.list_view(actor("auditor"), key).rows) == 2
    draft = lists.open_list(PLATFORM, 2027, "region", "computed")
    with pytest.raises(NotFound):
        found.list_view(actor("school_head"), draft.key)
    with pytest.raises(NotFound):
        found.lists_for(actor("juror"))
    with pytest.raises(Forbidden):
        lists.report_figure(actor("school_head"), 2026, "region", "schools", Decimal(160), "Отчёт")
    for value, code in (("160", "pupils"), ("101", "rural_pct"), ("-1", "schools")):
        with pytest.raises(Invalid):
            lists.report_figure(actor("region_coordinator"), 2026, "region", code, Decimal(value), "Отчёт")


def test_kem_01_bad_context_data_are_refused_and_nothing_is_kept(world: Session) -> None:
    good = {**FIGURES, "territorial_status": CITY}
    for wrong, name in (
        ({"students_single_parent": 420}, "students_single_parent"),
        ({"students_total": 0}, "students_total"),
        ({"teachers_higher_category": 31}, "teachers_higher_category"),
        ({"territorial_status": "посёлок"}, "territorial_status"),
        ({"students_registered": None}, "students_registered"),
        ({"students_total": 10**30}, "students_total"),
        ({"distance_km": 10**30}, "distance_km"),
    ):
        with pytest.raises(Invalid) as refused:
            contexts.record_context(actor("school_head"), "lebedyan-1", "2025-2026", {**good, **wrong})
        assert name in refused.value.errors
    for login, refusal in (("school_head2", Forbidden), ("teacher", NotFound)):
        with pytest.raises(refusal):
            contexts.record_context(actor(login), "lebedyan-1", "2025-2026", good)
    first = contexts.record_context(actor("school_head"), "lebedyan-1", "2025-2026", good)
    second = contexts.record_context(actor("deputy_head"), "lebedyan-1", "2025-2026", {**good, "students_total": 410})
    db.session.refresh(first)
    assert [(row.version, row.current) for row in (first, second)] == [(1, False), (2, True)]
