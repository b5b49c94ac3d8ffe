"""Who may open what of the register of schools. `own`: lebedyan-1; `foreign`: gryazi-1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.actor import PLATFORM
from app.schools.operations import results
from tests.processes.quality_scenes import ROWS as ROWS_OF_RESULTS
from tests.processes.quality_scenes import results_file
from tests.web.matrix import HIDDEN, OWN, Row, World, roles


def build(world: World) -> None:
    """An uploaded file of results."""
    run = results.upload_results(PLATFORM, "результаты.xlsx", results_file(*ROWS_OF_RESULTS))
    world["results file"] = {"key": run.key}


def _school(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": "lebedyan-1" if scope == OWN else "gryazi-1"}


def _file(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world["results file"]["key"]}


MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist mmo_head"
REGIONAL = (
    "iro_head iro_coordinator iro_methodist programme_developer course_leader expert_commission_member "
    "attestation_commission_member editor cmoko_attestation region_head region_coordinator region_wg_member auditor"
)
READERS = f"school_head deputy_head {MUNICIPAL} {REGIONAL}"
ALL = f"{READERS} cmoko_analyst"
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
]
