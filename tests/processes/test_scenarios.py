"""Every scenario of `workflows/`, warm and with the live cache emptied after every step."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.scenarios import read_scenario, run
from app.people import queries as people

from .conftest import PASSWORD, ROOT
from .scenes import SCENES

SCENARIOS = sorted((ROOT / "workflows").rglob("*.scenario.yaml"))


def named(path: Path) -> str:
    """Folder and name of a scenario."""
    return f"{path.parent.name}/{path.name.removesuffix('.scenario.yaml')}"


@pytest.mark.parametrize("cold", [False, True], ids=["warm", "reloaded"])
@pytest.mark.parametrize("path", SCENARIOS, ids=named)
def test_scenario(path: Path, cold: bool, stage: None) -> None:
    run(read_scenario(path), actor_of=people.actor_for, scenes=SCENES, password=PASSWORD, cold=cold)
