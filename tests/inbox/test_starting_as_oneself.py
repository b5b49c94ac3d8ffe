"""Who starts a process does so as themselves, at a place of their own: service types judge by both."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.engine import operations
from app.engine.models import ProcessInstance
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people.queries import actor_for
from tests.inbox.conftest import deploy


@pytest.fixture
def deployed(app: Flask, region: Connection) -> None:
    """The request process, which teachers start."""
    with db.unit_of_work():
        deploy()


def _start(login: str, **variables: Any) -> dict[str, Any]:
    with db.unit_of_work() as session:
        key = operations.start_instance(actor_for(login), "request", variables)
        return dict(session.get_one(ProcessInstance, key).variables)


@pytest.mark.usefixtures("deployed")
def test_nobody_names_another_initiator() -> None:
    assert _start("teacher", initiator="school_head")["initiator"] == "teacher"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("name", ["school_id", "organisation", "municipality_id"])
def test_a_foreign_place_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        _start("teacher", **{name: "gryazi" if name == "municipality_id" else "gryazi-1"})
    assert name in refused.value.errors


@pytest.mark.usefixtures("deployed")
def test_the_own_school_and_its_municipality_are_ones_own() -> None:
    found = _start("teacher", school_id="lebedyan-1", municipality_id="lebedyan")
    assert (found["school_id"], found["municipality_id"]) == ("lebedyan-1", "lebedyan")
