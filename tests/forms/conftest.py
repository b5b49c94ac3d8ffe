"""Deployed forms, and a page with one of them in a real browser."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection
from werkzeug.serving import make_server

from app.forms import operations
from app.forms.definition import FormDefinition
from app.kernel.config import Settings
from app.kernel.db import db

from .everything import SOURCE, VARIABLES
from .page import FormPage, application, register_sources


def read(schema: dict[str, Any] | list[dict[str, Any]]) -> FormDefinition:
    """A form from its schema, or from its components alone, without a database."""
    whole = schema if isinstance(schema, dict) else {"id": "f", "components": schema}
    definition, findings = operations.check_form(json.dumps(whole, ensure_ascii=False).encode())
    assert definition is not None, findings
    assert [finding for finding in findings if finding.severity == "error"] == []
    return definition


@pytest.fixture
def unit(app: Flask, connection: Connection) -> Iterator[None]:
    """A unit of work inside an application and request context."""
    with app.test_request_context("/"), db.unit_of_work():
        yield


@pytest.fixture
def everything() -> FormDefinition:
    """The form with every component, not deployed."""
    register_sources()
    definition, _ = operations.check_form(SOURCE)
    assert definition is not None
    return definition


def _deploy() -> int:
    with db.unit_of_work():
        return operations.deploy_form(SOURCE, 1).key


@pytest.fixture
def form_page(app: Flask, settings: Settings, committed: None) -> Iterator[tuple[FormPage, str]]:
    """The form with every component on a page of a running server: its state, its address."""
    register_sources()
    with ThreadPoolExecutor(1) as apart:  # Playwright runs an event loop in this thread; V8 refuses to work in one
        key = apart.submit(_deploy).result()
    page = FormPage(key, VARIABLES)
    server = make_server("127.0.0.1", 0, application(settings, page), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield page, f"http://127.0.0.1:{server.server_port}/try"
    server.shutdown()
    thread.join()
