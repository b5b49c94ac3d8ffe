"""`/api/v1` of programmes, measures and stages: the same scope as the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app.kernel import clock
from app.kernel.db import db
from app.people import memory
from app.people.queries import actor_for
from app.programmes import operations
from app.programmes.operations.calendars import stages_on_months
from tests.conftest import MONDAY


@pytest.fixture
def client(app: Flask, populated: Connection) -> Iterator[FlaskClient]:
    """The demo region with its programme in force and a draft of Lebedyan's; everything is undone."""
    savepoint = populated.begin_nested()
    db.bind(populated)
    memory.forget()
    with clock.frozen(MONDAY):
        try:
            with db.unit_of_work():
                operations.load_file(actor_for("region_coordinator"), "lipetsk", organisation="region")
                operations.set_state(actor_for("region_coordinator"), "LIP-2018", "active")
                keeper = actor_for("municipal_coordinator")
                operations.load_file(keeper, "lebedyan", organisation="lebedyan")
                stages = stages_on_months(2018, [("I этап", 4), ("II этап", 6)])
                operations.set_calendar(keeper, "LEB-2018", "school_monitoring", 2018, "Мониторинг", stages)
            yield app.test_client(use_cookies=False)
        finally:
            db.bind(None)
            savepoint.rollback()
            memory.forget()


def _get(client: FlaskClient, path: str, login: str) -> Any:
    answer = client.get(f"/api/v1/{path}", auth=(login, "demo"))
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_passport_with_its_targets(client: FlaskClient) -> None:
    found = _get(client, "programmes/LEB-2018", "municipal_coordinator")
    assert found["organisationCode"] == "lebedyan"
    assert (found["periodFrom"], len(found["tasks"])) == ("2018-01-01", 6)
    assert {"indicator": "LEB-I-0", "value": 30.0, "unit": "%"}.items() <= found["targets"][0].items()


def test_leb_01_the_measures_of_a_roadmap_with_their_texts(client: FlaskClient) -> None:
    items = _get(client, "programmes/LEB-2018/measures", "municipal_coordinator")["items"]
    assert len(items) == 31
    (row,) = [item for item in items if item["rowKey"] == "LEB-2018:1.7"]
    assert row == _get(client, "measures/LEB-2018:1.7", "municipal_coordinator")


def test_the_stages_in_force(client: FlaskClient) -> None:
    (calendar,) = _get(client, "programmes/LEB-2018/stages", "municipal_coordinator")["items"]
    assert [(stage["number"], stage["startsOn"][:7]) for stage in calendar["stages"]] == [
        (1, "2018-04"),
        (2, "2018-06"),
    ]


def test_a_search_shows_what_the_caller_may_see(client: FlaskClient) -> None:
    def codes(login: str, **wanted: Any) -> list[str]:
        answer = client.post("/api/v1/programmes/search", json={"filter": wanted}, auth=(login, "demo"))
        assert answer.status_code == 200, answer.text
        return sorted(item["code"] for item in answer.get_json()["items"])

    assert codes("region_coordinator") == ["LEB-2018", "LIP-2018"]
    assert codes("region_coordinator", kind="region") == ["LIP-2018"]
    assert codes("municipal_coordinator") == ["LEB-2018", "LIP-2018"]
    assert codes("municipal_coordinator2") == ["LIP-2018"], "the other municipality's is a draft"


def test_what_is_out_of_scope_does_not_exist(client: FlaskClient) -> None:
    for path in ("programmes/LEB-2018", "programmes/LEB-2018/measures", "measures/LEB-2018:1.7"):
        assert client.get(f"/api/v1/{path}", auth=("municipal_coordinator2", "demo")).status_code == 404
