"""Who looks at a programme as a whole, and who reminds those who are late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.cockpit import building
from tests.web.matrix import FOREIGN, HIDDEN, OWN, Row, World, roles

_REGION = "region_head region_wg_member iro_head auditor"
_KEEPERS = "region_coordinator iro_coordinator"
_MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator"
_LOOK = roles(HIDDEN, yes=f"{_REGION} {_KEEPERS} {_MUNICIPAL}")
_LOOK_AFAR = roles(HIDDEN, yes=f"{_REGION} {_KEEPERS}")


def build(world: World) -> None:
    """A programme of each municipality."""
    for scope, place in ((OWN, "lebedyan"), (FOREIGN, "gryazi")):
        code = f"MATRIX-{place}"
        made = building.programme(code, organisation=place, kind="municipality")
        building.measure(made, "1.1")
        world["cockpit" if scope == OWN else f"cockpit {FOREIGN}"] = code


def _code(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": world.of("cockpit", scope)}


ROWS = [
    Row("cockpit.index", own=_LOOK),
    Row("cockpit.programme", own=_LOOK, foreign=_LOOK_AFAR, at=_code),
    Row("cockpit.works", own=_LOOK, foreign=_LOOK_AFAR, at=_code),
    Row(
        "cockpit.remind",
        "POST",
        own=roles(HIDDEN, yes=f"{_KEEPERS} {_MUNICIPAL}", no=_REGION),
        foreign=roles(HIDDEN, yes=_KEEPERS, no=_REGION),
        at=_code,
    ),
]
