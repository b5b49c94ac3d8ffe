"""The demo region and browsers, as in `tests/web`; a unit of work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.kernel.db import db
from tests.web.conftest import browse, connection, populated, region

__all__ = ["browse", "connection", "populated", "region"]


@pytest.fixture
def unit(app: Flask, connection: Connection) -> Iterator[None]:
    """A unit of work inside an application context."""
    with app.test_request_context("/"), db.unit_of_work():
        yield
