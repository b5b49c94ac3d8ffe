"""Acceptance of `school_identification` on the real engine: KEM-01, KEM-03, LEB-04, YAR-03, BPM-10."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.engine import operations as engine
from app.engine import queries as engine_queries
from app.engine.models import ProcessInstance
from app.engine.scenarios import read_scenario, run
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.notifications.models import Notice
from app.people import operations as people_operations
from app.people import queries as people
from app.schools import queries
from app.schools.models import IndexRun, SchoolContext, SchoolList, SchoolListRow
from app.schools.queries import lists as lists_of_schools
from tests.processes import conftest as processes
from tests.processes.scenes import SCENES
from tests.web.browsing import Visitor

region, stage = processes.region, processes.stage
FOLDER = processes.ROOT / "workflows" / "school_identification"
CONTEXT = (
    "{students_total: 400, students_single_parent: 120, students_both_parents_higher_ed: 90, students_registered: 12, "
    "students_non_native_russian: 20, territorial_status: городской округ, teachers_total: 30, "
    "teachers_higher_category: 12}"
)
Told = Callable[..., Mapping[str, Any]]


def played(path: Path, **more: Told) -> None:
    """Run a scenario."""
    run(read_scenario(path), actor_of=people.actor_for, scenes={**SCENES, **more}, password=processes.PASSWORD)


def told(folder: Path, *steps: str, start: str, expect: str = "{}", scene: str = "", **more: Told) -> None:
    """Run a scenario that is written here."""
    head = [f"scene: {{name: {scene}}}"] if scene else []
    lines = ["title: Испытание", 'clock: "2026-02-02T09:00:00+03:00"', "process: school_identification", *head]
    lines += [f"start: {start}", "steps:", *(f"- {step}" for step in steps), f"expect: {expect}"]
    path = folder / "school_identification" / "told.scenario.yaml"
    path.parent.mkdir()
    path.write_text("\n".join(lines))
    played(path, **more)


def more_schools(count: int) -> Told:
    """Schools `extra-1`, … of the Lebedyan district with their heads `extra1`, …"""

    def make() -> Mapping[str, Any]:
        with db.unit_of_work():
            for number in range(1, count + 1):
                code, name = f"extra-{number}", f"Школа {number}"
                people_operations.create_organisation(PLATFORM, code, "school", name, parent="lebedyan")
                people_operations.create_person(
                    PLATFORM,
                    f"extra{number}",
                    last_name=f"Директор{number}",
                    first_name="Анна",
                    position="директор",
                    organisation=code,
                    roles=[("school_head", code)],
                    consent=True,
                )
        return {}

    return make


def fill(login: str) -> str:
    """The head enters the data."""
    return f"{{task: fill_context, as: {login}, answers: {CONTEXT}}}"


def the_list() -> int:
    """Key of the only list."""
    with db.unit_of_work() as session:
        return session.scalars(select(SchoolList.key)).one()


def rows(key: int) -> dict[str, SchoolListRow]:
    """Rows of a list by school."""
    with db.unit_of_work() as session:
        return {row.school: row for row in session.scalars(select(SchoolListRow).filter_by(list_key=key))}


def test_kem_01_shares_are_computed_and_a_part_greater_than_the_whole_is_refused(stage: None, app: Flask) -> None:
    played(FOLDER / "region.scenario.yaml")  # its first step enters 420 of 400 and is refused
    with db.unit_of_work() as session:
        context = session.scalars(select(SchoolContext).filter_by(school="lebedyan-1", current=True)).one()
        runs = session.scalars(select(IndexRun).order_by(IndexRun.number)).all()
    assert (context.students_total, context.students_single_parent, context.version) == (400, 120, 1)
    assert [(run.number, run.decisions) for run in runs] == [
        (1, {"isb": 1, "school_category": 1}),
        (2, {"isb": 1, "school_category": 1}),
    ]
    assert runs[1].note == "Уточнены результаты ВПР"
    page = Visitor(app, "school_head", processes.PASSWORD).get("/schools/lebedyan-1").get_data(as_text=True)
    for share in ("30,0 %", "22,5 %", "3,0 %", "5,0 %"):
        assert share in page
    assert "индекс: версия 1, категории: версия 1" in page


def test_kem_03_computed_and_decided_category_stand_side_by_side_with_the_reason(stage: None, app: Flask) -> None:
    played(FOLDER / "region.scenario.yaml")
    key = the_list()
    row = rows(key)["lebedyan-1"]
    assert (row.objection, row.objection_reason) == ("exclude", "Результаты выросли за год")
    assert (row.included, row.decided) == (True, ["risk_zone"])
    assert row.settled_reason == "Рост за один год не устойчив"
    assert rows(key)["gryazi-2"].objection == "silent"
    page = Visitor(app, "region_coordinator", processes.PASSWORD).get(f"/schools/lists/{key}").get_data(as_text=True)
    assert "Результаты выросли за год" in page
    assert "Рост за один год не устойчив" in page
    with db.unit_of_work():
        groups = queries.groups_of(["lebedyan-1", "lebedyan-2", "gryazi-1"])
        assert [each.code for each in groups["lebedyan-2"]] == ["shnor", "shnsu"]
        assert [each.code for each in groups["lebedyan-1"]] == ["risk_zone"]
        assert "gryazi-1" not in groups  # an earlier list had it, this one has not
        assert [each.end_reason for each in queries.memberships_of("gryazi-1")] == ["Не вошла в перечень 2026 года"]


def test_yar_03_nothing_starts_before_the_order(stage: None, tmp_path: Path) -> None:
    def following() -> int:
        wanted = ("school_programme", "municipal_programme", "curator_appointment", "platform_case")
        query = select(func.count()).where(ProcessInstance.process_id.in_(wanted))
        with db.unit_of_work() as session:
            return session.scalar(query) or 0

    def before() -> Mapping[str, Any]:
        assert following() == 0
        with db.unit_of_work():
            assert not lists_of_schools.approved_list("gryazi-3")
        return {}

    given = "{year: 2022, variant: федеральный перечень, group_code: p500_2022, given: [{school: gryazi-3}]}"
    told(
        tmp_path,
        f"{{task: set_up, as: region_coordinator, answers: {given}}}",
        "{task: draft, as: iro_coordinator, answers: {}}",
        "{task: agree, as: municipal_coordinator2, outcome: agree}",
        "{task: prepare_order, as: iro_coordinator, answers: {}}",
        "{scene: before}",
        "{task: sign_order, as: region_head, outcome: approve}",
        start="{as: region_coordinator}",
        expect="{ended: list_approved}",
        before=before,
    )
    assert following() >= 3
    with db.unit_of_work() as session:
        assert lists_of_schools.approved_list("gryazi-3")
        found = session.scalars(select(SchoolList)).one()
        assert (found.state, found.order_number is not None, found.document_id is not None) == ("approved", True, True)
        told_to = set(session.scalars(select(Notice.login).where(Notice.subject.contains("Перечень школ"))))
    assert {"school_head6", "municipal_coordinator2"} <= told_to


def test_leb_04_a_list_without_a_school_s_data_needs_a_reason(stage: None, tmp_path: Path) -> None:
    heads = ["school_head", "school_head3", *(f"extra{number}" for number in range(1, 7))]
    told(
        tmp_path,
        "{task: set_up, as: municipal_coordinator, answers: {}}",
        *map(fill, heads),
        "{time: P15D}",
        "{task: fill_for_school, as: municipal_coordinator, outcome: refuse, comment: Школа не отвечает}",
        '{expect: {holds: ["=coverage.entered = 8", "=coverage.all = 9", \'=coverage.pct_text = "88,9 %"\', '
        "'=coverage.missing = [\"СОШ № 3 Лебедянь\"]']}}",
        "{task: confirm, as: municipal_coordinator, outcome: approve, answers: {confirmed_by_mouo: true}}",
        "{task: check, as: cmoko_analyst, outcome: accept}",
        "{task: draft, as: municipal_coordinator, answers: {}, refused: note}",
        "{task: draft, as: municipal_coordinator, answers: {note: Школа на ремонте}}",
        start="{as: municipal_coordinator}",
        scene="extra",
        extra=more_schools(6),
    )
    key = the_list()
    with db.unit_of_work() as session:
        assert session.get_one(SchoolList, key).note == "Школа на ремонте"
    assert rows(key)["lebedyan-3"].missing == ["контекстные данные", "результаты"]


def test_bpm_10_one_of_42_schools_is_stuck_and_the_parent_goes_on(stage: None, app: Flask, tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    def stuck() -> Mapping[str, Any]:
        with db.unit_of_work() as session:
            instance = session.scalars(select(SchoolList.instance_key)).one()
            assert instance
            owner, other = people.actor_for("municipal_coordinator"), people.actor_for("region_head")
        browser = Visitor(app, "municipal_coordinator", processes.PASSWORD)
        address = f"/processes/{instance}/steps/contexts"
        assert address in browser.get(f"/processes/{instance}").get_data(as_text=True)
        page = browser.get(address).get_data(as_text=True)
        assert "41 из 42" in page
        with db.unit_of_work():
            found = engine_queries.fan(owner, instance, "contexts")
            (branch,) = found.open
            assert (found.done, found.total, branch.organisation) == (41, 42, "lebedyan-3")
            assert f"/tasks/{branch.tasks[0].key}/owner" in page
            assert engine.remind_open(owner, instance, "contexts") == 1
            assert engine.remind_open(owner, instance, "contexts") == 0  # once a day
        with db.unit_of_work(), pytest.raises(Forbidden):
            engine.go_on_without(other, instance, branch.token, "Так решили")
        with db.unit_of_work(), pytest.raises(Invalid):
            engine.go_on_without(owner, instance, branch.token, " ")
        assert browser.post(f"{address}/go-on", branch=branch.token, reason=" ").status_code == 422
        reason = {"branch": branch.token, "reason": "Директор в больнице"}
        assert browser.post(f"{address}/go-on", **reason).status_code == 303
        with db.unit_of_work(), pytest.raises(Conflict):
            engine.go_on_without(owner, instance, branch.token, "Второй раз")
        history = browser.get(f"/processes/{instance}/history").get_data(as_text=True)
        assert "СОШ № 3 Лебедянь: Контекстные данные всех школ" in history
        assert "Директор в больнице" in history
        theirs = Visitor(app, "school_head", processes.PASSWORD).get(f"/processes/{instance}/history")
        taken_part = theirs.get_data(as_text=True)
        assert "«Контекстные данные всех школ»" in taken_part
        assert "СОШ № 3" not in taken_part
        seen["key"] = the_list()
        return {}

    heads = ["school_head", "school_head3", *(f"extra{number}" for number in range(1, 40))]
    told(
        tmp_path,
        "{task: set_up, as: municipal_coordinator, answers: {}}",
        *map(fill, heads),
        "{expect: {tasks: {school_head4: [fill_context], municipal_coordinator: []}}}",
        "{scene: stuck}",
        "{expect: {tasks: {school_head4: [], municipal_coordinator: [confirm]}, "
        'holds: ["=coverage.entered = 41", "=coverage.all = 42"]}}',
        start="{as: municipal_coordinator}",
        scene="extra",
        extra=more_schools(39),
        stuck=stuck,
    )
    assert seen["key"] == the_list()
