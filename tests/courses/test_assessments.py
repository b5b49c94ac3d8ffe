"""Results of ВПР, ОГЭ and ЕГЭ: checked row by row, taken once, published as zones that everybody sees in scope."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.courses.queries import quality as pages
from app.courses.rules import quality
from app.engine.services import BpmnError
from app.files import operations as files
from app.files import queries as stored
from app.kernel.actor import PLATFORM
from app.kernel.errors import NotFound
from app.schools.operations import results
from app.schools.queries.results import results_of
from tests.courses.calling import call
from tests.courses.world import actor, make_world
from tests.processes.quality_scenes import results_file

ROWS: list[list[Any]] = [
    ["lebedyan-1", "Математика", "ОГЭ", 2026, 9, 40, "3,1", 12, 35, 60],
    ["Организация lebedyan-2", "математика", "огэ", 2026, 9, 25, 3.9, 1, 71, 80],
    ["gryazi-1", "русский язык", "ВПР", 2026, 6, 30, None, None, None, 41],
]


@pytest.fixture
def world(work: Session) -> Session:
    """The small region."""
    make_world()
    return work


def upload(*rows: list[Any], by: str = "cmoko_analyst") -> Any:
    return results.upload_results(actor(by), "результаты.xlsx", results_file(*rows))


def test_the_service_takes_a_file_or_says_what_is_wrong(world: Session) -> None:
    with pytest.raises(BpmnError) as empty:
        call("analytics.import", {"year": 2026, "file": None})
    assert empty.value.code == "FILE_INVALID"
    content = results_file(*ROWS, ["lebedyan-9", "математика", "ОГЭ", 2026, 9, 10, 3, 1, 50, 50])
    file = [stored.reference(files.store_file(actor("cmoko_analyst"), "ОГЭ.xlsx", BytesIO(content)))]
    with pytest.raises(BpmnError) as wrong:
        call("analytics.import", {"year": 2026, "file": file, "take_good": False})
    assert [row["row"] for row in wrong.value.variables["row_errors"]] == [5]
    assert results_of(2026) == []
    assert call("analytics.import", {"year": 2026, "file": file, "take_good": True}) == {"imported": 3}
    found = call("analytics.collect", {"year": 2026})
    assert [topic["subject"] for topic in found["subjects"]] == ["математика", "русский язык"]
    maths = found["subjects"][0]
    assert maths["rows"][0]["below_min_pct"] == 30
    assert maths["tasks"][0] == {"task": "5", "skill": "решение уравнений", "pct": 48.8}
    assert found["missing"] == []


def zone(subject: str, *schools: tuple[str, bool]) -> dict[str, Any]:
    rows = [
        {"school": school, "procedure": "ОГЭ", "participants": 20, "mean_score": 3.2, "low_zone": low}
        for school, low in schools
    ]
    return {"subject": subject, "zones": rows, "typical_difficulties": [{"task": "5", "skill": "уравнения", "pct": 35}]}


def test_zones_are_published_for_everybody_in_scope(world: Session) -> None:
    zones = [
        zone("математика", ("lebedyan-1", True), ("gryazi-1", True)),
        zone("физика", ("lebedyan-1", True), ("lebedyan-2", False)),
    ]
    found = call("analytics.summarise", {"year": 2026, "zones": zones})
    assert (found["summary"]["zones"], found["summary"]["table"][0]["low"]) == (3, 2)
    assert "зон низкого качества: 3" in found["note"]
    first = call("analytics.publish", {"year": 2026, "zones": zones})["zone_ids"]
    again = call("analytics.publish", {"year": 2026, "zones": zones})["zone_ids"]
    assert [row["id"] for row in first] == [row["id"] for row in again]

    def seen(login: str) -> dict[str, int]:
        return {row.code: row.low for row in pages.table(actor(login)).rows}

    everywhere = {"lebedyan-1": 2, "gryazi-1": 1, "lebedyan-2": 0}
    assert seen("region_coordinator") == seen("cmoko_analyst") == seen("iro_coordinator") == everywhere
    assert seen("mouo_head") == seen("mms_methodist") == {"lebedyan-1": 2, "lebedyan-2": 0}
    assert (seen("school_head"), seen("school_head2")) == ({"lebedyan-1": 2}, {"gryazi-1": 1})
    with pytest.raises(NotFound):
        pages.table(actor("teacher"))
    with pytest.raises(NotFound):
        pages.zones_of(actor("school_head2"), "lebedyan-1", 2026)
    assert [row["subject"] for row in pages.zones_of(actor("school_head"), "lebedyan-1", 2026)] == [
        "математика",
        "физика",
    ]
    assert pages.table(actor("auditor"), 2026).total("математика") == 2
    blank = call("enrolment.prepare", {"initiator": "teacher"}, actor("teacher"))
    assert blank["assignment"]["low_zones"] == ["математика", "физика"]


def test_the_weakest_tasks_are_weighted_by_participants() -> None:
    rows = [
        {"participants": 90, "tasks": [{"task": "1", "skill": "а", "pct": 50}, {"task": "2", "skill": "б", "pct": 60}]},
        {"participants": 10, "tasks": [{"task": "1", "skill": "а", "pct": 100}]},
    ]
    assert [task["pct"] for task in quality.weakest_tasks(rows)] == [55, 60]


def test_the_platform_may_do_what_a_process_asks(world: Session) -> None:
    run = results.upload_results(PLATFORM, "а.xlsx", results_file(*ROWS), uploaded_by="cmoko_analyst")
    assert (run.uploaded_by, results.take_results(PLATFORM, run.key)) == ("cmoko_analyst", 3)
