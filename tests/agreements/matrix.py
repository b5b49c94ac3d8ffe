"""Who may open what of agreements. `own`: lebedyan-1 with lebedyan-3; `foreign`: gryazi-1 with gryazi-3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.web.matrix import FOREIGN, HIDDEN, Row, World, roles

from .scenes import signed


def build(world: World) -> None:
    """A signed agreement of each scope."""
    world["agreement"] = {"key": signed("lebedyan-3", "lebedyan-1").key}
    world[f"agreement {FOREIGN}"] = {"key": signed("gryazi-3", "gryazi-1").key}


def _key(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world.of("agreement", scope)["key"]}


WHOLE = (
    "region_head region_coordinator region_wg_member iro_head iro_coordinator iro_methodist programme_developer "
    "course_leader editor auditor expert_commission_member attestation_commission_member"
)
MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist"
STAFF = "deputy_head school_tutor teacher school_team_member"
SEERS = f"{WHOLE} {MUNICIPAL} {STAFF}"

ROWS = [
    Row("agreements.index", own=roles(HIDDEN, yes=f"{SEERS} school_head")),
    Row("agreements.sites", own=roles(HIDDEN, yes=f"{SEERS} school_head")),
    Row(
        "agreements.agreement",
        own=roles(HIDDEN, yes=f"{SEERS} school_head"),
        foreign=roles(HIDDEN, yes=WHOLE),
        at=_key,
    ),
    Row(
        "agreements.notice",
        "POST",
        own=roles(HIDDEN, yes="school_head", no=SEERS),
        foreign=roles(HIDDEN, no=WHOLE),
        at=_key,
    ),
]
