"""Who may open what of curators. `own`: the curator of lebedyan-1; `foreign`: that of gryazi-1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.web.matrix import FOREIGN, HIDDEN, Row, World, roles

from .scenes import appoint, pool_of


def build(world: World) -> None:
    """A curator of each scope: people who see everything anyway, so that no other row changes."""
    pool_of("iro_methodist2", "expert_commission_member2")
    world["appointment"] = {"key": appoint("iro_methodist2", "lebedyan-1").key}
    world[f"appointment {FOREIGN}"] = {"key": appoint("expert_commission_member2", "gryazi-1").key}


def _key(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world.of("appointment", scope)["key"]}


WHOLE = (
    "region_head region_coordinator region_wg_member iro_head iro_methodist programme_developer course_leader auditor"
)
MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist"
CURATING = "curator curator_500 school_tutor expert_consultant"
REGISTER = roles(HIDDEN, yes=f"{WHOLE} {MUNICIPAL} {CURATING} iro_coordinator school_head deputy_head")

ROWS = [
    Row("curators.index", own=REGISTER),
    Row("curators.red", own=REGISTER),
    Row("curators.experts", own=REGISTER),
    Row(
        "curators.appointment",
        own=roles(HIDDEN, yes=f"{WHOLE} {MUNICIPAL} iro_coordinator school_head deputy_head"),
        foreign=roles(HIDDEN, yes=f"{WHOLE} iro_coordinator"),
        at=_key,
    ),
    Row(
        "curators.replace",
        "POST",
        own=roles(HIDDEN, yes="iro_coordinator school_head", no=f"{WHOLE} {MUNICIPAL} deputy_head"),
        foreign=roles(HIDDEN, yes="iro_coordinator", no=WHOLE),
        at=_key,
    ),
]
