"""The demo region with a small process of its own: a request that a head agrees to and a methodist answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.engine import operations
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from tests.web.conftest import browse, connection, populated, region

__all__ = ["browse", "connection", "populated", "region"]
MODELS = Path(__file__).parent / "models"


def deploy() -> None:
    """Deploy the request process with its forms and table, in the open unit of work."""
    resources = [Resource(path.name, path.read_bytes()) for path in sorted(MODELS.iterdir())]
    operations.deploy(PLATFORM, resources, internal=True)


@pytest.fixture
def request_process(app: Flask, region: object, monday: object) -> None:
    """The process is deployed; the clock stands on a Monday."""
    with app.app_context(), db.unit_of_work():
        deploy()
