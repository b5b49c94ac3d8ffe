"""Measures of an approved school programme become tracked measures of the school, inside the municipality's plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from flask_babel import force_locale

from app.engine import operations as engine
from app.engine import queries as processes
from app.engine.views import TaskFilter
from app.kernel import outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.models import Measure
from app.school_programmes import following
from app.school_programmes.models import SchoolProgramme
from app.school_programmes.operations import ending, opening
from app.school_programmes.rules.content import measure_rows
from tests.processes import instances
from tests.processes.conftest import region, stage  # noqa: F401
from tests.programmes import scenes
from tests.school_programmes.scenes import CONTENT, approved

pytestmark = pytest.mark.usefixtures("stage")
LESSONS = {"measure": "Проектные уроки", "due": "2026-09-30", "responsible": "Заместитель директора"}
CLUB = {"measure": "Клуб родителей", "due": "2026-10-15", "responsible": "Педагог-психолог", "document": "Протокол"}


def put_in_force(row: SchoolProgramme, *measures: Mapping[str, Any], version: int = 1) -> list[str]:
    """An edition with these measures comes into force. Returns the keys of those that begin."""
    content = {**CONTENT, "measures": list(measures)}
    told = following.tell(PLATFORM, following.Approved(row, measure_rows(content, row.key, version), content))
    for each in told:
        facts = {"row_key": each["row_key"], "school_id": row.school, "municipality_id": row.municipality}
        engine.publish_message(PLATFORM, "roadmap.approved", each["row_key"], facts, internal=True)
    return [each["row_key"] for each in told]


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off() + engine.fire_due(100):
        pass


def do(login: str, element: str, values: dict[str, Any], outcome: str = "submit") -> None:
    """Complete the open task of an element as somebody, and let everything that follows happen."""
    with db.unit_of_work():
        actor = actor_for(login)
        page = processes.tasks_for(actor, TaskFilter())
        key = next(task.key for task in page.items if task.element_id == element)
        engine.complete_user_task(actor, key, values, outcome=outcome)
    settle()


def states(row: SchoolProgramme) -> dict[str, str]:
    """The tracked measures of a school's programme by key, with their states."""
    rows = db.session.query(Measure).filter(Measure.row_key.startswith(f"school-programme:{row.key}:"))
    return {each.row_key.partition(":")[2].partition(":")[2]: each.state for each in rows}


def test_they_stand_in_the_municipalitys_programme_and_are_reported_like_any_measure() -> None:
    with db.unit_of_work():
        scenes.programme("РТСТ-2026", "lebedyan")
        row = approved("lebedyan-1")
        (key,) = put_in_force(row, LESSONS)
    settle()
    with db.unit_of_work():
        found = queries.measure(actor_for("school_head"), key)
        programme = found.roadmap.programme
        assert (programme.kind, programme.code, programme.state) == ("school", "lebedyan-1-2026", "active")
        assert programme.parent is not None
        assert programme.parent.code == "РТСТ-2026"
        (occurrence,) = scenes.occurrences_of(key)
        assert (occurrence.opens_on, occurrence.due_on) == (date(2026, 4, 6), date(2026, 9, 30))
        with pytest.raises(NotFound):
            queries.measure(actor_for("school_head2"), key)
        paper = scenes.paper("school_head")
    do("school_head", "execute", {"how": "report"})
    do("school_head", "report", {"status": "выполнено", "fact_date": "2026-04-06", "evidence": paper})
    do("municipal_coordinator", "accept", {}, "approve")
    with db.unit_of_work():
        assert states(row) == {"1": "done"}


def test_a_new_edition_keeps_what_it_repeats_and_takes_out_what_it_dropped() -> None:
    with db.unit_of_work():
        row = approved("lebedyan-1")
        assert len(put_in_force(row, LESSONS, CLUB)) == 2
    settle()
    with db.unit_of_work():
        later = {**LESSONS, "due": "2026-11-30"}
        (key,) = put_in_force(row, later, CLUB, version=2)
        assert key == f"school-programme:{row.key}:2.1"
    settle()
    with db.unit_of_work():
        assert states(row) == {"1": "cancelled", "2": "running", "2.1": "running"}
        programme = queries.measure(PLATFORM, key).roadmap.programme
        assert (programme.parent_key, queries.versions(queries.measure(PLATFORM, key).roadmap_key)[0].version) == (
            None,
            2,
        )


def test_nothing_new_goes_into_a_closed_plan() -> None:
    with db.unit_of_work():
        row = approved("lebedyan-1")
        (first,) = put_in_force(row, LESSONS)
    settle()
    with db.unit_of_work():
        operations.set_state(
            actor_for("school_head"), queries.measure(PLATFORM, first).roadmap.programme.code, "closed"
        )
        (key,) = put_in_force(row, LESSONS, CLUB, version=2)
        assert queries.measure(PLATFORM, key).roadmap.programme.code == "lebedyan-1-2026-2"
    settle()
    with db.unit_of_work():
        assert states(row) == {"1": "running", "2.2": "running"}, "what goes on in the closed plan is not begun again"


def test_a_stopped_programme_takes_its_measures_out() -> None:
    with db.unit_of_work():
        row = approved("lebedyan-1")
        (key,) = put_in_force(row, LESSONS)
    settle()
    with db.unit_of_work(), force_locale("en"):
        ending.close(PLATFORM, row.key, "stopped", reason="Школа реорганизована, приказ № 5")
    settle()
    with db.unit_of_work():
        assert states(row) == {"1": "cancelled"}
        assert queries.measure(PLATFORM, key).reason == "Исключено: Программа школы прекращена."


@pytest.mark.parametrize("process", ["school_programme", "left"])
def test_what_a_cancelled_process_left_behind_takes_its_measures_out(process: str) -> None:
    with db.unit_of_work():
        row = approved("lebedyan-1")
        row.instance_key = instances.begun(process)
        put_in_force(row, LESSONS)
    settle()
    with db.unit_of_work():
        instances.cancel(row.instance_key)
        if process == "left":  # nobody follows it: the next programme of the school puts this one away
            opening.open_programme(PLATFORM, "lebedyan-1", ["arp"], due_on=date(2026, 12, 31), instance_key=None)
    settle()
    with db.unit_of_work():
        found = db.session.get_one(SchoolProgramme, row.key)
        assert (found.state, states(row)) == ("stopped", {"1": "cancelled"})


def test_a_code_that_a_school_has_used_by_hand_is_left_alone() -> None:
    with db.unit_of_work():
        by_hand = scenes.programme("lebedyan-1-2026", "lebedyan-1")
        scenes.add_measure(by_hand)
        (key,) = put_in_force(approved("lebedyan-1"), LESSONS)
        assert queries.measure(PLATFORM, key).roadmap.programme.code == "lebedyan-1-2026-2"
        roadmap = queries.roadmap_of(by_hand.key)
        assert roadmap is not None
        assert (roadmap.state, operations.locked_measure("lebedyan-1-2026:1.1").state) == ("draft", "planned")
