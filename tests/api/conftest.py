"""A live server over committed data: a small region, deployed models, the unmodified client for each person."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.models import DeploymentResult
from flask import Flask
from werkzeug.serving import make_server

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations as people
from tests.conftest import empty_tables

MODELS = Path(__file__).parent / "models"
PASSWORD = "медленный поезд 7"
_PLACES = (
    ("region", "region_authority", None),
    ("mun1", "mouo", "region"),
    ("mun2", "mouo", "region"),
    ("school1", "school", "mun1"),
    ("school2", "school", "mun2"),
)
_PEOPLE = (
    ("teacher", "school1", "teacher"),
    ("colleague", "school1", "teacher"),
    ("head", "school1", "school_head"),
    ("stranger", "school2", "teacher"),
    ("head2", "school2", "school_head"),
    ("designer", "region", "designer"),
    ("auditor", "region", "auditor"),
)

Connect = Callable[[str], CamundaClient]


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """The application, served by threads on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def region(app: Flask) -> Iterator[None]:
    """Committed people of two schools, for the tests of a module; all tables are emptied after it."""
    with db.unit_of_work():
        for code, kind, parent in _PLACES:
            people.create_organisation(PLATFORM, code, kind, code, parent=parent)
        for login, place, role in _PEOPLE:
            people.create_person(
                PLATFORM,
                login,
                last_name=login.title(),
                first_name="Имя",
                middle_name="",
                email=f"{login}@example.org",
                organisation=place,
                password=PASSWORD,
                must_change_password=False,
                roles=[(role, place)],
                consent=True,
            )
    yield
    empty_tables()


@pytest.fixture(scope="module")
def connect(address: str, region: None) -> Iterator[Connect]:
    """The unmodified client, signed in as somebody."""
    clients: dict[str, CamundaClient] = {}

    def connected(login: str) -> CamundaClient:
        if login not in clients:
            clients[login] = CamundaClient(
                configuration={
                    "CAMUNDA_REST_ADDRESS": f"{address}/v2",
                    "CAMUNDA_AUTH_STRATEGY": "BASIC",
                    "CAMUNDA_BASIC_AUTH_USERNAME": login,
                    "CAMUNDA_BASIC_AUTH_PASSWORD": PASSWORD,
                    "CAMUNDA_SDK_LOG_LEVEL": "error",
                }
            )
        return clients[login]

    yield connected
    for client in clients.values():
        client.close()


@pytest.fixture(scope="module")
def deployed(connect: Connect) -> DeploymentResult:
    """The models of these tests, deployed by the designer."""
    names = ("request.bpmn", "request_form.form", "sum.bpmn", "waiting.bpmn", "grade.dmn")
    return connect("designer").deploy_resources_from_files([str(MODELS / name) for name in names])
