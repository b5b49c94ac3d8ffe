"""The region's people, kinds of work made for the tests, and browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.jobs import kinds
from app.jobs.models import BackgroundJob
from app.jobs.run import Run
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people import queries
from tests.inbox import region

Steps = Callable[[Run], Iterator[None]]


@pytest.fixture
def people(app: Flask, connection: Connection, monday: object) -> Iterator[None]:
    """People to work for, on a Monday; an application context as workers have."""
    with app.app_context():
        with db.unit_of_work():
            region.build()
        yield


@pytest.fixture
def kind() -> Iterator[Callable[..., None]]:
    """Register kinds of work for one test."""
    before = dict(kinds.known())

    def register(name: str, steps: Steps, at_once: int = 1) -> None:
        kinds.handler(name, label=name, at_once=at_once)(steps)

    yield register
    kinds.known().clear()
    kinds.known().update(before)


def person(login: str) -> Actor:
    """The person with the roles of now."""
    return queries.actor_for(login)


def job(key: int) -> BackgroundJob:
    """The job as it stands in the database."""
    with db.unit_of_work() as session:
        return session.get_one(BackgroundJob, key)
