"""Worlds to play in: each test gets a copy of a stage that was played once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask

from app.kernel import clock
from tests.conftest import MONDAY

from .databases import Databases
from .stages import STAGES
from .world import World


class Stages:
    """Databases of the stages, each made from the one before when it is first needed."""

    def __init__(self, app: Flask, databases: Databases) -> None:
        self._app, self._databases = app, databases
        self._ready: dict[str, tuple[str, datetime]] = {}

    def ready(self, name: str) -> tuple[str, datetime]:
        """Database of a played stage and the moment at which it ended."""
        if name not in self._ready:
            before, play = STAGES[name]
            if before is None:
                database, moment = self._databases.empty(), MONDAY
            else:
                of, moment = self.ready(before)
                database = self._databases.copy(of)
            with self._databases.opened(database), clock.frozen(moment):
                play(World(self._app))
                moment = clock.now()
            self._ready[name] = (database, moment)
        return self._ready[name]

    def on(self, name: str) -> Iterator[World]:
        """A copy of the stage for one test."""
        of, moment = self.ready(name)
        database = self._databases.copy(of)
        with self._databases.opened(database), clock.frozen(moment):
            yield World(self._app)


@pytest.fixture(scope="session")
def stages(app: Flask, database_url: str) -> Iterator[Stages]:
    """The stages of this run."""
    databases = Databases(database_url)
    yield Stages(app, databases)
    databases.drop_all()


Stage = Callable[..., Iterator[World]]


@pytest.fixture
def people(stages: Stages) -> Iterator[World]:
    """The people of the region; nothing is deployed."""
    yield from stages.on("people")


@pytest.fixture
def region(stages: Stages) -> Iterator[World]:
    """The region on Monday, 6 April 2026, 09:00; no course yet."""
    yield from stages.on("region")


@pytest.fixture
def demo(stages: Stages) -> Iterator[World]:
    """The demo data as of Monday, 6 April."""
    yield from stages.on("demo")


@pytest.fixture
def course(stages: Stages) -> Iterator[World]:
    """The same Monday: course МАТ-72 takes applications until Friday."""
    yield from stages.on("course")


@pytest.fixture
def running(stages: Stages) -> Iterator[World]:
    """Monday, 13 April: the course of five listeners has begun."""
    yield from stages.on("running")


@pytest.fixture
def tested(stages: Stages) -> Iterator[World]:
    """Thursday, 16 April: entry results 96, 70, no-show, 96, 100 %; subgroups are formed."""
    yield from stages.on("tested")


@pytest.fixture
def finished(stages: Stages) -> Iterator[World]:
    """Saturday, 16 May: the only listener has her certificate."""
    yield from stages.on("finished")
