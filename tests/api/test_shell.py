"""The shell: who calls, errors as problems, what is not offered, health, metrics, the API document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlalchemy import text

from app.api import authentication
from app.api.offering import catalogue
from app.kernel.db import db
from app.people import operations as people
from app.people import queries
from tests.api import document
from tests.api.conftest import PASSWORD

PROBLEM = {"type", "title", "status", "detail", "instance"}


@pytest.fixture(autouse=True)
def _people(region: None) -> None:
    """These tests need people, not processes."""


@pytest.fixture
def http(address: str) -> Iterator[httpx.Client]:
    """A client without credentials."""
    with httpx.Client(base_url=address) as client:
        yield client


def as_(login: str, password: str = PASSWORD) -> httpx.BasicAuth:
    """Credentials of a person."""
    return httpx.BasicAuth(login, password)


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The answer is a problem of that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.keys() >= PROBLEM
    assert body["status"] == status
    return body


def sign_in(http: httpx.Client, login: str) -> str:
    """Sign in on the login page. Returns the CSRF token of a page."""
    page = http.get("/login")
    form = {"csrf_token": token_of(page.text), "login": login, "password": PASSWORD}
    assert http.post("/login", data=form).status_code == 303
    return token_of(http.get("/profile").text)


def token_of(page: str) -> str:
    """The CSRF token in a page."""
    found = re.search(r'name="csrf[-_]token"[^>]*(?:content|value)="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_nobody_is_asked_to_sign_in(http: httpx.Client) -> None:
    answer = http.get("/v2/topology")
    assert_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_basic_and_wrong_password(http: httpx.Client) -> None:
    assert http.get("/v2/authentication/me", auth=as_("teacher")).json()["username"] == "teacher"
    assert_problem(http.get("/v2/topology", auth=as_("teacher", "wrong")), 401)
    assert_problem(http.get("/v2/topology", auth=as_("nobody")), 401)


def test_a_right_password_is_hashed_once(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "verified_passwords", authentication.VerifiedPasswords())
    checks: list[str] = []
    real = authentication._authenticator
    assert real is not None
    original = real.from_password

    def counting(login: str, password: str, address: str | None) -> authentication.Identity | None:
        checks.append(login)
        return original(login, password, address)

    monkeypatch.setattr(real, "from_password", counting, raising=False)
    for _ in range(3):
        assert http.get("/v2/topology", auth=as_("head")).status_code == 200
    assert checks == ["head"]
    with db.unit_of_work():
        people.change_password(queries.actor_for("head"), PASSWORD, "совсем другой 8")
    try:
        assert_problem(http.get("/v2/topology", auth=as_("head")), 401)
    finally:
        with db.unit_of_work():
            people.change_password(queries.actor_for("head"), "совсем другой 8", PASSWORD)


def test_a_remembered_password_grows_old_and_the_memory_is_bounded() -> None:
    kept = authentication.VerifiedPasswords(seconds=-1)
    kept.remember("a", "b", "1")
    assert kept.stamp("a", "b") is None
    small = authentication.VerifiedPasswords(size=2)
    for login in "abc":
        small.remember(login, "x", "1")
    assert [small.stamp(login, "x") for login in "abc"] == [None, "1", "1"]
    assert small.stamp("b", "y") is None


def test_bearer_token_and_its_end(http: httpx.Client) -> None:
    with db.unit_of_work():
        actor = queries.actor_for("teacher")
        token = people.create_token(actor, "script", scopes=["read", "write"])
        reading = people.create_token(actor, "reader", scopes=["read"])
    headers = {"Authorization": f"Bearer {token}"}
    assert http.get("/v2/authentication/me", headers=headers).json()["username"] == "teacher"
    weak = {"Authorization": f"Bearer {reading}"}
    assert http.post("/v2/user-tasks/search", headers=weak).status_code == 200
    assert_problem(http.post("/v2/signals/broadcast", json={"signalName": "x"}, headers=weak), 403)
    with db.unit_of_work() as session:
        for key in session.execute(text("SELECT id FROM personal_token")).scalars().all():
            people.revoke_token(actor, key)
    assert_problem(http.get("/v2/authentication/me", headers=headers), 401)
    assert_problem(http.get("/v2/authentication/me", headers={"Authorization": "Bearer nonsense"}), 401)


def test_a_session_needs_the_csrf_token_to_change_something(http: httpx.Client) -> None:
    token = sign_in(http, "teacher")
    assert http.get("/v2/topology").status_code == 200
    refused = assert_problem(http.post("/v2/user-tasks/search", json={}), 403)
    assert "X-CSRFToken" in refused["detail"]
    assert_problem(http.post("/v2/user-tasks/search", json={}, headers={"X-CSRFToken": "wrong"}), 403)
    assert http.post("/v2/user-tasks/search", json={}, headers={"X-CSRFToken": token}).status_code == 200


def test_every_call_of_camunda_answers_itself_or_501(http: httpx.Client, app: Flask) -> None:
    offered = set()
    for rule in catalogue().iter_rules():
        path = re.sub(r"<\w+>", "1", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = http.request(method, path, auth=as_("teacher"), json={} if method != "GET" else None)
            if answer.status_code == 501:
                assert_problem(answer, 501)
            else:
                assert answer.status_code < 500, (method, path, answer.text)
                offered.add(f"{method} {rule.rule.removeprefix('/v2')}")
    wanted = """GET /topology, GET /status, GET /license, GET /authentication/me, POST /deployments,
        POST /process-definitions/search, GET /process-definitions/<process_definition_key>,
        GET /process-definitions/<process_definition_key>/xml, GET /process-definitions/<process_definition_key>/form,
        POST /process-instances, POST /process-instances/search, GET /process-instances/<process_instance_key>,
        POST /process-instances/<process_instance_key>/cancellation, POST /user-tasks/search,
        GET /user-tasks/<user_task_key>, PATCH /user-tasks/<user_task_key>, GET /user-tasks/<user_task_key>/form,
        POST /user-tasks/<user_task_key>/assignment, DELETE /user-tasks/<user_task_key>/assignee,
        POST /user-tasks/<user_task_key>/completion, POST /user-tasks/<user_task_key>/variables/search,
        POST /user-tasks/<user_task_key>/effective-variables/search, POST /variables/search,
        POST /messages/publication, POST /messages/correlation, POST /signals/broadcast"""
    assert offered >= {" ".join(call.split()) for call in wanted.split(",")}


def test_unknown_addresses_and_methods(http: httpx.Client) -> None:
    assert_problem(http.get("/v2/nothing", auth=as_("teacher")), 404)
    answer = http.delete("/v2/topology", auth=as_("teacher"))
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v2/user-tasks/search", b"{", "body"),
        ("/v2/user-tasks/search", b'{"filter": {"state": "SLEEPING"}}', "filter.state"),
        ("/v2/user-tasks/search", b'{"filter": {"surprise": 1}}', "filter.surprise"),
        ("/v2/user-tasks/search", b'{"sort": [{"field": "secret"}]}', "sort.0.field"),
        ("/v2/user-tasks/search", b'{"page": {"limit": -1}}', "page.limit"),
        ("/v2/user-tasks/search", b"[]", "body"),
        ("/v2/user-tasks/abc/completion", b"{}", "userTaskKey"),
        ("/v2/process-instances", b"{}", "processDefinitionKey"),
        ("/v2/process-instances", b'{"processDefinitionId": "x", "variables": []}', "variables"),
        ("/v2/messages/publication", b'{"name": "", "timeToLive": 1}', "name"),
        ("/v2/messages/publication", b'{"name": "a", "timeToLive": -1}', "timeToLive"),
        ("/v2/signals/broadcast", b'{"signalName": "a", "tenantId": "other"}', "tenantId"),
    ],
)
def test_bad_input_names_its_field(http: httpx.Client, path: str, body: bytes, field: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = assert_problem(http.post(path, content=body, auth=as_("teacher"), headers=headers), 400)
    assert field in answer["errors"], answer


def test_keys_that_nothing_has(http: httpx.Client) -> None:
    for key in ("1", "9223372036854775807", "99999999999999999999", "-5"):
        assert_problem(http.get(f"/v2/user-tasks/{key}", auth=as_("teacher")), 404)


def test_a_refusal_is_recorded(http: httpx.Client) -> None:
    assert_problem(http.get("/v2/process-instances/4711", auth=as_("stranger")), 404)
    with db.unit_of_work() as session:
        found = session.execute(
            text("SELECT actor, outcome, action FROM access_log WHERE object_key = '/v2/process-instances/4711'")
        ).all()
    assert [tuple(row) for row in found] == [("stranger", "notfound", "GET process-instances.get_process_instance")]


def test_health_and_readiness(http: httpx.Client) -> None:
    assert http.get("/healthz").json() == {"status": "ok"}
    ready = http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"database": "ok", "migrations": "ok", "broker": "ok"}


def test_not_ready_says_why(http: httpx.Client, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    settings = replace(app.extensions["marshrut"], redis_url="unix:///nowhere/redis.sock")
    monkeypatch.setitem(app.extensions, "marshrut", settings)
    answer = http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == "ConnectionError"
    assert answer.json()["checks"]["database"] == "ok"


def test_metrics_tell_requests_and_readings(http: httpx.Client) -> None:
    http.get("/healthz")
    page = http.get("/metrics").text
    assert 'marshrut_request_seconds_count{endpoint="health.healthz",method="GET",status="200"}' in page
    for name in ("outbox_depth", "outbox_failed", "open_incidents", "timer_lateness_seconds"):
        assert re.search(rf"^marshrut_{name} [0-9.]+$", page, re.MULTILINE), name


def test_the_document_is_valid_openapi(http: httpx.Client) -> None:
    from openapi_spec_validator import validate

    document = http.get("/openapi.json").json()
    validate(document)
    assert "/v2/user-tasks/{user_task_key}/completion" in document["paths"]
    schemas = document["components"]["schemas"]
    assert schemas["UserTaskResult"]["properties"]["userTaskKey"] == {"type": "string", "format": "int64"}


def test_the_page_shows_every_call(http: httpx.Client) -> None:
    page = http.get("/docs")
    assert page.status_code == 200
    assert "/v2/user-tasks/{user_task_key}/completion" in page.text
    assert "http://" not in re.sub(r"curl[^<]*", "", page.text).replace("http://www.w3.org", "")


def test_the_document_changes_on_purpose_only(app: Flask) -> None:
    found = document.lines(app.extensions["api"].spec.to_dict())
    assert found == document.KEPT.read_text().splitlines(), "meant? then run: python -m tests.api.document"
