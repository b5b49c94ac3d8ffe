"""Steps of a scenario told by a test: the real engine, a moved clock, whatever the test prepares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.engine.scenarios import Scenario, Scene, Step, run
from app.people import queries as people

from .conftest import PASSWORD


def tell(process: str, start: Mapping[str, Any], *steps: Mapping[str, Any], at: str, **scenes: Scene) -> None:
    """Play steps on the engine; each is a step of a scenario file, whose kind is its first key."""
    told = []
    for number, raw in enumerate(steps, 1):
        kind, *_ = raw
        told.append(Step(number, kind, raw[kind], {name: value for name, value in raw.items() if name != kind}))
    scenario = Scenario("acceptance", "", process, datetime.fromisoformat(at), {}, start, tuple(told))
    run(scenario, actor_of=people.actor_for, scenes=scenes, password=PASSWORD)
