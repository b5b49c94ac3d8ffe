"""Who may open what of the school programmes. `own`: of lebedyan-1; `foreign`: of gryazi-1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel import clock
from app.kernel.db import db
from tests.conftest import MONDAY
from tests.school_programmes.scenes import approved
from tests.web.matrix import FOREIGN, HIDDEN, OWN, Row, World, roles


def build(world: World) -> None:
    """A programme of each scope that is carried out, without a process."""
    for scope, school in ((OWN, "lebedyan-1"), (FOREIGN, "gryazi-1")):
        with clock.frozen(MONDAY), db.unit_of_work():
            world[f"school programme {scope}"] = {"key": approved(school).key}


def _programme(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world[f"school programme {scope}"]["key"]}


def _reason(world: World, scope: str) -> Mapping[str, Any]:
    return {"reason": "Школа реорганизована, приказ № 5"}


SCHOOL = "school_head deputy_head school_team_member"
MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist mmo_head"
WHOLE = "region_head region_coordinator region_wg_member iro_coordinator auditor"
CURATING = "curator curator_500 school_tutor expert_consultant"

ROWS = [
    Row("school_programmes.index", own=roles(HIDDEN, yes=f"{SCHOOL} {MUNICIPAL} {WHOLE} {CURATING}")),
    Row(
        "school_programmes.programme",
        own=roles(HIDDEN, yes=f"{SCHOOL} {MUNICIPAL} {WHOLE}"),
        foreign=roles(HIDDEN, yes=WHOLE),
        at=_programme,
    ),
    Row(
        "school_programmes.stop",
        "POST",
        own=roles(
            HIDDEN,
            yes="municipal_coordinator region_coordinator",
            no=f"{SCHOOL} mouo_head programme_coordinator municipal_wg_member mms_methodist mmo_head "
            "region_head region_wg_member iro_coordinator auditor",
        ),
        foreign=roles(HIDDEN, yes="region_coordinator", no="region_head region_wg_member iro_coordinator auditor"),
        at=_programme,
        form=_reason,
    ),
]
