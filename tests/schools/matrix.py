"""Who may open what of the register of schools. `own`: lebedyan-1; `foreign`: gryazi-1."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.engine import operations as engine
from app.engine import queries as engine_queries
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.people import queries as people
from app.schools.operations import approving, lists, results
from tests.processes.quality_scenes import ROWS as ROWS_OF_RESULTS
from tests.processes.quality_scenes import results_file
from tests.web.matrix import HIDDEN, OWN, Row, World, roles


def build(world: World) -> None:
    """An uploaded file of results, an approved list and one that is being made by its process."""
    run = results.upload_results(PLATFORM, "результаты.xlsx", results_file(*ROWS_OF_RESULTS))
    world["results file"] = {"key": run.key}
    _build_lists(world)


def _build_lists(world: World) -> None:
    approved = lists.open_list(PLATFORM, 2025, "region", "municipal")
    rows = [{"school_id": code, "categories": ["shnor"], "included": True} for code in ("lebedyan-1", "gryazi-1")]
    lists.draft(PLATFORM, approved.key, rows)
    approving.approve(PLATFORM, approved.key, {"number": "1", "date": "2025-02-10", "document_id": None})
    world["list"] = {"key": approved.key}
    model = (ROOT / "workflows" / "school_identification" / "school_identification.bpmn").read_bytes()
    resources = [Resource("school_identification.bpmn", model), *_called()]
    engine.deploy(PLATFORM, resources, internal=True)
    instance = engine.start_instance(people.actor_for("region_coordinator"), "school_identification", internal=True)
    task = engine_queries.open_task(instance, "set_up")
    assert task
    engine.complete_user_task(people.actor_for("region_coordinator"), task, {"year": 2026})
    world["making"] = {"key": instance, "element_id": "contexts"}


def _called() -> list[Resource]:
    folders = (ROOT / "forms" / "school_identification", ROOT / "forms" / "shared", ROOT / "workflows" / "shared")
    files = [
        path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in (".form", ".bpmn", ".dmn")
    ]
    return [Resource(path.name, path.read_bytes()) for path in files]


def _list(world: World, scope: str) -> Mapping[str, Any]:
    return world["list"]


def _making(world: World, scope: str) -> Mapping[str, Any]:
    return world["making"]


def _school(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": "lebedyan-1" if scope == OWN else "gryazi-1"}


def _group(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": "shnor"}


def _added(world: World, scope: str) -> Mapping[str, Any]:
    return {"schools": "gryazi-3", "since": "2026-04-06", "reason": "Приказ № 12"}


def _taken_out(world: World, scope: str) -> Mapping[str, Any]:
    return {"school": "lebedyan-1", "last_day": "2026-04-06", "end_reason": "По ошибке"}


def _file(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world["results file"]["key"]}


ROOT = Path(__file__).resolve().parents[2]
MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist mmo_head"
REGIONAL = (
    "iro_head iro_coordinator iro_methodist programme_developer course_leader expert_commission_member "
    "attestation_commission_member editor cmoko_attestation region_head region_coordinator region_wg_member auditor"
)
READERS = f"school_head deputy_head {MUNICIPAL} {REGIONAL}"
ALL = f"{READERS} cmoko_analyst"
FOLLOW = "region_head region_wg_member iro_coordinator auditor"
TAKE_PART = "school_head deputy_head"
OWNER = roles(HIDDEN, yes="region_coordinator", no=f"{FOLLOW} {TAKE_PART}")
KEEPS = roles(HIDDEN, yes="region_coordinator", no=ALL.replace(" region_coordinator", ""))
IMPORTS = roles(HIDDEN, yes="cmoko_analyst", no=READERS)

ROWS = [
    Row("schools.index", own=roles(HIDDEN, yes=ALL)),
    Row(
        "schools.school",
        own=roles(HIDDEN, yes=ALL),
        foreign=roles(HIDDEN, yes=f"{REGIONAL} cmoko_analyst"),
        at=_school,
    ),
    Row("schools.results_import", own=IMPORTS),
    Row("schools.results_template", own=IMPORTS),
    Row("schools.upload_results", "POST", own=IMPORTS),
    Row("schools.results_report", own=roles(HIDDEN, yes="cmoko_analyst auditor"), at=_file),
    Row("schools.take_results", "POST", own=IMPORTS, at=_file),
    Row("schools.lists_page", own=roles(HIDDEN, yes=f"{ALL} teacher school_team_member")),
    Row("schools.list_page", own=roles(HIDDEN, yes=f"{ALL} teacher school_team_member"), at=_list),
    Row(
        "schools.report_figure",
        "POST",
        own=roles(HIDDEN, yes="region_coordinator", no=ALL.replace(" region_coordinator", "")),
        at=_list,
        form=lambda world, scope: {"code": "rural_pct", "value": "58,2", "source": "Отчёт"},
    ),
    Row("schools.groups_page", own=roles(HIDDEN, yes=ALL)),
    Row("schools.create_group", "POST", own=KEEPS),
    Row("schools.group_page", own=roles(HIDDEN, yes=ALL), at=_group),
    Row("schools.add_to_group", "POST", own=KEEPS, at=_group, form=_added),
    Row("schools.take_out_of_group", "POST", own=KEEPS, at=_group, form=_taken_out),
    Row("inbox.fan", own=roles(HIDDEN, yes="region_coordinator iro_coordinator auditor"), at=_making),
    Row("inbox.remind_open", "POST", own=OWNER, at=_making),
    Row("inbox.go_on_without", "POST", own=OWNER, at=_making),
]
