"""The table of roles.md §3: cells that are easy to get wrong; roles against own and foreign scope."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select

from app.documents import access, operations, queries, scopes
from app.documents.models import Record
from app.kernel.actor import PLATFORM, Actor, Assignment
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

HEAD1, HEAD2, TEACHER1, TEACHER2 = "school_head", "school_head2", "teacher", "teacher2"


def visible_to(login: str, record_id: int) -> str:
    """`all`, `part` or `none`: how much of a record a person of the demo region sees."""
    try:
        view = queries.record(people.actor_for(login), record_id)
    except NotFound:
        return "none"
    return "part" if view.partial else "all"


def saved(kind: str, *, status: str = "submitted", objects: tuple[str, ...] = (), owner: str | None = TEACHER1) -> int:
    """A record about the teacher of the first school."""
    record = operations.save_record(
        PLATFORM,
        kind,
        kind,
        {"number": "7", "hours": 72, "secret": "x", "level": "достаточный"},
        organisation="lebedyan-1",
        owner=owner,
        objects=objects,
        status=status,
    )
    return record.id


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("technical_assignment", {TEACHER1: "all", TEACHER2: "none", HEAD1: "all", HEAD2: "none", "deputy_head": "all",
                                  "municipal_coordinator": "none", "region_coordinator": "none", "auditor": "all",
                                  "course_leader": "none", "cmoko_analyst": "none", "juror": "none"}),
        ("entry_test_result", {TEACHER1: "all", HEAD1: "part", HEAD2: "none", "mouo_head": "none", "iro_head": "none"}),
        ("method_diagnostics", {TEACHER1: "all", HEAD1: "none", "region_head": "none", "auditor": "all"}),
        ("certificate", {TEACHER1: "all", HEAD1: "part", HEAD2: "none", "iro_head": "all", "iro_coordinator": "all",
                         "iro_methodist": "none", "mouo_head": "none"}),
        ("attestation_base_record", {TEACHER1: "all", HEAD1: "none", "cmoko_attestation": "all", "mouo_head": "none",
                                     "cmoko_analyst": "none", "region_coordinator": "all", "region_head": "none"}),
        ("attestation_sheet", {HEAD1: "none", "mouo_head": "none", "attestation_commission_member": "none"}),
        ("school_context", {TEACHER1: "none", HEAD1: "all", HEAD2: "none", "mouo_head": "all", "mouo_head2": "none",
                            "mms_methodist": "all", "mms_methodist2": "none", "iro_methodist": "all",
                            "cmoko_analyst": "all", "region_wg_member": "all"}),
        ("external_course_result", {HEAD1: "all", "municipal_coordinator": "all", "municipal_coordinator2": "none",
                                    "iro_coordinator": "all", "iro_methodist": "none", "region_head": "all"}),
        ("survey_difficulties", {TEACHER1: "all", HEAD1: "none", "municipal_coordinator": "none", "auditor": "all"}),
        ("monitor_motives", {TEACHER1: "none", HEAD1: "none", "auditor": "none", "region_head": "none"}),
        ("course_card", {TEACHER2: "all", "cmoko_analyst": "all"}),
        ("kind_of_a_designer", {TEACHER1: "all", TEACHER2: "none", HEAD1: "none", "auditor": "all"}),
    ],
)  # fmt: skip
def test_who_sees_a_record_of_the_first_school(unit: None, kind: str, expected: dict[str, str]) -> None:
    record_id = saved(kind)
    assert {login: visible_to(login, record_id) for login in expected} == expected


def test_partial_sight_shows_only_the_fields_of_the_table(unit: None) -> None:
    view = queries.record(people.actor_for(HEAD1), saved("certificate"))
    assert dict(view.data) == {"number": "7", "hours": 72}
    assert dict(queries.record(people.actor_for(HEAD1), saved("entry_test_result")).data) == {"level": "достаточный"}
    with pytest.raises(NotFound):
        queries.versions(people.actor_for(HEAD1), view.row.id)


def test_what_is_published_is_seen_by_those_whom_the_table_names(unit: None) -> None:
    draft, published = (
        saved("management_decision", owner=None),
        saved("management_decision", status="published", owner=None),
    )
    assert [visible_to(TEACHER2, key) for key in (draft, published)] == ["none", "all"]
    assert [visible_to(HEAD1, key) for key in (draft, published)] == ["all", "all"]
    listed = saved("school_list_decision", owner=None), saved("school_list_decision", status="approved", owner=None)
    assert [visible_to(HEAD1, key) for key in listed] == ["none", "all"]
    assert [visible_to(HEAD2, key) for key in listed] == ["none", "none"]


def test_a_person_named_in_a_record_is_not_its_owner_but_sees_it_as_own(unit: None) -> None:
    order = saved("order", owner=None, objects=("person:teacher2",))
    assert visible_to(TEACHER2, order) == "all"
    assert visible_to(TEACHER1, order) == "none"


def test_an_assigned_object_is_seen_while_the_assignment_lasts(unit: None) -> None:
    record_id = saved("attestation_sheet", objects=("course:c9",), owner=None)
    member = Assignment("attestation_commission_member", "iro", "region", ("region", "iro"), ("course:c9",))
    other = Assignment("attestation_commission_member", "iro", "region", ("region", "iro"), ("course:c8",))
    assert queries.record(Actor("a", "A", assignments=(member,)), record_id).row.id == record_id
    for actor in (Actor("b", "B", assignments=(other,)), Actor("c", "C")):
        with pytest.raises(NotFound):
            queries.record(actor, record_id)


def test_a_role_given_for_some_objects_does_not_reach_further(unit: None) -> None:
    record_id = saved("school_context", owner=None)
    bounded = Assignment("region_head", "region", "region", ("region",), ("school:gryazi-1",))
    with pytest.raises(NotFound):
        queries.record(Actor("x", "X", assignments=(bounded,)), record_id)


def test_a_feature_may_widen_a_rule(unit: None, monkeypatch: pytest.MonkeyPatch) -> None:
    record_id = saved("technical_assignment")
    assert visible_to("iro_methodist", record_id) == "none"
    monkeypatch.setitem(scopes._scopes, "course", [lambda actor, table: table.id == record_id])
    assert visible_to("iro_methodist", record_id) == "all"
    assert visible_to("iro_head", record_id) == "none"


def test_counts_without_records(unit: None) -> None:
    for status in ("submitted", "submitted", "closed"):
        saved("technical_assignment", status=status)
    operations.save_record(PLATFORM, "technical_assignment", "t", {}, organisation="gryazi-1", owner=TEACHER2)
    counted = {
        login: queries.counts(people.actor_for(login), "technical_assignment")
        for login in ("region_head", "municipal_coordinator", "mms_methodist2", HEAD1, "cmoko_analyst")
    }
    assert counted == {
        "region_head": {"lebedyan-1": 3, "gryazi-1": 1},
        "municipal_coordinator": {"lebedyan-1": 3},
        "mms_methodist2": {"gryazi-1": 1},
        HEAD1: {"lebedyan-1": 3},
        "cmoko_analyst": {},
    }
    by_status = queries.counts(people.actor_for("municipal_coordinator"), "technical_assignment", by="status")
    assert by_status == {"submitted": 2, "closed": 1}


def test_lists_hold_what_single_records_allow(unit: None) -> None:
    """Whatever a list shows can be opened, and nothing else can: for every role and kind."""
    kinds = [*access.kinds(), "kind_of_a_designer"]
    for kind in kinds:
        saved(kind)
        saved(kind, status="published", owner=None)
        operations.save_record(PLATFORM, kind, kind, {"teacher": TEACHER2}, organisation="gryazi-1")
    everything = list(db.session.scalars(select(Record)))
    for login in (
        "teacher",
        "school_head",
        "mouo_head",
        "iro_coordinator",
        "cmoko_attestation",
        "region_head",
        "auditor",
    ):
        actor = people.actor_for(login)
        listed = {row.id for row in db.session.scalars(queries.records(actor))}
        by_kind = {row.id for kind in kinds for row in db.session.scalars(queries.records(actor, kind))}
        opened = {row.id for row in everything if visible_to(login, row.id) != "none"}
        assert listed == by_kind == opened, login


def test_every_cell_of_the_table_is_understood() -> None:
    known = {"own", "unit", "course", "assigned", "published", "all", "counts"}
    assert len(access.kinds()) > 60
    for kind, group in product(access.kinds(), access.GROUPS.values()):
        for role in group:
            for grant in access.grants_for(kind, role):
                assert set(grant.rules) <= known, (kind, role, grant)
    for line in access.TABLE.strip().splitlines():
        assert line.count("|") == 7, line


def test_the_platform_sees_everything_and_a_stranger_nothing(unit: None) -> None:
    record_id = saved("attestation_base_record")
    assert queries.record(PLATFORM, record_id).partial is False
    with pytest.raises(NotFound):
        queries.record(Actor("stranger", "S"), record_id)
