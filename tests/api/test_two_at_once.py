"""Two at once, a lost database, a browser's session: what the client library alone does not try."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from camunda_orchestration_sdk.models import DeploymentResult
from sqlalchemy import text

from app.kernel.db import db
from tests.api.conftest import PASSWORD, Connect
from tests.api.sdk import start, task_of
from tests.api.test_shell import as_, assert_problem, sign_in


@pytest.fixture(autouse=True)
def _models(deployed: DeploymentResult) -> None:
    """Every test of this module works on the deployed models."""


def test_of_two_completions_at_once_one_wins(connect: Connect, address: str) -> None:
    for _ in range(5):
        task = task_of(connect, "teacher", start(connect, "teacher", "api_request"))
        gate = threading.Barrier(2)

        def complete(login: str, key: str = task.user_task_key, gate: threading.Barrier = gate) -> int:
            with httpx.Client(base_url=address, auth=as_(login)) as client:
                client.get("/v2/topology")
                gate.wait()
                body = {"variables": {"title": login}}
                return client.post(f"/v2/user-tasks/{key}/completion", json=body).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(complete, ("teacher", "colleague"))) == [204, 409]


def test_a_lost_connection_is_503_and_the_same_call_succeeds_after(connect: Connect, address: str) -> None:
    task = task_of(connect, "teacher", start(connect, "teacher", "api_request"))
    path = f"/v2/user-tasks/{task.user_task_key}/completion"
    with httpx.Client(base_url=address, auth=as_("teacher")) as client:
        client.get("/v2/topology")
        _cut_all_connections()
        answers = []
        while not answers or answers[-1].status_code == 503:
            answers.append(client.post(path, json={"variables": {"title": "x"}}))
            assert len(answers) < 20
    assert_problem(answers[0], 503)
    assert answers[0].headers["Retry-After"] == "2"
    assert answers[-1].status_code == 204


def _cut_all_connections() -> None:
    """End every other connection to this database, as a restart of the server does."""
    with db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        connection.detach()
        connection.close()


def test_a_page_completes_with_its_session(connect: Connect, address: str) -> None:
    task = task_of(connect, "teacher", start(connect, "teacher", "api_request"))
    with httpx.Client(base_url=address) as browser:
        token = sign_in(browser, "teacher")
        answer = browser.post(
            f"/v2/user-tasks/{task.user_task_key}/completion",
            json={"variables": {"title": "x"}},
            headers={"X-CSRFToken": token},
        )
    assert answer.status_code == 204
    assert "Set-Cookie" not in answer.headers


def test_deployments_without_files_or_too_large(address: str) -> None:
    with httpx.Client(base_url=address, auth=as_("designer")) as client:
        assert (
            "resources" in assert_problem(client.post("/v2/deployments", data={"tenantId": "<default>"}), 400)["errors"]
        )
        large = {"resources": ("large.bpmn", b"<" * (5 * 1024 * 1024 + 1))}
        assert "resources" in assert_problem(client.post("/v2/deployments", files=large), 400)["errors"]
        other = client.post("/v2/deployments", files={"resources": ("a.form", b"{}")}, data={"tenantId": "other"})
        assert "tenantId" in assert_problem(other, 400)["errors"]
        huge = client.post("/v2/signals/broadcast", content=b"x" * (33 * 1024 * 1024))
        assert_problem(huge, 413)


def test_a_wrong_password_too_often_is_slowed_down(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        codes = [client.get("/v2/topology", auth=as_("head2", f"wrong {n}")).status_code for n in range(12)]
        assert codes[0] == 401
        assert codes[-1] == 429
        assert client.get("/v2/topology", auth=as_("head2", PASSWORD)).status_code == 429
