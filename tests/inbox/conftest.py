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


def deploy(*changes: tuple[str, str]) -> None:
    """Deploy the request process with its forms and table, in the open unit of work.

    Args:
        changes: (text, other text) to put into the files.
    """
    resources = []
    for path in sorted(MODELS.iterdir()):
        content = path.read_text(encoding="utf-8")
        for before, after in changes:
            content = content.replace(before, after)
        resources.append(Resource(path.name, content.encode()))
    operations.deploy(PLATFORM, resources, internal=True)


@pytest.fixture
def request_process(app: Flask, region: object, monday: object) -> None:
    """The process is deployed; the clock stands on a Monday."""
    with app.app_context(), db.unit_of_work():
        deploy()
