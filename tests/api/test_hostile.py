"""Input that a client library would not send: it is refused, never an error of the server's own."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from camunda_orchestration_sdk.models import DeploymentResult

from tests.api.conftest import Connect
from tests.api.sdk import start, task_of
from tests.api.test_shell import as_

JSON = {"Content-Type": "application/json"}
TEXTS = ["\x00", "\ud800", "a" * 100_000, "%s{0}", "'; DROP TABLE outbox; --", "\u202e", "💥" * 300, ""]
VALUES: list[Any] = [
    *TEXTS,
    float("nan"),
    float("inf"),
    10**400,
    -(2**63) - 1,
    1e308,
    {"typename": "x"},
    {"": 1},
    {"\x00": 1},
    [None] * 10_000,
]


@pytest.fixture
def http(address: str, deployed: DeploymentResult) -> Iterator[httpx.Client]:
    """A teacher's client; the designer's by `auth`."""
    with httpx.Client(base_url=address, auth=as_("teacher"), timeout=30) as client:
        yield client


def refused_or_done(answer: httpx.Response) -> None:
    """No fault of the server: below 500, and a problem when refused."""
    assert answer.status_code < 500, answer.text[:500]
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def body_of(value: Any) -> bytes:
    """JSON as Python writes it, with NaN and lone surrogates."""
    return json.dumps(value).encode()


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_variables(http: httpx.Client, value: Any) -> None:
    body = {"processDefinitionId": "api_sum", "variables": {"a": 1, "b": 2, "extra": value}}
    refused_or_done(http.post("/v2/process-instances", content=body_of(body), headers=JSON))


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text)[:20])
def test_texts_everywhere(http: httpx.Client, text: str) -> None:
    calls = [
        ("/v2/process-instances", {"processDefinitionId": text}),
        (
            "/v2/process-instances",
            {"processDefinitionId": "api_sum", "businessId": text, "variables": {"a": 1, "b": 1}},
        ),
        ("/v2/process-instances", {"processDefinitionId": "api_sum", "variables": {text: 1, "a": 1, "b": 1}}),
        ("/v2/user-tasks/search", {"filter": {"assignee": text}}),
        ("/v2/user-tasks/search", {"filter": {"name": {"$like": text}}}),
        ("/v2/user-tasks/search", {"filter": {"candidateGroup": {"$in": [text]}}}),
        (
            "/v2/user-tasks/search",
            {"filter": {"processInstanceVariables": [{"name": text, "value": json.dumps(text)}]}},
        ),
        ("/v2/user-tasks/search", {"filter": {"processInstanceVariables": [{"name": "a", "value": text}]}}),
        ("/v2/variables/search", {"filter": {"name": text, "value": {"$like": text}}}),
        ("/v2/process-instances/search", {"filter": {"errorMessage": {"$like": text}}}),
        ("/v2/process-instances/search", {"page": {"after": text}}),
    ]
    for path, body in calls:
        refused_or_done(http.post(path, content=body_of(body), headers=JSON))
    operating = [
        ("/v2/messages/publication", {"name": text, "correlationKey": text, "messageId": text, "timeToLive": 10_000}),
        ("/v2/messages/correlation", {"name": "x", "correlationKey": text, "variables": {"a": text}}),
        ("/v2/signals/broadcast", {"signalName": text}),
    ]
    for path, body in operating:
        refused_or_done(http.post(path, content=body_of(body), headers=JSON, auth=as_("designer")))


def test_a_task_completed_with_odd_values(http: httpx.Client, connect: Connect) -> None:
    key = task_of(connect, "teacher", start(connect, "teacher", "api_request")).user_task_key
    for value in VALUES:
        for body in (
            {"variables": {"title": value}},
            {"variables": {"title": 5, "x": value}},
            {"variables": {"comment": value}},
        ):
            refused_or_done(http.post(f"/v2/user-tasks/{key}/completion", content=body_of(body), headers=JSON))
    assert http.get(f"/v2/user-tasks/{key}").json()["state"] in ("CREATED", "COMPLETED")


@pytest.mark.parametrize("depth", [50, 400, 900, 5_000, 200_000])
def test_nesting(http: httpx.Client, depth: int) -> None:
    deep = (
        b'{"processDefinitionId": "api_sum", "variables": {"a": 1, "b": 1, "x": ' + b"[" * depth + b"]" * depth + b"}}"
    )
    answer = http.post("/v2/process-instances", content=deep, headers=JSON)
    refused_or_done(answer)
    assert (answer.status_code == 200) == (depth <= 50), answer.text[:300]


def test_shapes_that_are_no_bodies(http: httpx.Client) -> None:
    paths = ["/v2/process-instances", "/v2/user-tasks/search", "/v2/variables/search", "/v2/user-tasks/1/completion"]
    bodies = [b"null", b"1", b'"x"', b"[]", b"[1]", b"\xff\xfe", b"{'a': 1}", b"{}" * 2, b"\x00", b""]
    for path, content in itertools.product(paths, bodies):
        refused_or_done(http.post(path, content=content, headers=JSON))
    refused_or_done(http.post("/v2/user-tasks/search", content=b"{}", headers={"Content-Type": "text/plain"}))


def test_a_large_body_is_refused(http: httpx.Client) -> None:
    body = {"processDefinitionId": "api_sum", "variables": {"a": 1, "b": 1, "x": "y" * (5 * 1024 * 1024)}}
    assert http.post("/v2/process-instances", json=body).status_code == 413


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"<a/>",
        b"\x00" * 100,
        b"{}",
        b"[]",
        b"\xff",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", ["x.bpmn", "x.dmn", "x.form", "x", "../../x.bpmn", "x.exe", "\u202e.bpmn"])
def test_files_that_are_no_models(http: httpx.Client, name: str, content: bytes) -> None:
    answer = http.post("/v2/deployments", files={"resources": (name, content)}, auth=as_("designer"))
    refused_or_done(answer)
    assert answer.status_code == 400, answer.text
