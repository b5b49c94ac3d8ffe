"""Who may open what of the indicators. `own`: of lebedyan; `foreign`: of gryazi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.indicators import operations
from app.indicators.operations import importing
from app.indicators.rules import files
from app.kernel.actor import PLATFORM
from app.people import queries as people
from tests.indicators.factories import YEAR, definition
from tests.web.matrix import FOREIGN, HIDDEN, NO, OWN, YES, Row, World, roles

CODES = {OWN: "M-1", FOREIGN: "M-2"}
PLACES = {OWN: "lebedyan", FOREIGN: "gryazi"}
EVERYWHERE = (
    "iro_head iro_methodist programme_developer course_leader expert_commission_member attestation_commission_member "
    "editor cmoko_analyst cmoko_attestation region_head region_wg_member auditor"
)
KEEPERS = "region_coordinator iro_coordinator"
PLACED = "mouo_head municipal_wg_member mms_methodist mmo_head school_head deputy_head"
PLACED_KEEPERS = "municipal_coordinator programme_coordinator"
EVERYBODY = f"{EVERYWHERE} {KEEPERS} {PLACED} {PLACED_KEEPERS}"

READS = roles(HIDDEN, yes=EVERYBODY)
READS_FOREIGN = roles(HIDDEN, yes=f"{EVERYWHERE} {KEEPERS}")
READS_PLACE = roles(HIDDEN, yes=EVERYBODY.replace("school_head deputy_head", ""))
"""Values of the municipality itself: not for its schools."""
KEEPS = roles(HIDDEN, yes=f"{KEEPERS} {PLACED_KEEPERS}", no=f"{EVERYWHERE} {PLACED}")
KEEPS_FOREIGN = roles(HIDDEN, yes=KEEPERS, no=EVERYWHERE)
KEEPS_ANY = roles(NO, yes=f"{KEEPERS} {PLACED_KEEPERS}")


def build(world: World) -> None:
    """An indicator of each municipality, with a frozen copy and an uploaded file."""
    for scope, uploader in ((OWN, "municipal_coordinator"), (FOREIGN, "region_coordinator")):
        key = "indicator" if scope == OWN else f"indicator {FOREIGN}"
        body = definition(code=CODES[scope], organisation=PLACES[scope])
        operations.save(PLATFORM, body)
        (copy,) = operations.freeze(PLATFORM, PLACES[scope], YEAR, reason="Отчёт", codes=[CODES[scope]])
        content = files.written([{**body, "code": f"{CODES[scope]}-X"}]).encode()
        run = importing.upload(people.actor_for(uploader), "показатели.yaml", content)
        world[key] = {"copy": copy.key, "import": run.key}


def _code(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": CODES[scope]}


def _rows(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": CODES[scope], "part": "numerator"}


def _copy(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world.of("indicator", scope)["copy"]}


def _import(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world.of("indicator", scope)["import"]}


def _place(world: World, scope: str) -> Mapping[str, Any]:
    return {"organisation": PLACES[scope], "year": YEAR, "reason": "Отчёт", "codes": [CODES[scope]]}


def _asked(world: World, scope: str) -> Mapping[str, Any]:
    return {"year": YEAR, "reason": "Отчёт", "code": CODES[OWN]}


ROWS = [
    Row("indicators.index", own=READS),
    Row("indicators.indicator", own=READS, foreign=READS_FOREIGN, at=_code),
    Row("indicators.rows", own=READS, foreign=READS_FOREIGN, at=_rows),
    Row("indicators.versions", own=READS, foreign=READS_FOREIGN, at=_code),
    Row("indicators.recalculate", "POST", own=KEEPS, foreign=KEEPS_FOREIGN, at=_code),
    Row("indicators.recalculate_all", "POST", own=KEEPS),
    Row("indicators.copies", own=roles(YES)),
    Row("indicators.copy", own=READS_PLACE, foreign=READS_FOREIGN, at=_copy),
    Row("indicators.freeze_form", own=KEEPS),
    Row("indicators.freeze", "POST", own=KEEPS, form=_asked),
    Row("indicators.new", own=KEEPS_ANY),
    Row("indicators.create", "POST", own=KEEPS_ANY),
    Row("indicators.edit", own=KEEPS, foreign=KEEPS_FOREIGN, at=_code),
    Row("indicators.change", "POST", own=KEEPS, foreign=KEEPS_FOREIGN, at=_code),
    Row("indicators.retire", "POST", own=KEEPS, foreign=KEEPS_FOREIGN, at=_code),
    Row("indicators.export", own=READS, data=True),
    Row("indicators.import_form", own=KEEPS_ANY),
    Row("indicators.upload", "POST", own=KEEPS_ANY),
    Row(
        "indicators.report",
        own=roles(HIDDEN, yes="municipal_coordinator"),
        foreign=roles(HIDDEN, yes="region_coordinator"),
        at=_import,
    ),
    Row(
        "indicators.take",
        "POST",
        own=roles(HIDDEN, yes="municipal_coordinator"),
        foreign=roles(HIDDEN, yes="region_coordinator"),
        at=_import,
    ),
    Row("indicators-v1.list_indicators", own=READS),
    Row("indicators-v1.get_indicator", own=READS, foreign=READS_FOREIGN, at=_code),
    Row("indicators-v1.get_indicator_value", own=READS, foreign=READS_FOREIGN, at=_code),
    Row("indicators-v1.list_indicator_rows", own=READS, foreign=READS_FOREIGN, at=_rows),
    Row("indicators-v1.list_indicator_snapshots", own=roles(YES), at=_code),
    Row(
        "indicators-v1.freeze_indicators",
        "POST",
        own=roles(
            HIDDEN,
            yes=f"{KEEPERS} {PLACED_KEEPERS}",
            no=f"{EVERYWHERE} mouo_head municipal_wg_member mms_methodist mmo_head",
        ),
        foreign=KEEPS_FOREIGN,
        json=_place,
    ),
]
