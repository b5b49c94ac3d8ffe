"""Every scenario of `workflows/`, warm and with the live cache emptied after every step; they go everywhere."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.engine.bpmn import ProcessModel, read_definitions
from app.engine.scenarios import Report, Scene, read_scenario, run
from app.people import queries as people

from .after import AFTER
from .conftest import PASSWORD, ROOT, staged
from .scenes import SCENES

SCENARIOS = sorted((ROOT / "workflows").rglob("*.scenario.yaml"))
MODELS = sorted((ROOT / "workflows").rglob("*.bpmn"))
_reports: dict[tuple[Path, bool], Report] = {}
"""What scenarios travelled, warm and cold. The tests come in any order; each scenario plays once in each way."""


def named(path: Path) -> str:
    """Folder and name of a file, without its ending."""
    return f"{path.parent.name}/{path.name.partition('.')[0]}"


@cache
def scenes() -> dict[str, Scene]:
    """What scenarios may ask to be prepared: of the courses, and of every feature's `tests/<feature>/scenes.py`."""
    found: dict[str, Scene] = {**SCENES, **AFTER}
    for path in sorted((ROOT / "tests").glob("*/scenes.py")):
        if path.parent.name != "processes":
            found |= importlib.import_module(f"tests.{path.parent.name}.scenes").SCENES
    return found


@cache
def model(path: Path) -> ProcessModel:
    """The process of a file."""
    (found,) = read_definitions(path.read_bytes())
    return found


def play(path: Path, *, cold: bool) -> Report:
    """Run a scenario, once in this run."""
    if (path, cold) not in _reports:
        scenario = read_scenario(path)
        report = run(scenario, actor_of=people.actor_for, scenes=scenes(), password=PASSWORD, cold=cold)
        _reports[path, cold] = report
    return _reports[path, cold]


@pytest.mark.parametrize("cold", [False, True], ids=["warm", "reloaded"])
@pytest.mark.parametrize("path", SCENARIOS, ids=named)
def test_scenario(path: Path, cold: bool, stage: None) -> None:
    assert play(path, cold=cold).root is not None


@pytest.fixture(scope="module")
def reports(region: Connection) -> Iterable[Report]:
    """What all scenarios travelled; those that no test has run yet are run now."""
    for path in SCENARIOS:
        if not {(path, False), (path, True)} & _reports.keys():
            with staged(region):
                play(path, cold=False)
    return _reports.values()


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_every_flow_and_end_is_travelled(path: Path, reports: Iterable[Report]) -> None:
    process = model(path)
    travelled = {flow for report in reports for flow in report.flows.get(process.process_id, ())}
    reached = {end for report in reports for end in report.ends.get(process.process_id, ())}
    ends = {each.id for each in process.elements.values() if each.kind == "endEvent" and each.parent is None}
    assert (sorted(set(process.flows) - travelled), sorted(ends - reached)) == ([], []), "no scenario goes there"
