"""`/api/v1/organisations` and `/api/v1/people`: the same scope as the pages."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

pytestmark = pytest.mark.usefixtures("region")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a session: every call brings its password."""
    return app.test_client(use_cookies=False)


def basic(login: str) -> tuple[str, str]:
    """Login and password of the demo."""
    return login, "demo"


def _search(client: FlaskClient, login: str, what: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{what}/search", json=body, auth=basic(login))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def _codes(found: dict[str, Any]) -> list[str]:
    return [item["code"] for item in found["items"]]


class TestOrganisations:
    """The tree."""

    def test_a_municipality_with_what_lies_below(self, client: FlaskClient) -> None:
        found = _search(
            client, "teacher", "organisations", filter={"within": "lebedyan", "level": "school"}, page={"limit": 2}
        )
        assert _codes(found) == ["lebedyan-1", "lebedyan-2"]
        assert found["page"]["totalItems"] == 3
        following = _search(
            client,
            "teacher",
            "organisations",
            filter={"within": "lebedyan", "level": "school"},
            page={"limit": 2, "after": found["page"]["endCursor"]},
        )
        assert _codes(following) == ["lebedyan-3"]

    def test_one_by_its_code(self, client: FlaskClient) -> None:
        answer = client.get("/api/v1/organisations/gryazi-1", auth=basic("teacher"))
        assert answer.get_json()["path"] == ["region", "gryazi", "gryazi-1"]
        assert client.get("/api/v1/organisations/none", auth=basic("teacher")).status_code == 404

    def test_an_unknown_kind_is_bad_input(self, client: FlaskClient) -> None:
        answer = client.post("/api/v1/organisations/search", json={"filter": {"kind": "castle"}}, auth=basic("teacher"))
        assert answer.status_code == 400
        assert "filter.kind" in str(answer.get_json()["errors"])


class TestPeople:
    """Persons within the caller's scope."""

    def test_a_head_finds_the_staff_of_the_own_school_only(self, client: FlaskClient) -> None:
        found = _search(client, "school_head", "people", filter={"role": "teacher"})
        assert {item["organisationCode"] for item in found["items"]} == {"lebedyan-1"}
        everybody = _search(client, "region_coordinator", "people", filter={"role": "teacher"})
        assert everybody["page"]["totalItems"] > found["page"]["totalItems"]

    def test_roles_of_today_are_told(self, client: FlaskClient) -> None:
        found = client.get("/api/v1/people/teacher", auth=basic("school_head")).get_json()
        assert {"role": "teacher", "organisationCode": "lebedyan-1", "acting": False} in found["roles"]

    def test_who_is_out_of_scope_does_not_exist(self, client: FlaskClient) -> None:
        hidden = client.get("/api/v1/people/teacher2", auth=basic("school_head"))
        unknown = client.get("/api/v1/people/nobody", auth=basic("school_head"))
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.get_json()["detail"] == unknown.get_json()["detail"]

    def test_pages_follow_the_sort(self, client: FlaskClient) -> None:
        body = {"sort": [{"field": "lastName"}], "page": {"limit": 3}}
        first = _search(client, "admin", "people", **body)
        names = [item["lastName"] for item in first["items"]]
        body["page"] = {"limit": 3, "after": first["page"]["endCursor"]}
        names += [item["lastName"] for item in _search(client, "admin", "people", **body)["items"]]
        assert len(names) == 6
        assert names == sorted(names)
