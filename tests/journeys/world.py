"""The demo region with all models deployed, its people, and the clock that moves as the days go by."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

from app.courses.operations import programmes
from app.demo.region import load_region
from app.engine import operations
from app.engine.views import Resource
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import queries as people

from .person import Person
from .task import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
MOSCOW = ZoneInfo("Europe/Moscow")
_ROUNDS = 50
CARD: dict[str, Any] = {
    "title": "Преподавание математики в школе с низкими результатами",
    "audience": "учителя математики",
    "subject": "математика",
    "hours": 72,
    "form": "очная",
    "modules": [
        {"title": "Основы", "hours": 56, "form": "очная", "variative": False},
        {"title": "Решение задач", "hours": 16, "form": "очная", "variative": True, "groups": ["А — предметная"]},
    ],
    "attestation_forms": ["зачёт", "показательный фрагмент урока"],
}


class World:
    """The people of the region on one database; days pass when told to."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._people: dict[str, Person] = {}

    def __getitem__(self, login: str) -> Person:
        """The person of that login, with a browser of their own."""
        if login not in self._people:
            self._people[login] = Person(self.app, login)
        return self._people[login]

    def name(self, login: str) -> str:
        """The person's name as lists show it."""
        with self.app.app_context(), db.unit_of_work():
            return people.person_name(login)

    def settle(self) -> None:
        """Do what the clock and the worker have to do by now."""
        with self.app.app_context():
            for _ in range(_ROUNDS):
                if not operations.fire_due(1000) + outbox.work_off(1000):
                    return
        raise AssertionError("the work does not end")

    def wait(self, until: date | datetime | timedelta) -> None:
        """Let time pass, noon by noon, to the moment (a date means 09:00 in Moscow)."""
        if isinstance(until, timedelta):
            target = clock.now() + until
        elif isinstance(until, datetime):
            target = until
        else:
            target = datetime.combine(until, time(9), MOSCOW)
        assert target >= clock.now(), f"{target} is past"
        while clock.now() < target:
            clock.move(min(target.astimezone(UTC), clock.now() + timedelta(days=1)))
            self.settle()


def load() -> None:
    """Organisations, people, a programme in force, all models."""
    with db.unit_of_work():
        load_region(PASSWORD)
    with db.unit_of_work():
        developer = people.actor_for("course_leader")
        programmes.approve_programme(developer, programmes.draft_programme(developer, "МАТ-72", CARD))
    deploy()


def deploy() -> None:
    """All models."""
    with db.unit_of_work():
        operations.deploy(PLATFORM, [Resource(path.name, path.read_bytes()) for path in model_files()], internal=True)


def model_files() -> list[Path]:
    """Every model, decision and form of the repository."""
    found = [path for suffix in ("*.bpmn", "*.dmn") for path in (ROOT / "workflows").rglob(suffix)]
    return sorted(found) + sorted((ROOT / "forms").rglob("*.form"))
