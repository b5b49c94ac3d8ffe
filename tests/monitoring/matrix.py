"""Who may open what of the monitoring. `own`: lebedyan-1 and lebedyan; `foreign`: gryazi-1 and gryazi."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.kernel import clock
from app.monitoring.operations import municipal
from tests.monitoring import building
from tests.web.matrix import FOREIGN, HIDDEN, OWN, YES, Row, World, public, roles

_OF = {OWN: ("lebedyan-1", "school_head", "lebedyan", 4), FOREIGN: ("gryazi-1", "school_head2", "gryazi", 6)}


def build(world: World) -> None:
    """A round with codes and answers, and a municipal stage, of each scope."""
    building.deploy_questionnaires()
    for scope, (code, head, place, month) in _OF.items():
        today = clock.today()
        opened = building.open_round(code, opens_on=today - timedelta(1), until=today + timedelta(20))
        of = building.only_school(opened)
        building.classes(of, ("7А", 6, 6))
        codes = building.answer(of, head, "parent", "7А", [5, 4, 3, 2, 1])
        stage = building.municipal_round(month, 2026, place)
        municipal.save_rows(stage, place, building.filled(month))
        municipal.record_check(stage, place, building.checks(month))
        municipal.keep_score(stage, place)
        name = "monitoring" if scope == OWN else f"monitoring {FOREIGN}"
        world[name] = {"round": of.round_key, "school": of.key, "month": month, "place": place, "code": codes[-1]}


def _round(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world.of("monitoring", scope)["round"]}


def _school(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world.of("monitoring", scope)["school"]}


def _sheet(world: World, scope: str) -> Mapping[str, Any]:
    return {"audience": "pupil", "class_name": "7А"}


def _stage(world: World, scope: str) -> Mapping[str, Any]:
    return {"year": 2026, "month": world.of("monitoring", scope)["month"]}


def _place(world: World, scope: str) -> Mapping[str, Any]:
    return {**_stage(world, scope), "code": world.of("monitoring", scope)["place"]}


def _code(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": world["monitoring"]["code"]}


HEADS = "school_head deputy_head"
MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist"
REGIONAL = (
    "region_head region_coordinator region_wg_member iro_head iro_coordinator iro_methodist cmoko_analyst "
    "expert_consultant auditor"
)
ALL = roles(HIDDEN, yes=f"{HEADS} {MUNICIPAL} {REGIONAL}")
REGION = roles(HIDDEN, yes=REGIONAL)
TABLE = roles(HIDDEN, yes=f"{MUNICIPAL} {REGIONAL}")

ROWS = [
    Row("monitoring.index", own=roles(HIDDEN, yes=f"{HEADS} {MUNICIPAL} {REGIONAL} curator curator_500")),
    Row("monitoring.round_page", own=ALL, foreign=REGION, at=_round),
    Row("monitoring.school", own=ALL, foreign=REGION, at=_school),
    Row(
        "monitoring.print_sheet",
        "POST",
        own=roles(HIDDEN, yes=HEADS, no=f"{MUNICIPAL} {REGIONAL}"),
        foreign=roles(HIDDEN, no=REGIONAL),
        at=_school,
        form=_sheet,
    ),
    Row("monitoring.municipal_index", own=TABLE),
    Row("monitoring.municipal_table", own=TABLE, foreign=REGION, at=_stage),
    Row("monitoring.municipality", own=TABLE, foreign=REGION, at=_place),
    public("monitoring.decisions", at=lambda world, scope: {"code": "lebedyan"}),
    public("monitoring.enter_code"),
    Row("monitoring.take_code", "POST", own=roles(YES), anonymous=YES, form=_code),
    public("monitoring.questionnaire", at=_code),
    Row("monitoring.send_answers", "POST", own=roles(YES), anonymous=YES, at=_code),
]
