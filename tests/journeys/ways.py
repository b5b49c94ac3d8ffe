"""Two ways to a result: the e-test taken here, and the import from an outside system. What follows is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from . import acts
from .conftest import Stages
from .world import World

E_TEST, IMPORT = "e-test", "import"


@dataclass(frozen=True)
class Ways:
    """A world and the way in which its listeners are tested."""

    world: World
    way: str

    def results(self, points: Mapping[str, float], kind: str = "входной", course: str = acts.COURSE) -> None:
        """Listeners get so many of 100 points."""
        if self.way == IMPORT:
            acts.import_results(self.world, {login: (value, 100) for login, value in points.items()}, kind, course)
            return
        for login, value in points.items():
            finished = acts.take_test(self.world, login, value)
            assert "Тест завершён" in finished.text, finished.text


@pytest.fixture
def e_test(stages: Stages) -> Iterator[World]:
    """Monday, 13 April: the course of five listeners has begun, their tests wait for them."""
    yield from stages.on("e_running")


@pytest.fixture
def every_kind(stages: Stages) -> Iterator[World]:
    """As `e_test`, with every kind of question in everyone's variant."""
    yield from stages.on("e_every_kind")


@pytest.fixture(params=[E_TEST, IMPORT])
def entry_ways(request: pytest.FixtureRequest, stages: Stages) -> Iterator[Ways]:
    """As `running`, both ways."""
    for world in stages.on("e_running" if request.param == E_TEST else "running"):
        yield Ways(world, request.param)


@pytest.fixture(params=[E_TEST, IMPORT])
def tested_ways(request: pytest.FixtureRequest, stages: Stages) -> Iterator[Ways]:
    """As `tested`, both ways."""
    for world in stages.on("tested" if request.param == E_TEST else "imported"):
        yield Ways(world, request.param)
